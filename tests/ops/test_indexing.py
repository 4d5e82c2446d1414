"""Indexing: every form of index, reading and writing, against PyTorch and NumPy."""

import numpy as np
import pytest
import torch
from engines import agree, fail
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.indices.accumulation import put
from minigrad.ops.indices.indexing import full_index
from minigrad_torch_compat.differential.strategies import shapes
from minigrad_torch_compat.differential.strategies.indices import indices

# Reading with the indices that PyTorch knows too, and the gradients of it, is the spec "getitem".


@st.composite
def indexed(draw, **options):
    shape = draw(shapes(max_dims=4, max_side=3))
    return shape, draw(indices(shape, **options))


def items(index):
    return index if isinstance(index, tuple) else (index,)


def to(lib, index):
    """Turn the arrays of an index into tensors."""
    if isinstance(index, tuple):
        return tuple(to(lib, item) for item in index)
    return lib.from_numpy(index) if isinstance(index, np.ndarray) else index


def integers_meet_arrays(index):
    """PyTorch puts the dimensions of the arrays elsewhere then."""
    kinds = {
        "integer" if np.ndim(item) == 0 and np.asarray(item).dtype.kind == "i" else "array"
        for item in items(index)
        if isinstance(item, int | list | np.ndarray)
    }
    return len(kinds) == 2


@settings(max_examples=150)
@given(indexed(negative_steps=True))
def test_reading_agrees_with_numpy(case):
    """Negative steps included; NumPy gives the values, ``np.add.at`` the gradient."""
    shape, index = case
    assume(not integers_meet_arrays(index))
    values = np.arange(float(np.prod(shape))).reshape(shape)
    x = mg.tensor(values, requires_grad=True)
    result = x[to(mg, index)]
    expected = values[index]
    np.testing.assert_array_equal(result.detach().numpy(), expected)
    weights = np.arange(1.0, expected.size + 1).reshape(expected.shape)
    (result * mg.tensor(weights)).sum().backward()
    gradient = np.zeros(shape)
    np.add.at(gradient, index, weights)
    np.testing.assert_array_equal(x.grad.numpy(), gradient)


@settings(max_examples=150)
@given(indexed(), st.sampled_from(["number", "0-d", "same shape", "row", "one"]))
def test_writing_agrees_with_pytorch(case, kind):
    """The written tensor, its gradient and that of the value."""
    shape, index = case
    start = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    target = torch.tensor(start)[to(torch, index)].shape
    value = {
        "number": 7.5,
        "0-d": np.array(0.5),
        "same shape": np.full(target, -2.0),  # equal: with an index named twice, either may win
        "row": np.arange(float(target[-1])) if target else np.array(2.0),
        "one": np.full((1,) * len(target), 3.0),
    }[kind]
    assume(kind != "row" or not any(isinstance(i, np.ndarray | list) for i in items(index)))
    results = []
    for lib in (mg, torch):
        x = lib.tensor(start, requires_grad=True)
        y = x * 1.0
        written = lib.tensor(value, requires_grad=True) if isinstance(value, np.ndarray) else value
        y[to(lib, index)] = written
        (y * lib.tensor(start)).sum().backward()
        results.append([y.detach().numpy(), x.grad.numpy()])
        if isinstance(value, np.ndarray):  # x[False] = value is not recorded by PyTorch
            results[-1].append(0.0 if written.grad is None else written.grad.numpy())
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(*np.broadcast_arrays(ours, theirs))


@settings(max_examples=150)
@given(indexed(negative_steps=True), st.sampled_from(["float32", "int64", "float16", "complex64"]))
def test_putting_back_is_add_at(case, dtype):
    shape, index = case
    first, index = full_index(index, np.zeros(shape))
    if first is not None:
        shape = np.zeros(shape)[first].shape
    values = np.zeros(shape)[index]
    values = np.arange(1, values.size + 1).reshape(values.shape).astype(dtype)
    expected = np.zeros(shape, dtype)
    np.add.at(expected, index, values)
    found = put(values, shape, index)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("width", [1, 2, 3, 40])
@pytest.mark.parametrize("count", [3, 300])
def test_putting_rows_back_is_add_at(count, width):
    """Narrow and wide rows, many duplicates and few, one row named very often."""
    rng = np.random.default_rng(0)
    for rows in (rng.integers(-count, count, 100), np.zeros(100, int), np.arange(3)):
        values = rng.integers(-9, 9, (len(rows), width)).astype(np.float32)
        expected = np.zeros((count, width), np.float32)
        np.add.at(expected, rows, values)
        np.testing.assert_array_equal(put(values, (count, width), (rows, ...)), expected)
        for axis in (0, 1):
            moved = np.moveaxis(np.stack([values] * 2), 1, axis)
            index = (*(slice(None),) * axis, rows, ...)
            shape = (count, 2, width) if axis == 0 else (2, count, width)
            expected = np.zeros(shape, np.float32)
            np.add.at(expected, index, moved)
            np.testing.assert_array_equal(put(moved, shape, index), expected)


def test_putting_integers_back_is_exact():
    big = np.array([2**62, 1, 1])
    assert put(big, (2,), (np.array([0, 0, 1]),)).tolist() == [2**62 + 1, 1]


ERRORS = """
x[2]
x[-3]
x[0, 0, 0, 0]
x[[2]]
x[:, t.tensor([0, 3])]
x[1.0]
x["a"]
x[{}]
x[t.tensor([0.0])]
x[t.tensor([True, False, True])]
x[0, t.tensor([True, False])]
x[[0, 1], [0, 1, 2]]
x[::0]
x[1.0:2]
s[0]
x.__setitem__(2, 0.0)
x.__setitem__(t.tensor([True, False, True]), 0.0)
x.__setitem__(0, t.zeros(5))
x.__setitem__((..., [0, 1]), t.zeros(3))
x.narrow(0, 0, 3)
x.narrow(0, 3, 1)
x.narrow(0, -3, 1)
x.narrow(0, 0, -1)
x.narrow(3, 0, 1)
s.narrow(0, 0, 1)
x.select(0, 2)
x.select(0, -3)
x.select(3, 0)
s.select(0, 0)
"""


@pytest.mark.parametrize("expression", ERRORS.strip().splitlines())
def test_errors_are_pytorchs(expression):
    fail(expression)


EQUAL = """
x[t.tensor(1)]
x[:, t.tensor(-1)]
x[0, :, [0, 1]]
x[[0, 1], :, 0]
x[[0, 1], None, [0, 1]]
x[True]
x[False]
x[:, True]
x[[]]
x[[True, False]]
x[range(2)]
x[x > 5]
x[x.sum(-1) > 20]
x[t.tensor(0):t.tensor(2)]
x[0, ..., -1]
x[t.tensor([1, 0], dtype=t.int32)]
x[t.tensor([[0, 1], [1, 0]]), t.tensor([0, 2])]
x.narrow(0, t.tensor(1), 1)
x.narrow(0, 2, 0)
"""


@pytest.mark.parametrize("expression", EQUAL.strip().splitlines())
def test_less_common_indices(expression):
    agree(expression)


@pytest.mark.parametrize(
    "index", [np.array([1, 0]), np.int64(1), np.array(1), np.array([True, False])]
)
def test_numpy_arrays_are_indices(index):
    values = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(mg.tensor(values)[index].numpy(), values[index])


def test_bytes_are_masks_as_in_pytorch():
    with pytest.warns(UserWarning, match="mask"):
        found = mg.arange(3)[mg.tensor([1, 0, 1], dtype=mg.uint8)]
    assert found.tolist() == [0, 2]


def test_parts_share_memory():
    x = mg.zeros(2, 3)
    x[1, 2].fill_(5.0)  # 0-d: NumPy alone would give a number
    x[0][::2].fill_(1.0)
    x[:, ::-1][0, 1] = 2.0
    assert x.tolist() == [[1.0, 2.0, 1.0], [0.0, 0.0, 5.0]]


def test_a_write_through_integers_and_arrays_reaches_the_tensor():
    x = mg.zeros(2, 3, 4)
    x[0, :, [0, 1]] = mg.ones(3, 2)
    assert x.sum().item() == 6.0
    assert x[0, :, :2].tolist() == [[1.0, 1.0]] * 3


def test_an_index_tensor_must_not_change_before_backward():
    x = mg.ones(3, requires_grad=True)
    index = mg.tensor([0, 1])
    y = (x[index] * 2).sum()
    index.add_(1)
    with pytest.raises(RuntimeError, match="inplace"):
        y.backward()


def test_an_index_array_may_change_after_the_call():
    x = mg.ones(3, requires_grad=True)
    index = np.array([0, 1])
    y = x[index].sum()
    index += 1
    y.backward()
    assert x.grad.tolist() == [1.0, 1.0, 0.0]


def test_a_bound_that_is_a_tensor_may_change_after_the_call():
    x = mg.ones(3, requires_grad=True)
    end = mg.tensor(1)
    y = x[:end].sum()
    end.add_(1)
    y.backward()
    assert x.grad.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("value", [None, "1.5", b"2"])
def test_what_is_no_number_is_not_written(value):
    for t in (mg, torch):
        x = t.ones(2)
        with pytest.raises(TypeError, match="can't assign a"):
            x[0] = value
        assert x.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("value", "dtype"), [(float("nan"), "int64"), (300, "uint8")])
def test_numbers_that_a_dtype_cannot_hold_are_refused(value, dtype) -> None:
    for lib in (mg, torch):
        x = lib.zeros(2, dtype=getattr(lib, dtype))
        with pytest.raises(RuntimeError, match="without overflow"):
            x[0] = value
        assert x.tolist() == [0, 0]
