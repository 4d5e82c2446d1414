"""In-place changes: item assignment, ``x.op_()`` and ``+=``, as recorded writes.

A write into a view is a write into its base: "the base with this region replaced". The base takes
that as its history, and every view of it is derived anew when next asked for (``traced.refresh``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ...autograd.fitting import cast
from ...autograd.ledger import ledger, next_number
from ...autograd.modes import modes, rare
from ...autograd.node import Node
from ...autograd.packing import Packed
from ...autograd.primitive import primitive
from ...autograd.recording import record_as
from ...autograd.stand_in import StandIn, open_to_transforms
from ...autograd.traced import Steps, Traced, become, check_writable, look, refresh
from ...backend.arrays import as_array, is_array, namespace, ndarray
from ...backend.device import device_of
from ...backend.strides import span, strided
from ..pointwise.conversion import to_device
from .indexing import full_index, getitem

Layout = tuple[int, ...] | None  # strides counted in elements; None: row by row

_KINDS = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def _region(array: Any, steps: Steps, index: Any, layout: Layout) -> Any:
    """Return the part of ``array`` that a view (and an index into it) selects."""
    if layout is not None and not isinstance(array, Traced):
        array = _copy(array, layout)
    seen = look(array, steps)
    return seen if index is None else getitem(seen, index=index)


@primitive(
    base=lambda g, steps, index, layout: overwrite(g, 0, steps=steps, index=index, layout=layout),
    value=lambda g, steps, index, layout: _region(g, steps, index, layout),
)
def overwrite(base: Any, value: Any, *, steps: Steps, index: Any, layout: Layout = None) -> Any:
    """Return ``base`` with the region seen through ``steps`` and ``index`` replaced by ``value``.

    Derivative: the region's gradient goes to ``value``, the rest to ``base``.
    """
    out = _copy(as_array(base), layout)
    _writeable(look(out, steps))[... if index is None else index] = number_for(value, out.dtype)
    return out


def layout_of(array: Any, steps: Steps) -> Layout:
    """Return the strides that copies of ``array`` must have for steps that walk through memory."""
    if array.flags.c_contiguous:
        return None
    while steps is not None:
        steps, (_, _, attributes) = steps
        if "layout" in attributes:
            return tuple(step // array.itemsize for step in array.strides)
    return None


def _copy(array: Any, layout: Layout) -> Any:
    """Return a copy: row by row, or laid out by strides."""
    if layout is None:
        return array.copy()
    low, high = span(array.shape, layout, 0)
    out = strided(namespace(array).zeros(high - low + 1, array.dtype), array.shape, layout, -low)
    out[...] = array
    return out


@open_to_transforms
def write_(tensor: Any, value: Any, index: Any = None) -> Any:
    """Replace the values of ``tensor`` (or of the part that ``index`` selects) in place.

    Raises:
        RuntimeError: for a leaf that requires a gradient (or a view of one), and for a value
            whose shape does not fit.
    """
    if isinstance(value, Traced) and type(value._array) is not type(tensor._array):
        value = to_device(value, device_of(tensor._array))
    recorded = will_record(tensor, value)
    if recorded and isinstance(value, Traced) and value.dtype != tensor.dtype:
        value = cast(value, dtype=tensor.dtype)
    _store(tensor, value, index)
    if recorded:
        view = tensor._view
        base, steps = (tensor, None) if view is None else (view.base, view.way())
        layout = layout_of(base._array, steps)
        attributes = {"steps": steps, "index": index, "layout": layout}
        become(base, record_as(overwrite.primitive, (base, value), attributes, base._array))
        if view is not None and tensor._node is not None and tensor._node.retains is not None:
            refresh(tensor)  # the gradient it retains is that of the new value
    return tensor


@open_to_transforms
def write_part(tensor: Any, index: Any, value: Any) -> None:
    """Do ``tensor[index] = value``, for any index that PyTorch or NumPy knows.

    Raises:
        IndexError: for an index out of range, or none at all.
        RuntimeError: as ``write_``.
        TypeError: for a value that is no number, which NumPy would parse or take for nan.
    """
    if value is None or isinstance(value, str | bytes):
        raise TypeError(f"can't assign a {type(value).__name__} to a tensor")
    first, index = full_index(index, tensor)
    write_(tensor if first is None else getitem(tensor, index=first), value, index)


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the in-place form of an operation: ``x.mul_(y)`` writes ``mul(x, y)`` into ``x``."""

    @functools.wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        start = next_number()
        result = function(self, *args, **kwargs)
        if isinstance(result._array, StandIn):
            return result._array.interpret(method, (self, *args), kwargs)
        _check_result(self, result)
        node = result._node
        if not will_record(self, result):
            _store(self, result, None)
            return self
        _save_copies(node, self._array, start)
        if self._view is not None or node is None or node.number < start:
            return write_(self, result)
        # The tensor takes the place in the graph of the result, which nobody else has seen.
        if result.dtype != self.dtype:
            node = cast(result, dtype=self.dtype)._node
        _store(self, result, None)
        become(self, node)
        return self

    method.in_place = function  # type: ignore[attr-defined]
    method.__name__ = f"{function.__name__}_"
    method.__doc__ = f"In-place form of ``{function.__name__}``. Returns the tensor itself."
    return method


def will_record(tensor: Any, value: Any) -> bool:
    """Return True if a write is to be recorded; raise if it may not happen."""
    view = tensor._view
    if view is not None:
        refresh(tensor)
    if isinstance(value, Traced) and value._view is not None:
        refresh(value)
    if not modes.recording:
        return False
    base = tensor if view is None else view.base
    needs = base._requires_grad or tensor._requires_grad
    if not (needs or (isinstance(value, Traced) and value._requires_grad)):
        return False
    if view is not None and not view.recorded:
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode "
            "enabled. Create the view with grad mode enabled, or modify it under no_grad."
        )
    for written in (base, tensor):
        if written._requires_grad and written._node is None:
            what = "a leaf Variable" if written is tensor else "a view of a leaf Variable"
            raise RuntimeError(
                f"{what} that requires grad is being used in an in-place operation. "
                "Update parameters under no_grad()."
            )
    return True


def _store(tensor: Any, value: Any, index: Any) -> None:
    """Write values into memory and note it in the ledger."""
    if rare.on:
        check_writable(tensor)
    array = _writeable(tensor._array)
    source = value._array if isinstance(value, Traced) else value
    if 0 in array.strides and array.size:
        filled = index is None and not is_array(source)  # one number everywhere may overlap
        if not filled and _overlaps(array, index):
            raise RuntimeError(
                "unsupported operation: more than one element of the written-to tensor refers to "
                "a single memory location (it was expanded). Please clone() the tensor before "
                "performing the operation."
            )
    try:
        if index is None and getattr(source, "ndim", 0) > array.ndim:
            raise ValueError("too many dimensions")
        array[... if index is None else index] = number_for(source, array.dtype)
    except (ValueError, OverflowError) as error:
        if not is_array(source):
            raise RuntimeError(
                f"value {source!r} cannot be converted to {array.dtype} without overflow"
            ) from None
        raise RuntimeError(
            f"cannot write a value of shape {list(source.shape)} into a tensor of shape "
            f"{list(array.shape)}" + (f": {error}" if index is None else f" at {index}: {error}")
        ) from None
    view = tensor._view
    if not (tensor if view is None else view.base).untracked_:
        ledger.write(array)


def number_for(value: Any, dtype: Any) -> Any:
    """Return a value to write; as in PyTorch, -1 is the largest number without a sign.

    Raises:
        RuntimeError: for an integer that the dtype does not hold, or a complex number and a real
            dtype.
    """
    if value.__class__ is complex and dtype.kind != "c":
        if value.imag:
            raise RuntimeError(f"value {value} cannot be converted to {dtype} without overflow")
        return value.real
    if value.__class__ is not int or dtype.kind not in "iu":
        return value
    signed = dtype.kind == "i"
    size = 1 << 8 * int(dtype.itemsize) - signed
    if not (-size if signed else 1 - size) <= value < size:
        raise RuntimeError(f"value {value} cannot be converted to {dtype} without overflow")
    return value if signed or value >= 0 else value + size


def _writeable(array: Any) -> Any:
    """Return an array that may be written: NumPy locks those that were expanded.

    Raises:
        RuntimeError: if the memory itself is read-only.
    """
    if isinstance(array, ndarray) and not array.flags.writeable:
        try:
            array.flags.writeable = True
        except ValueError:
            raise RuntimeError("the memory of this tensor is read-only") from None
    return array


def _overlaps(array: Any, index: Any) -> bool:
    """Return True if several elements of the indexed part lie in one place."""
    part = array if index is None else array[index]
    return any(stride == 0 and size > 1 for stride, size in zip(part.strides, part.shape))


def _check_result(tensor: Any, result: Any) -> None:
    """Raise unless a result can take the place of the tensor it was computed from."""
    found, wanted = result._array, tensor._array
    if found.shape != wanted.shape:
        raise RuntimeError(
            f"output with shape {list(wanted.shape)} doesn't match the broadcast shape "
            f"{list(found.shape)}"
        )
    if found.dtype is not wanted.dtype and _KINDS[found.dtype.kind] > _KINDS[wanted.dtype.kind]:
        raise RuntimeError(
            f"result type {found.dtype} can't be cast to the desired output type {wanted.dtype}"
        )


def _save_copies(node: Any, array: Any, start: int) -> None:
    """Replace ``array``, which is about to be overwritten, where new nodes have saved it.

    New are those younger than ``start``: the one operation, or the few it is composed of.
    """
    copy = None
    queue = [node]
    while queue:
        node = queue.pop()
        if not isinstance(node, Node) or node.number < start:
            continue
        queue += node.parents
        if isinstance(node.saved, Packed):
            node.saved.pack_again(array)
        elif any(_is(value, array) for arguments in node.saved or () for value in arguments or ()):
            copy = array.copy() if copy is None else copy
            node.saved = tuple(
                arguments
                and tuple(
                    copy.reshape(value.shape) if _is(value, array) else value for value in arguments
                )
                for arguments in node.saved or ()
            )


def _is(value: Any, array: Any) -> bool:
    """Return True for an array itself, or a 0-d one seen as a vector."""
    if value is array:
        return True
    return not array.ndim and isinstance(value, ndarray) and value.base is array
