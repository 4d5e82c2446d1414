"""Random programs of views and in-place changes, on minigrad and PyTorch side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

import minigrad as mg


class Pair(NamedTuple):
    """The same tensor on both engines."""

    ours: Any
    theirs: Any


VIEWS: dict[str, Callable[[Any], Any]] = {
    "row": lambda t: t[0],
    "last": lambda t: t[-1],
    "head": lambda t: t[:2],
    "tail": lambda t: t[1:],
    "every other": lambda t: t[..., ::2],
    "column": lambda t: t[..., 0],
    "transpose": lambda t: t.transpose(0, -1),
    "flat": lambda t: t.reshape(-1),
    "new axis": lambda t: t[None],
    "unsqueeze": lambda t: t.unsqueeze(-1),
    "expand": lambda t: t.unsqueeze(0).expand(2, *t.shape),
    "whole": lambda t: t[...],
}
OUT_OF_PLACE: dict[str, Callable[..., Any]] = {
    "mul": lambda a, b: a * b,
    "add": lambda a, b: a + b,
    "scale": lambda a, b: a * 0.5,
    "square": lambda a, b: a * a,
    "sum": lambda a, b: a.sum(),
    "rows": lambda a, b: a.sum(0),
    "clone": lambda a, b: a.clone(),
}
IN_PLACE: dict[str, Callable[..., Any]] = {
    "add_": lambda a, b: a.add_(b),
    "mul_": lambda a, b: a.mul_(b),
    "copy_": lambda a, b: a.copy_(b),
    "add_ number": lambda a, b: a.add_(0.25),
    "mul_ number": lambda a, b: a.mul_(-0.5),
    "zero_": lambda a, b: a.zero_(),
    "fill_": lambda a, b: a.fill_(0.75),
    "set first": lambda a, b: a.__setitem__(0, b),
    "set part": lambda a, b: a.__setitem__(slice(1, None), 1.5),
    "set all": lambda a, b: a.__setitem__(..., b),
    "set chosen": lambda a, b: a.__setitem__([0], b),
}


def outcome(function: Callable[..., Any], *args: Any) -> Any:
    """Return the result, or the error raised."""
    try:
        return function(*args)
    except (RuntimeError, IndexError) as error:
        return error


def check_same_kind(ours: Any, theirs: Any) -> bool:
    """Return True if both succeeded; fail if just one did, or the errors differ in type."""
    failed = isinstance(ours, Exception), isinstance(theirs, Exception)
    assert failed[0] == failed[1], f"ours: {ours!r}\ntheirs: {theirs!r}"
    if failed[0]:
        assert type(ours) is type(theirs)
    return not failed[0]


class Views(RuleBasedStateMachine):
    """Two engines that run the same program; after each line everything visible is equal."""

    tensors = Bundle("tensors")

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[Pair] = []
        self.leaves: list[Pair] = []
        self.program: list[str] = []

    def keep(self, ours: Any, theirs: Any) -> Pair:
        pair = Pair(ours, theirs)
        self.pairs.append(pair)
        return pair

    @initialize(target=tensors, grad=st.just(True))
    def first(self, grad: bool) -> Pair:
        return self.leaf((3, 2), grad, 0)

    @rule(
        target=tensors,
        shape=st.sampled_from([(2,), (3,), (3, 2), (2, 3), ()]),
        grad=st.booleans(),
        seed=st.integers(0, 9),
    )
    def make_leaf(self, shape: tuple[int, ...], grad: bool, seed: int) -> Pair:
        return self.leaf(shape, grad, seed)

    def leaf(self, shape: tuple[int, ...], grad: bool, seed: int) -> Pair:
        values = np.random.default_rng(seed).integers(-4, 5, shape) / 4.0
        ours = mg.tensor(values, requires_grad=grad)
        theirs = torch.tensor(values, requires_grad=grad)
        pair = self.keep(ours, theirs)
        self.leaves.append(pair)
        return pair

    @rule(target=tensors, x=tensors, name=st.sampled_from(list(VIEWS)))
    def view(self, x: Pair, name: str) -> Pair:
        ours, theirs = outcome(VIEWS[name], x.ours), outcome(VIEWS[name], x.theirs)
        return self.keep(ours, theirs) if check_same_kind(ours, theirs) else x

    @rule(target=tensors, x=tensors)
    def detach(self, x: Pair) -> Pair:
        return self.keep(x.ours.detach(), x.theirs.detach())

    @rule(target=tensors, x=tensors, y=tensors, name=st.sampled_from(list(OUT_OF_PLACE)))
    def compute(self, x: Pair, y: Pair, name: str) -> Pair:
        ours = outcome(OUT_OF_PLACE[name], x.ours, y.ours)
        theirs = outcome(OUT_OF_PLACE[name], x.theirs, y.theirs)
        return self.keep(ours, theirs) if check_same_kind(ours, theirs) else x

    @rule(x=tensors, y=tensors, name=st.sampled_from(list(IN_PLACE)), record=st.booleans())
    def write(self, x: Pair, y: Pair, name: str, record: bool) -> None:
        if name.startswith("set ") and (x.ours.ndim == 0 or x.ours.numel() == 0):
            return  # several errors at once: which comes first is of no interest
        if name in ("zero_", "fill_") and 0 in x.ours.stride():
            return  # where the tensor was expanded, PyTorch writes, but cannot go back
        if np.shares_memory(x.ours.detach().numpy(), y.ours.detach().numpy()):
            # PyTorch leaves overlapping operands undefined.
            y = Pair(y.ours.detach().clone(), y.theirs.detach().clone())
        with mg.set_grad_enabled(record), torch.set_grad_enabled(record):
            ours = outcome(IN_PLACE[name], x.ours, y.ours)
            theirs = outcome(IN_PLACE[name], x.theirs, y.theirs)
        check_same_kind(ours, theirs)

    @invariant()
    def same(self) -> None:
        for ours, theirs in self.pairs:
            np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())
            assert ours.requires_grad == theirs.requires_grad
            assert ours.is_leaf == theirs.is_leaf
            assert ours._version == theirs._version

    def teardown(self) -> None:
        """Send a weighted sum of everything back: the leaves' gradients are equal."""
        ours, theirs = outcome(self.backward, 0, mg), outcome(self.backward, 1, torch)
        if not check_same_kind(ours, theirs):
            return
        for ours, theirs in self.leaves:
            a, b = ours.grad, theirs.grad
            if a is None or b is None:  # PyTorch may know early that a gradient is zero
                assert not np.any(0 if a is None else a.numpy())
                assert not np.any(0 if b is None else b.numpy())
            else:
                np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12, atol=1e-12)

    def backward(self, engine: int, library: Any) -> None:
        total: Any = 0.0
        for i, pair in enumerate(self.pairs):
            total = total + (pair[engine] * (1.0 + 0.25 * i)).sum()
        if getattr(total, "requires_grad", False):
            total.backward()


TestViews = pytest.mark.filterwarnings("ignore")(Views.TestCase)
TestViews.settings = settings(settings.default, stateful_step_count=12)
