"""Formulas run block by block: the same numbers, one call per block, on whatever is like arrays."""

import inspect

import numpy as np
import pytest

import minigrad as mg
from minigrad.backend.blocks import _BYTES, in_blocks

SIZE = 3 * _BYTES // 4 + 5  # of float32: three blocks and a little


def counted():
    """Return a formula and the list of the sizes it was called with."""
    sizes = []

    @in_blocks
    def formula(x, y, *, rate=2.0):
        sizes.append(np.size(x))
        return x * y + rate

    return formula, sizes


@pytest.mark.parametrize("shape", [(SIZE,), (5, SIZE // 5), (1, SIZE, 1)])
def test_large_arrays_are_cut(shape) -> None:
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=shape).astype(np.float32) for _ in range(2))
    formula, sizes = counted()
    found = formula(x, y, rate=0.5)
    np.testing.assert_array_equal(found, x * y + np.float32(0.5))
    assert found.dtype == np.float32
    assert len(sizes) == 4
    assert sum(sizes) == x.size


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.ones(8, np.float32), np.ones(8, np.float32)),
        (np.ones((4, SIZE // 4), np.float32), np.ones(SIZE // 4, np.float32)),
        (np.ones((4, SIZE // 4), np.float32), np.ones((SIZE // 4, 4), np.float32).T),
        (np.ones(SIZE, np.float32), np.ones(SIZE, np.float64)),
        (np.float32(1), np.ones(SIZE, np.float32)),
    ],
)
def test_what_is_small_or_unlike_is_not(x, y) -> None:
    formula, sizes = counted()
    found = formula(x, y)
    np.testing.assert_array_equal(found, x * y + 2)
    assert found.dtype == (x * y).dtype
    assert len(sizes) == 1


def test_numbers_are_passed_on() -> None:
    formula, sizes = counted()
    np.testing.assert_array_equal(formula(np.ones(SIZE, np.float32), 3.0), np.full(SIZE, 5.0))
    assert len(sizes) == 4


def test_the_signature_is_kept_for_it_is_the_save_list() -> None:
    formula, _ = counted()
    assert list(inspect.signature(formula).parameters) == ["x", "y", "rate"]


@pytest.mark.parametrize("name", ["silu", "mish", "elu", "gelu"])
def test_rules_on_large_arrays_agree_with_those_on_tensors(name) -> None:
    """The second is the same formula on tensors, which are never cut."""
    options = {"approximate": "tanh"} if name == "gelu" else {}
    x = mg.tensor(np.linspace(-4, 4, SIZE), dtype="float32", requires_grad=True)
    y = getattr(mg, name)(x, **options)
    (plain,) = mg.autograd.grad(y.sum(), [x], retain_graph=True)
    (graph,) = mg.autograd.grad(y.sum(), [x], create_graph=True)
    np.testing.assert_array_equal(plain.numpy(), graph.detach().numpy())
