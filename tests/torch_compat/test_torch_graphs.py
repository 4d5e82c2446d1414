"""Walking a graph as drawing tools do: from ``grad_fn`` along ``next_functions`` to the leaves."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

import minigrad_torch_compat as facade


def walk(t: Any, result: Any) -> tuple[list[str], int]:
    """Return the names of all nodes in the order of the walk, and how many are different."""
    found, seen, waiting = [], [], [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if any(node is other for other in seen):
            continue
        seen.append(node)
        found.append(f"{type(node).__name__} {node.name()}")
        if hasattr(node, "variable"):
            found[-1] += f" {tuple(node.variable.shape)}"
        waiting += [following for following, _ in node.next_functions if following is not None]
    return found, len(seen)


PROGRAMS = {
    "elementwise": "((x * y + x) ** 2).mean()",
    "one leaf twice": "(x * x + x.exp() * x).sum()",
    "products": "(x @ y.T).relu().sum()",
    "shapes": "t.cat([x.view(-1), y.reshape(-1)]).unsqueeze(0)[0].sum()",
    "losses": "t.nn.functional.nll_loss((x * 2).log_softmax(1), t.tensor([0, 1]))",
    "numbers": "(1 - x / 2).log().sigmoid().sum(1).max()",
}


def test_names_after_writes() -> None:
    for change in ("y[0] = 2", "y.copy_(x)"):
        names = []
        for t in (facade, torch):
            x = t.ones(2, 3, requires_grad=True)
            y = x * 1
            exec(change, {"x": x, "y": y})
            names.append((y.grad_fn.name(), type(y.grad_fn).__name__))
        assert names[0] == names[1]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_nodes_are_met(name: str) -> None:
    walks = []
    for t in (facade, torch):
        x = (t.arange(6.0) / 10).view(2, 3).requires_grad_()
        y = t.ones(2, 3, requires_grad=True)
        walks.append(walk(t, eval(PROGRAMS[name], {"t": t, "x": x, "y": y})))
    assert walks[0] == walks[1]


def test_the_end_of_a_path_is_one_object() -> None:
    for t in (facade, torch):
        w = t.ones(2, requires_grad=True)
        node = (w * w).grad_fn
        first, second = (following for following, _ in node.next_functions)
        assert first is second
        assert first.variable is w


def test_saved_values() -> None:
    for t in (facade, torch):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = t.tensor([3.0, 4.0], requires_grad=True)
        product, square, e = x * y, x**2, x.exp()
        assert product.grad_fn._saved_self is x
        assert product.grad_fn._saved_other is y
        assert t.equal(e.grad_fn._saved_result, e)
        assert square.grad_fn._saved_self is x
        assert {"_saved_self", "_saved_other"} <= set(dir(product.grad_fn))
        assert not hasattr(product.grad_fn, "_saved_nothing")
        product.sum().backward()
        with pytest.raises(RuntimeError, match="a second time"):
            _ = product.grad_fn._saved_self
        with pytest.raises(AttributeError):
            _ = product.grad_fn._saved_nothing


def test_views_know_their_base() -> None:
    for t in (facade, torch):
        x = t.ones(4)
        assert not x._is_view()
        assert x._base is None
        assert x.view(2, 2)[0]._is_view()
        assert x.view(2, 2)[0]._base is x


def test_nodes_that_were_looked_at_still_work() -> None:
    x = facade.ones(2, requires_grad=True)
    y = (x * 3).exp()
    dir(y.grad_fn)
    repr(y.grad_fn.next_functions)
    y.sum().backward()
    assert facade.allclose(x.grad, 3 * y.detach())
    assert copy.copy(y.grad_fn.name()) == "ExpBackward0"
