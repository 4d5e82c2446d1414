"""Making tensors: from data, filled with a value, ranges. (Random ones are in ``random.py``.)

Sizes are given as integers or as one tuple: ``zeros(2, 3)``, ``zeros((2, 3))``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .autograd.fitting import cast
from .autograd.stand_in import open_to_transforms
from .autograd.traced import Traced
from .backend.arrays import is_array
from .backend.device import create, on, place
from .backend.dtypes import (
    as_dtype,
    get_default_dtype,
    int64,
    result_type,
    scalar_dtype,
)
from .backend.spacing import spaced
from .constructor import array_from, as_number
from .ops.dims import as_shape
from .ops.indices.writing import number_for
from .ops.pointwise.conversion import to_device
from .tensor import Tensor

__all__ = [
    "arange",
    "as_tensor",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "tensor",
    "tril_indices",
    "triu_indices",
    "zeros",
    "zeros_like",
]

_CUDA = 2  # the number of CUDA among DLPack's devices


def new(array: Any, requires_grad: bool = False) -> Tensor:
    """Return a leaf around a new array.

    Raises:
        RuntimeError: if a gradient is asked of integers.
    """
    result: Tensor = Tensor._wrap(array)
    return result.requires_grad_() if requires_grad else result


def given_shape(shape: tuple[Any, ...], size: Any) -> tuple[int, ...]:
    """Return the shape given as positional arguments or as ``size=``."""
    if size is None and not shape:
        raise TypeError("missing 1 required positional argument: 'size'")
    return as_shape(shape if size is None else (size,))


# --- from data --------------------------------------------------------------------------------


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a tensor with a copy of ``data``: numbers, nested lists, an array or a tensor.

    Python's floats become the default dtype, its integers ``int64``; NumPy's numbers, arrays and
    tensors keep theirs.

    Raises:
        ValueError: for ragged lists, and integers that do not fit 64 bits.
        TypeError: for strings, and lists that mix numbers and lists.
        RuntimeError: for other objects, numbers that do not fit ``dtype``, and integers that
            require a gradient.
    """
    return new(array_from(data, dtype, device), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Return ``data`` as a tensor: itself, or sharing the memory of an array, where possible."""
    if isinstance(data, Tensor):
        wanted = data.dtype if dtype is None else as_dtype(dtype)
        found = data if wanted == data.dtype else cast(data, dtype=wanted)
        same_place = device is None or place(found._array, device) is found._array
        return found if same_place else to_device(found, device)
    if is_array(data) and (dtype is None or as_dtype(dtype) == data.dtype):
        array = np.asarray(data) if isinstance(data, np.generic) else data
        as_dtype(array.dtype)
        return new(array if device is None else place(array, device))
    return new(array_from(data, dtype, device))


def asarray(
    obj: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return ``obj`` as a tensor, a copy only if needed (or asked for with ``copy``).

    Raises:
        ValueError: if a copy is needed and ``copy`` is False.
    """
    found = tensor(obj, dtype=dtype, device=device) if copy else as_tensor(obj, dtype, device)
    if copy is False:
        source = obj._array if isinstance(obj, Traced) else obj
        if not (is_array(source) and np.may_share_memory(source, found._array)):
            raise ValueError(f"can't alias {type(obj).__name__} with copy=False")
    return found.requires_grad_() if requires_grad else found


def from_numpy(ndarray: Any) -> Tensor:
    """Return a tensor that shares memory with a NumPy array.

    Raises:
        TypeError: if it is no NumPy array, or has a dtype that tensors do not have.
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    as_dtype(ndarray.dtype)
    return new(ndarray.view(np.ndarray))


def from_dlpack(ext_tensor: Any) -> Tensor:
    """Return a tensor that shares memory with a tensor of any library that speaks DLPack."""
    kind, index = ext_tensor.__dlpack_device__()
    if kind == _CUDA:
        with on(f"cuda:{index}") as cupy:
            return new(cupy.from_dlpack(ext_tensor))
    array = np.from_dlpack(ext_tensor)
    as_dtype(array.dtype)
    return new(array)


# --- filled -----------------------------------------------------------------------------------


def empty(
    *shape: Any,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor whose values are whatever the memory holds."""
    wanted = as_dtype(dtype or get_default_dtype())
    return new(create("empty", device, given_shape(shape, size), wanted), requires_grad)


def zeros(
    *shape: Any,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of zeros."""
    wanted = as_dtype(dtype or get_default_dtype())
    return new(create("zeros", device, given_shape(shape, size), wanted), requires_grad)


def ones(
    *shape: Any,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of ones."""
    wanted = as_dtype(dtype or get_default_dtype())
    return new(create("ones", device, given_shape(shape, size), wanted), requires_grad)


def full(
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor filled with a number, of the number's dtype by default."""
    fill_value = as_number(fill_value)
    wanted = scalar_dtype(fill_value) if dtype is None else as_dtype(dtype)
    number = number_for(fill_value, wanted)
    return new(create("full", device, as_shape((tuple(size),)), number, wanted), requires_grad)


@open_to_transforms
def empty_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return an uninitialised tensor of the shape, dtype, device and layout of ``input``."""
    # NumPy's function serves CuPy's arrays too.
    array = np.empty_like(_array_of(input, "empty_like"), dtype=as_dtype(dtype or input.dtype))
    return new(array if device is None else place(array, device), requires_grad)


@open_to_transforms
def zeros_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return zeros of the shape, dtype, device and layout of ``input``."""
    array = np.zeros_like(_array_of(input, "zeros_like"), dtype=as_dtype(dtype or input.dtype))
    return new(array if device is None else place(array, device), requires_grad)


@open_to_transforms
def ones_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return ones of the shape, dtype, device and layout of ``input``."""
    array = np.ones_like(_array_of(input, "ones_like"), dtype=as_dtype(dtype or input.dtype))
    return new(array if device is None else place(array, device), requires_grad)


@open_to_transforms
def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of the shape, dtype, device and layout of ``input``, filled."""
    result = empty_like(input, dtype=dtype, device=device)
    result._array[...] = number_for(as_number(fill_value), result.dtype)
    return result.requires_grad_() if requires_grad else result


def _array_of(input: Any, name: str) -> Any:
    if not isinstance(input, Traced):
        raise TypeError(f"{name}(): argument 'input' must be Tensor, not {type(input).__name__}")
    return input._array


# --- ranges and patterns ----------------------------------------------------------------------


def arange(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return ``start, start + step, ...`` below ``end``: ``arange(end)``, ``arange(start, end)``.

    Integers give ``int64``, floats the default dtype.

    Raises:
        RuntimeError: if ``step`` is zero or leads away from ``end``.
    """
    start, end = (0, start) if end is None else (start, end)
    bounds = [as_number(b) for b in (start, end, step)]
    if any(isinstance(b, complex) for b in bounds):
        raise RuntimeError(f"value cannot be converted to a real number: one of {bounds}")
    whole = all(isinstance(b, int | np.integer) for b in bounds)
    wanted = as_dtype(dtype) if dtype is not None else int64 if whole else get_default_dtype()
    if wanted.kind == "c":
        raise NotImplementedError(f'"arange" not implemented for {wanted}')
    if not all(map(math.isfinite, bounds)):
        raise RuntimeError(f"unsupported range: {bounds[0]} -> {bounds[1]}")
    first, last, pace = map(int, bounds) if wanted.kind in "iu" else bounds
    if pace == 0:
        raise RuntimeError("step must be nonzero")
    if (last - first) * pace < 0:
        raise RuntimeError(
            "upper bound and lower bound inconsistent with step sign: "
            f"start {first}, end {last}, step {pace}"
        )
    count = -((first - last) // pace) if isinstance(pace, int) else math.ceil((last - first) / pace)
    array = create("arange", device, int(count)) * pace + first
    return new(array.astype(wanted, copy=False), requires_grad)


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return ``steps`` numbers at equal distances, from ``start`` to ``end`` included.

    Raises:
        RuntimeError: if ``steps`` is negative, or for complex numbers and a ``dtype`` that is not.
    """
    wanted = _dtype_between(start, end, dtype)
    array = spaced(as_number(start), as_number(end), steps, device, wanted)
    return new(array, requires_grad)


def logspace(
    start: float,
    end: float,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return the powers of ``base`` whose exponents are ``linspace(start, end, steps)``."""
    wanted = _dtype_between(start, end, dtype)
    ends = as_number(start), as_number(end)
    exponents = spaced(*ends, steps, device, wanted, rounded=False)
    return new((base**exponents).astype(wanted, copy=False), requires_grad)


def _dtype_between(start: Any, end: Any, dtype: Any) -> Any:
    """Return the dtype of numbers between two, of the one asked for or the default's kind."""
    found = result_type(get_default_dtype().type(0), as_number(start), as_number(end))
    wanted = found if dtype is None else as_dtype(dtype)
    if found.kind == "c" and wanted.kind != "c":
        raise RuntimeError(f"inferred dtype {found} can't be safely cast to passed dtype {wanted}")
    return wanted


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a matrix of ``n`` rows (and ``m`` columns) with ones on the diagonal, else zeros."""
    (rows, columns) = as_shape((n, n if m is None else m), "n, m")
    wanted = as_dtype(dtype or get_default_dtype())
    return new(create("eye", device, rows, columns, 0, wanted), requires_grad)


def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = int64, device: Any = None
) -> Tensor:
    """Return rows and columns (2, N) of the elements on and below a diagonal."""
    found = np.stack(np.tril_indices(row, offset, col)).astype(as_dtype(dtype))
    return new(found if device is None else place(found, device))


def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = int64, device: Any = None
) -> Tensor:
    """Return rows and columns (2, N) of the elements on and above a diagonal."""
    found = np.stack(np.triu_indices(row, offset, col)).astype(as_dtype(dtype))
    return new(found if device is None else place(found, device))
