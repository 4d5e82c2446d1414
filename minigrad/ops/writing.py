"""In-place changes: item assignment, ``x.op_()`` and ``+=``, as recorded writes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd.fitting import cast, expand
from ..autograd.ledger import ledger
from ..autograd.modes import modes
from ..autograd.primitive import primitive
from ..autograd.recording import record_as
from ..autograd.traced import Traced, look, refresh
from ..backend.arrays import is_array
from .indexing import full_index, getitem


def _region(array: Any, steps: tuple[Any, ...], index: Any) -> Any:
    """Return the part of ``array`` that a view (and an index into it) selects."""
    seen = look(array, steps)
    return seen if index is None else getitem(seen, index=index)


@primitive(
    base=lambda g, value_shape, steps, index: overwrite(g, 0, steps=steps, index=index),
    value=lambda g, steps, index: _region(g, steps, index),
)
def overwrite(base: Any, value: Any, *, steps: tuple[Any, ...], index: Any) -> Any:
    """Return ``base`` with the region seen through ``steps`` and ``index`` replaced by ``value``.

    Derivative: the region's gradient goes to ``value``, the rest to ``base``.
    """
    out = base.copy()
    region = look(out, steps)
    region[... if index is None else index] = value
    return out


def write_(tensor: Any, value: Any, index: Any = None) -> Any:
    """Replace the values of ``tensor`` (or of the part that ``index`` selects) in place.

    With recording on, the tensor's history becomes that of ``value``; a write into a view becomes
    a recorded write into its base, and every other view of the base follows.

    Raises:
        RuntimeError: for a leaf that requires a gradient (or a view of one), a value whose shape
            does not fit, or a dtype that cannot be cast.
    """
    refresh(tensor)
    array = tensor._array
    source = value._array if isinstance(value, Traced) else value
    target = array if index is None else array[index]
    _check(tensor, target, source, index)
    needs = modes.recording and (
        tensor._requires_grad or (isinstance(value, Traced) and value._requires_grad)
    )
    if needs:
        _check_leaf(tensor)
        if isinstance(value, Traced) and value._array.dtype != array.dtype:
            value = cast(value, dtype=array.dtype)
    try:
        array[... if index is None else index] = source
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a "
            "single memory location (it was expanded). Please clone() the tensor before "
            "performing the operation."
        ) from None
    if not tensor.untracked_:
        ledger.write(array)
    if needs:
        _rebase(tensor, value, index)
    return tensor


def write_part(tensor: Any, index: Any, value: Any) -> None:
    """Do ``tensor[index] = value``, for any index that PyTorch or NumPy knows.

    Raises:
        IndexError: for an index out of range, or none at all.
        RuntimeError: as ``write_``.
    """
    first, index = full_index(index, tensor)
    write_(tensor if first is None else getitem(tensor, index=first), value, index)


def _rebase(tensor: Any, value: Any, index: Any) -> None:
    """Give the tensor (or the base it looks into) the history of what was written."""
    view = tensor._view
    base = tensor if view is None else view.base
    if view is None and index is None and isinstance(value, Traced):
        if value._array.shape != tensor._array.shape:
            value = expand(value, shape=tensor._array.shape)
        tensor._node = value._node
        tensor._requires_grad = value._requires_grad
        return
    steps = () if view is None else view.steps
    record_as(overwrite.primitive, (base, value), {"steps": steps, "index": index}, base)


def _check_leaf(tensor: Any) -> None:
    view = tensor._view
    if view is not None and not view.recorded:
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode "
            "enabled. Create the view with grad mode enabled, or modify it under no_grad."
        )
    base = tensor if view is None else view.base
    if base._requires_grad and base._node is None:
        what = "a leaf Variable" if view is None else "a view of a leaf Variable"
        raise RuntimeError(
            f"{what} that requires grad is being used in an in-place operation. "
            "Update parameters under no_grad()."
        )


def _check(tensor: Any, target: Any, source: Any, index: Any) -> None:
    shape = source.shape if is_array(source) else ()
    if is_array(source):
        kinds = "biufc"
        if kinds.index(source.dtype.kind) // 2 > kinds.index(target.dtype.kind) // 2 and (
            index is None and source.dtype.kind in "fc" and target.dtype.kind != "c"
        ):
            raise RuntimeError(
                f"result type {source.dtype} can't be cast to the desired output type "
                f"{target.dtype}"
            )
    lead = len(shape) - target.ndim
    fits = lead <= 0 or (index is not None and all(n == 1 for n in shape[:lead]))
    for m, n in zip(reversed(shape), reversed(target.shape), strict=False):
        fits = fits and m in (1, n)
    if not fits:
        raise RuntimeError(
            f"output with shape {list(target.shape)} doesn't match the broadcast shape: the value "
            f"has shape {list(shape)}"
        )


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the in-place form of an operation: ``x.mul_(y)`` writes ``mul(x, y)`` into ``x``."""

    @functools.wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return write_(self, function(self, *args, **kwargs))

    method.__name__ = f"{function.__name__}_"
    method.__doc__ = f"In-place form of ``{function.__name__}``. Returns the tensor itself."
    return method
