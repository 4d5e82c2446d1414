"""NumPy's functions and arrays meet tensors."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.numpy_protocol import _OPERATIONS

ARRAY = np.array([1.0, 2.0], np.float32)


def leaf():
    return mg.tensor([0.25, 0.5], requires_grad=True)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: ARRAY * x,
        lambda x: ARRAY - x,
        lambda x: ARRAY / x,
        lambda x: ARRAY**x,
        lambda x: np.float32(2) * x,
        lambda x: np.float64(2) ** x,
        lambda x: np.multiply(ARRAY, x),
        lambda x: np.exp(x),
        lambda x: np.maximum(x, ARRAY),
        lambda x: np.arctan2(ARRAY, x),
    ],
)
def test_results_are_recorded_tensors(function) -> None:
    x = leaf()
    y = function(x)
    assert isinstance(y, mg.Tensor)
    expected = function(x.detach().numpy())
    np.testing.assert_allclose(y.detach().numpy(), expected, rtol=1e-6)
    assert y.dtype == np.float32
    y.sum().backward()
    step = 1e-3
    slope = (function(x.detach().numpy() + step) - function(x.detach().numpy() - step)) / (2 * step)
    np.testing.assert_allclose(x.grad.numpy(), slope, rtol=1e-2)


def test_every_function_of_the_table_gives_numpys_values() -> None:
    rng = np.random.default_rng(0)
    for ufunc, operation in _OPERATIONS.items():
        kind = (
            np.int64
            if ufunc.__name__ in ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")
            else np.float64
        )
        arrays = [(rng.uniform(1.1, 3, size=(2, 2))).astype(kind) for _ in range(ufunc.nin)]
        if ufunc.__name__ in ("arccos", "arcsin", "arctanh"):
            arrays = [a / 4 for a in arrays]
        found = ufunc(*map(mg.from_numpy, arrays))
        assert isinstance(found, mg.Tensor), operation
        np.testing.assert_allclose(
            found.numpy(), ufunc(*arrays), rtol=1e-12, err_msg=ufunc.__name__
        )


def test_arrays_compare_with_tensors() -> None:
    found = mg.tensor([1.5, 1.5]) < ARRAY
    assert isinstance(found, mg.Tensor)
    assert found.tolist() == [False, True]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: np.hypot(x, x), "np.hypot"),
        (lambda x: np.add.reduce(x), "np.add.reduce"),
        (lambda x: np.add.at(x, 0, 1), "np.add.at"),
        (lambda x: np.add(x, x, out=np.zeros(2, np.float32)), "'out'"),
        (lambda x: np.add(x, 1, where=[True, False]), "'where'"),
        (lambda x: np.exp(x, dtype=np.float64), "'dtype'"),
    ],
)
def test_what_cannot_be_recorded_is_refused(call, words) -> None:
    with pytest.raises(TypeError, match=words):
        call(leaf())


def test_an_array_cannot_absorb_a_tensor() -> None:
    array = np.zeros(2, np.float32)
    with pytest.raises(TypeError, match="new tensor"):
        array += leaf()
    assert array.tolist() == [0, 0]
