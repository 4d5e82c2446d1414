"""In-place changes of a tensor's shape: the same memory, seen in another way.

The tensor takes the place in the graph of the view that it becomes. Views of it that were made
before remember its former shape: they look at it through the change undone (``View.way``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ...autograd.ledger import ledger, next_number
from ...autograd.modes import modes
from ...autograd.stand_in import StandIn
from ...autograd.traced import Traced, become
from ...backend.arrays import namespace, owner_of
from ...backend.strides import address, strided
from ..dims import as_shape
from ..indices.writing import will_record
from .strided import _as_strided, as_strided

__all__: list[str] = []


def turn(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the in-place form of a view: ``x.t_()`` makes ``x`` what ``t(x)`` is."""

    @functools.wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        will_record(self, self)
        # A result of an operation has its place in the graph, which must agree with its shape.
        previous, modes.recording = modes.recording, modes.recording or self.grad_fn is not None
        try:
            result = function(self, *args, **kwargs)
        finally:
            modes.recording = previous
        _adopt(self, result)
        return self

    method.__name__ = f"{function.__name__}_"
    method.__doc__ = f"In-place form of ``{function.__name__}``. Returns the tensor itself."
    return method


def _adopt(tensor: Any, result: Any) -> None:
    """Make a tensor what a view of it is."""
    before, after = tensor._array, result._array
    if isinstance(before, StandIn):  # its views look into what it stands for, whose shape remains
        tensor._array = after
        return
    ledger.write(before)
    if tensor._view is None:
        undo = {
            "size": before.shape,
            "stride": _steps(before),
            "offset": (address(before) - address(after)) // before.itemsize,
            "layout": _steps(after),
        }
        tensor.turns_ = (*tensor.turns_, (next_number(), (_as_strided, (), undo)))
    elif result._view is not None:
        tensor._view = result._view
    tensor._array = after
    if result._node is not None:
        become(tensor, result._node)


def _steps(array: Any) -> tuple[int, ...]:
    return tuple(step // array.itemsize for step in array.strides)


# --- memory -------------------------------------------------------------------------------------


def resize_(self: Any, *sizes: Any) -> Any:
    """Change the shape to any other, in row-major order; new elements are not initialised.

    The memory stays that of the tensor if it is large enough; otherwise it is replaced, and views
    of the tensor keep the former one.

    Raises:
        RuntimeError: for a tensor that requires a gradient, or a negative size.
    """
    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    shape = as_shape(sizes)
    array = self._array
    if array.shape == shape:
        return self
    owner = owner_of(array)
    begin = (address(array) - address(owner)) // array.itemsize
    held = owner.nbytes // array.itemsize - begin
    flat = strided(array, (held,), (1,), 0)
    count = 1
    for n in shape:
        count *= n
    if count > held:
        larger = namespace(array).zeros(count, array.dtype)
        larger[:held] = flat
        flat = larger
    return _replaced(self, flat[:count].reshape(shape))


def resize_as_(self: Any, the_template: Any) -> Any:
    """Change the shape to that of another tensor. See ``resize_``."""
    return resize_(self, *the_template.shape) if the_template.ndim else resize_(self, ())


def set_(
    self: Any,
    source: Any = None,
    storage_offset: int = 0,
    size: Sequence[int] | None = None,
    stride: Sequence[int] | None = None,
) -> Any:
    """Make the tensor share the memory of ``source``, all of it or as ``as_strided`` views it.

    Without a source it becomes empty.

    Raises:
        RuntimeError: for a tensor that requires a gradient, or a source of another dtype.
        TypeError: if ``source`` is no tensor.
    """
    if self.requires_grad:
        will_record(self, self)
        raise RuntimeError("set_(): cannot replace the memory of a tensor that requires grad")
    if source is None:
        return _replaced(self, namespace(self._array).zeros(0, self.dtype))
    if not isinstance(source, Traced):
        raise TypeError(f"set_(): argument 'source' must be Tensor, not {type(source).__name__}")
    if source.dtype != self.dtype:
        raise RuntimeError(
            f"Could not set tensor of type {source.dtype} to a tensor of type {self.dtype}"
        )
    if size is None:
        return _replaced(self, source._array)
    from_memory = source._wrap(source._array)
    steps = _row_major(size) if stride is None else stride
    return _replaced(self, as_strided(from_memory, size, steps, storage_offset)._array)


def _row_major(size: Sequence[int]) -> list[int]:
    steps = [1]
    for n in reversed(tuple(size)[1:]):
        steps.insert(0, steps[0] * n)
    return steps[-len(size) :] if size else []


def _replaced(tensor: Any, array: Any) -> Any:
    """Give a tensor without history other memory, or another part of its own."""
    ledger.write(tensor._array)
    tensor._array, tensor._view = array, None
    return tensor
