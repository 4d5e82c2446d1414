"""Results of a ``Function`` take their places in the graph."""

from __future__ import annotations

from typing import Any

from .context import Context
from .recording import record_as
from .table import PRIMITIVES
from .traced import Traced, View, become, refresh

__all__ = ["settle"]


def settle(ctx: Context, result: Any, place: Any) -> Any:
    """Return a result of ``forward`` as ``apply`` hands it out.

    Args:
        ctx: the call's context.
        result: a tensor, or anything else.
        place: its place in the graph; None if no gradient flows through it.

    Raises:
        RuntimeError: for a leaf that requires a gradient and was changed in place.
    """
    if not isinstance(result, Traced):
        return result
    if ctx.is_dirty(result) and (place is not None or not result._requires_grad):
        return result if place is None else _changed(result, place)
    if ctx.is_input(result):
        result = _alias(result)
    elif place is None and result._view is None:
        result._node, result._requires_grad = None, False
    if place is not None:
        result._node, result._requires_grad = place, True
        if result._view is not None:
            result._view.recorded = False  # a write through it would pass the backward by
    return result


def _changed(tensor: Traced, place: Any) -> Traced:
    """Give an argument that forward changed in place its new history."""
    view = tensor._view
    base = tensor if view is None else view.base
    if base._requires_grad and base._node is None:
        what = "a leaf Variable" if view is None else "a view of a leaf Variable"
        raise RuntimeError(f"{what} that requires grad has been used in an in-place operation.")
    if view is None:
        become(tensor, place)
        return tensor
    # As any write into a view: the base is what it was, with this region replaced.
    overwrite = PRIMITIVES["overwrite"]
    value = tensor._result_class._wrap(tensor._array, place, True)
    attributes = {"steps": view.way(), "index": None}
    become(base, record_as(overwrite, (base, value), attributes, base._array))
    refresh(tensor)
    return tensor


def _alias(tensor: Traced) -> Traced:
    """Return another tensor for an argument that was returned as it is: a view of all of it."""
    alias: Traced = tensor._result_class._wrap(tensor._array)
    alias._view = View(tensor, (_whole, (), {}), recorded=False)
    return alias


def _whole(value: Any) -> Any:
    return value
