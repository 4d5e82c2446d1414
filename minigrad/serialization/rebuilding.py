"""From storages to tensors: what the names in a checkpoint do.

What a file says is not believed: a tensor must lie in its storage, or it is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend.strides import span, strided
from ..nn.parameter import Parameter
from ..sparse.coordinates import keys_of
from ..sparse.creation import sparse_coo_tensor
from ..tensor import Tensor
from .storage import Storage


def rebuild_tensor(
    storage: Any,
    offset: Any,
    size: Any,
    stride: Any,
    requires_grad: Any = False,
    hooks: Any = None,
    metadata: Any = None,
) -> Tensor:
    """Return a tensor that looks into a storage; tensors of one storage share memory.

    Raises:
        RuntimeError: if it would look outside of it.
        TypeError: if an argument is not what PyTorch writes there.
    """
    if not isinstance(storage, Storage):
        raise TypeError(f"a tensor needs a storage, the file gives a {type(storage).__name__}")
    shape, steps = _whole_numbers("size", size), _whole_numbers("stride", stride)
    (begin,) = _whole_numbers("storage offset", (offset,))
    if len(shape) != len(steps):
        raise RuntimeError(f"a tensor of size {shape} cannot have the strides {steps}")
    low, high = (0, -1) if 0 in shape else span(shape, steps, begin)
    if low < 0 or high >= len(storage):
        raise RuntimeError(
            f"a tensor of size {shape}, strides {steps} and storage offset {begin} reaches "
            f"outside of its storage of {len(storage)} elements"
        )
    try:
        array = strided(storage.array, shape, steps, 0 if 0 in shape else begin)
    except (ValueError, OverflowError) as error:
        raise RuntimeError(f"a tensor of size {shape} cannot be made: {error}") from None
    result: Tensor = Tensor._wrap(array)
    return result.requires_grad_() if requires_grad is True else result


def rebuild_typed_tensor(
    storage: Any,
    offset: Any,
    size: Any,
    stride: Any,
    requires_grad: Any,
    hooks: Any,
    dtype: Any,
    metadata: Any = None,
) -> Tensor:
    """Return a tensor of a dtype that has no storages of its own: it looks into bytes."""
    if not isinstance(storage, Storage) or storage.array.dtype != np.uint8:
        raise TypeError("a tensor with a dtype of its own needs a storage of bytes")
    wanted = getattr(dtype, "dtype", dtype)  # the torch facade's dtypes carry NumPy's
    if not isinstance(wanted, np.dtype):
        raise RuntimeError(f"minigrad has no tensors of {dtype!r}")
    if len(storage) % wanted.itemsize:
        raise RuntimeError(f"{len(storage)} bytes are no whole number of elements of {wanted}")
    typed = Storage(storage.array.view(wanted), storage.location)
    return rebuild_tensor(typed, offset, size, stride, requires_grad)


def rebuild_parameter(data: Any, requires_grad: Any, hooks: Any = None) -> Parameter:
    """Return a parameter around a tensor."""
    return Parameter(data, bool(requires_grad))


def rebuild_parameter_with_state(
    data: Any, requires_grad: Any, hooks: Any, state: Any
) -> Parameter:
    """Return a parameter with attributes of the program's own."""
    return with_attributes(rebuild_parameter(data, requires_grad), state)


def rebuild_sparse_tensor(layout: Any, data: Any) -> Tensor:
    """Return a sparse tensor of (indices, values, size, whether they are coalesced)."""
    indices, values, size, *coalesced = data
    if not isinstance(indices, Tensor) or not isinstance(values, Tensor):
        raise TypeError("a sparse tensor is made of two tensors and a size")
    result = sparse_coo_tensor(indices, values, size)
    if coalesced and coalesced[0] and (np.diff(keys_of(result._array)) > 0).all():
        result._array.coalesced = True
    return result


def rebuild_as_type(function: Any, kind: Any, args: Any, state: Any) -> Any:
    """Return a tensor with attributes, or of a class, of the program's own."""
    if function not in (rebuild_tensor, rebuild_typed_tensor, rebuild_parameter):
        raise TypeError(f"a tensor cannot be made by {function!r}")
    if not (isinstance(kind, type) and issubclass(kind, Tensor)):
        raise TypeError(f"a tensor cannot be of type {kind!r}")
    made = function(*args)
    if type(made) is not kind:
        made = kind._wrap(made._array, None, made.requires_grad)
    return with_attributes(made, state)


def with_attributes(tensor: Any, state: Any) -> Any:
    """Give a tensor attributes that have nothing to do with what it is to autograd."""
    if isinstance(state, tuple) and len(state) == 2:  # (those of __dict__, those of slots)
        state = {**(state[0] or {}), **(state[1] or {})}
    if not isinstance(state, dict):
        raise TypeError(f"attributes must be a dict, the file gives a {type(state).__name__}")
    for name, value in state.items():
        if not isinstance(name, str) or name.startswith("__") or hasattr(type(tensor), name):
            raise TypeError(f"a file may not set the attribute {name!r} of a tensor")
        tensor.__dict__[name] = value
    return tensor


def _whole_numbers(what: str, values: Any) -> tuple[int, ...]:
    """Return a tuple of sizes, checked."""
    if not isinstance(values, tuple) or not all(type(value) is int for value in values):
        raise TypeError(f"the {what} of a tensor must be integers, the file gives {values!r}")
    if any(value < 0 for value in values):
        raise RuntimeError(f"the {what} of a tensor cannot be negative, the file gives {values}")
    return values
