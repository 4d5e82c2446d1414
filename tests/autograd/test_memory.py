"""What graphs keep, and when they let go: without the garbage collector's help."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.primitive import PRIMITIVES, primitive


@contextmanager
def no_collector() -> Iterator[None]:
    """Run without the cyclic garbage collector, which must find nothing afterwards."""
    gc.collect()
    gc.disable()
    try:
        yield
        assert gc.collect() == 0, "reference cycles were left behind"
    finally:
        gc.enable()


def nodes(tensor: Any) -> list[Any]:
    """Return all recorded operations behind a tensor."""
    found, queue = {}, [tensor.grad_fn]
    while queue:
        node = queue.pop()
        if node is not None and id(node) not in found and hasattr(node, "saved"):
            found[id(node)] = node
            queue += [parent for parent, _ in node.next_functions]
    return list(found.values())


def kept(tensor: Any) -> list[Any]:
    """Return the arrays that the graph behind a tensor has saved, each once."""
    found = {
        id(value): value
        for node in nodes(tensor)
        for arguments in node.saved or ()
        for value in arguments or ()
        if isinstance(value, np.ndarray)
    }
    return list(found.values())


def is_kept(tensor: Any, *arrays: Any) -> bool:
    return {id(a) for a in kept(tensor)} == {id(a._array) for a in arrays}


def pair(x_grad: bool = True, y_grad: bool = True) -> tuple[Any, Any]:
    return mg.ones(3, 3, requires_grad=x_grad), mg.ones(3, 3, requires_grad=y_grad)


# --- saved is what the rules name -----------------------------------------------------------------


def test_mul_saves_the_other_operand() -> None:
    x, y = pair()
    assert is_kept(x * y, x, y)
    x, y = pair(True, False)
    assert is_kept(x * y, y)
    x, y = pair(False, True)
    assert is_kept(x * y, x)
    assert is_kept(mg.ones(3, requires_grad=True) * 2.5)


def test_add_saves_nothing() -> None:
    x, y = pair()
    assert is_kept(x + y)
    assert is_kept((x - y) + 1)


def test_exp_saves_its_output_only() -> None:
    x, _ = pair()
    y = x.exp()
    assert is_kept(y, y)


def test_sin_saves_its_operand_only() -> None:
    x, _ = pair()
    assert is_kept(x.sin(), x)


def test_matmul_saves_the_operands_that_are_needed() -> None:
    x, y = pair()
    assert is_kept(x @ y, x, y)
    x, y = pair(True, False)
    assert is_kept(x @ y, y)
    x, y = pair(False, True)
    assert is_kept(x @ y, x)


def test_shapes_and_sums_save_no_arrays() -> None:
    x, _ = pair()
    assert is_kept(x.sum() + x.mean() + x.reshape(9).sum() + x[0].sum() + x.transpose(0, 1)[0, 0])


def test_a_saved_array_is_not_a_copy() -> None:
    x, y = pair()
    total = (x * y) * x
    arrays = kept(total)
    assert len(arrays) == 3
    assert sum(a.nbytes for a in arrays) == 3 * x.nbytes


def test_nothing_is_saved_while_nothing_is_recorded() -> None:
    x, y = pair()
    with mg.no_grad():
        z = x * y
    assert z.grad_fn is None
    u, v = pair(False, False)
    assert (u * v).grad_fn is None


def test_every_primitive_saves_exactly_what_its_rules_name() -> None:
    def scaled(x: Any, y: Any, *, factor: float) -> Any:
        return x * y * factor

    scaled.__name__ = "scaled_for_this_test"
    call = primitive(
        x=lambda g, y, factor: g * y * factor,
        y=lambda g, x, x_shape: g * x,
    )(scaled)
    del PRIMITIVES["scaled_for_this_test"]
    x, y = pair()
    node = call(x, y, factor=2.0).grad_fn
    assert node.saved[0][0] is y._array
    assert node.saved[0][1] == 2.0
    assert node.saved[1][0] is x._array
    assert node.saved[1][1] == (3, 3)


def test_backward_frees_what_was_saved() -> None:
    x, y = pair()
    z = x * y
    loss = (z * z).sum()
    loss.backward()
    assert kept(loss) == []


def test_a_gradient_that_nobody_else_holds_is_not_copied() -> None:
    x = mg.ones(1_000_000, requires_grad=True)
    loss = (x * 2.0).sum()
    tracemalloc.start()
    try:
        loss.backward()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert x.grad is not None
    assert peak < 1.5 * x.nbytes


def test_a_retained_graph_keeps_it() -> None:
    x, y = pair()
    z = x * y
    loss = (z * z).sum()
    loss.backward(retain_graph=True)
    assert is_kept(loss, x, y, z)


# --- freed by reference counting alone ------------------------------------------------------------


def arrays_of(*tensors: Any) -> list[Any]:
    return [weakref.ref(tensor._array) for tensor in tensors]


def test_a_graph_dies_with_its_last_tensor() -> None:
    with no_collector():
        x, y = pair()
        z = x * y
        u = z.exp()
        loss = (u * z).sum()
        references = arrays_of(z, u)
        del z, u
        assert all(r() is not None for r in references)
        del loss
        assert all(r() is None for r in references)


def test_intermediates_die_during_backward() -> None:
    with no_collector():
        x, y = pair()
        z = x * y
        u = z.exp()
        loss = (u * z).sum()
        references = arrays_of(z, u)
        del z, u
        loss.backward()
        assert all(r() is None for r in references)


def test_a_graph_without_gradients_keeps_no_operand() -> None:
    with no_collector():
        x, y = pair(False, False)
        reference = arrays_of(x * y)
        assert reference[0]() is None


def test_a_detached_tensor_keeps_no_graph() -> None:
    with no_collector():
        x, y = pair()
        z = x * y
        graph = weakref.ref(z.grad_fn)
        value = z.detach()
        del z
        assert graph() is None
        assert value.shape == (3, 3)


def test_leaves_do_not_keep_their_graphs() -> None:
    with no_collector():
        x, y = pair()
        loss = (x * y).sum()
        loss.backward()
        graph = weakref.ref(loss.grad_fn)
        del loss
        assert graph() is None
        assert x.grad is not None


PROGRAMS = {
    "backward": lambda x, y: (x * y).sum().backward(),
    "create_graph": lambda x, y: mg.autograd.grad((x * x * y).sum(), x, create_graph=True),
    "second order": lambda x, y: mg.autograd.grad(
        mg.autograd.grad((x * x * y).sum(), x, create_graph=True)[0].sum(), x
    ),
    "views": lambda x, y: (x * y)[0].reshape(3, 1).transpose(0, 1).sum().backward(),
    "in place": lambda x, y: (x * 1).mul_(y).add_(1).sum().backward(),
    "in place on a view": lambda x, y: (x * 1)[0].mul_(y[0]).sum().backward(),
    "item assignment": lambda x, y: (x * 1).__setitem__(0, y[1]),
    "hooks": lambda x, y: (x * y).register_hook(lambda g: g * 2),
    "retained": lambda x, y: (x * y).retain_grad(),
    "several outputs": lambda x, y: (x * y).split(1)[1].sum().backward(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_reference_cycles(name: str) -> None:
    PROGRAMS[name](*pair())  # what is cached on a first call does not count
    with no_collector():
        PROGRAMS[name](*pair())


def test_failing_passes_leave_no_cycles() -> None:
    def fail() -> None:
        x, y = pair()
        z = x * y
        z.register_hook(lambda g: 1 / 0)
        try:
            z.sum().backward()
        except ZeroDivisionError:
            return

    fail()
    with no_collector():
        fail()


# --- long graphs --------------------------------------------------------------------------------


def chain(length: int) -> Any:
    """Build and differentiate ``y = ((x * 1) + x) * 1 + ...``; return x's gradient."""
    x = mg.ones(2, requires_grad=True)
    y = x
    for _ in range(length // 2):
        y = y * 1.0
        y = y + x
    y.sum().backward()
    return x.grad


def test_a_long_chain_runs_and_is_freed_without_recursion() -> None:
    chain(10)  # what is cached on a first call does not count
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_depth() + 100)
    try:
        with no_collector():
            found = chain(100_000)
    finally:
        sys.setrecursionlimit(limit)
    np.testing.assert_array_equal(found.numpy(), [50_001, 50_001])


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1  # type: ignore[assignment]
    return depth


LONG = {
    "multiply": lambda x, y: y * x,
    "views": lambda x, y: y.reshape(2)[...],
    "in place": lambda x, y: y.mul_(1.0),
    "one output of several": lambda x, y: mg.cat(y.split(1)),
    "write into a view": lambda x, y: y[:1].add_(1.0) is None or y,
}


@pytest.mark.parametrize("kind", LONG)
def test_long_chains_of_other_kinds(kind: str) -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 1
    for _ in range(20_000):
        y = LONG[kind](x, y)
    y.sum().backward()
    del y
    assert x.grad is not None


def test_a_node_takes_less_than_500_bytes() -> None:
    x = mg.ones(2, requires_grad=True)
    length = 100_000
    y = x * 1.0
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(length // 2):
            y = y * 1.0
            y = y + x
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken / length < 500
    y.sum().backward()


@pytest.mark.slow
def test_a_chain_of_a_million_nodes() -> None:
    """In a process of its own: an overflow of the C stack would end it."""
    program = (
        "import gc; import minigrad as mg; gc.collect(); gc.disable()\n"
        "x = mg.ones(2, requires_grad=True); y = x\n"
        "for _ in range(500_000): y = y * 1.0; y = y + x\n"
        "y.sum().backward(); del y\n"
        "x.grad = None; y = x\n"
        "for _ in range(1_000_000): y = y * 1.0\n"
        "del y; print(gc.collect())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "0", "")
