"""Gathering and scattering along a dimension: the same, one dimension further."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...ops.indices.masks import masked_fill
from ...ops.indices.scatter import (
    gather,
    index_add,
    index_copy,
    index_fill,
    index_select,
    scatter,
    scatter_add,
    take_along_dim,
)
from ...ops.pointwise.comparison import where
from ..batching import function_rule, one_by_one
from ..levels import Level, expose, hide, level_of


def _along_dim(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """Return the rule of a function along a dimension, whose parameters have these names."""

    def rule(level: Level, *args: Any, **kwargs: Any) -> Any:
        given: dict[str, Any] = {**dict(zip(names, args)), **kwargs}
        x, dim = given["x"], given.get("dim")
        index: Any = given.get("index", given.get("indices"))
        if dim is None or not x.ndim or not index.ndim:
            return one_by_one(level, function, (), given)
        if function in _SLICES and level_of(index) is level:
            return one_by_one(level, function, (), given)
        exposed = {**given, "dim": dim % x.ndim + 1}
        for name, value in given.items():
            spread = getattr(value, "ndim", 0) and not (function in _SLICES and name == "index")
            if isinstance(value, Traced) and spread:
                exposed[name] = expose(value, level)
            elif is_array(value) and spread:
                exposed[name] = np.broadcast_to(value, (level.size, *value.shape))
            elif level_of(value) is level:
                return one_by_one(level, function, (), given)
        return hide(function(**exposed), level)

    return rule


_SLICES = (index_select, index_add, index_copy, index_fill)
for _function, _names in (
    (gather, ("x", "dim", "index")),
    (scatter, ("x", "dim", "index", "src")),
    (scatter_add, ("x", "dim", "index", "src")),
    (take_along_dim, ("x", "indices", "dim")),
    (index_select, ("x", "dim", "index")),
    (index_add, ("x", "dim", "index", "source")),
    (index_copy, ("x", "dim", "index", "source")),
    (index_fill, ("x", "dim", "index", "value")),
):
    function_rule(_function)(_along_dim(_function, _names))


@function_rule(masked_fill)
def masked_fill_of_examples(level: Level, x: Any, mask: Any, value: Any) -> Any:
    """A mask for each example chooses like ``where``."""
    if mask.dtype != np.bool_:
        raise RuntimeError(f"masked_fill(): only boolean masks are supported, got {mask.dtype}")
    if level_of(mask) is None:
        return masked_fill.__wrapped__(x, mask, value)  # type: ignore[attr-defined]
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            "masked_fill only supports a 0-dimensional value tensor, but got shape "
            f"{list(value.shape)}"
        )
    out = where(mask, value, x)
    return out if out.dtype == x.dtype else cast(out, dtype=x.dtype)
