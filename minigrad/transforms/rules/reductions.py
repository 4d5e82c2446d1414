"""Operations along dimensions: the same, one dimension further."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ...ops.reducing.extrema import _median_dim
from ...ops.reducing.reductions import sum
from ...ops.shaping.shapes import reshape
from ..batching import everywhere, rule_for


def shifted(dims: Any) -> Any:
    """Return a dimension, or several, one further."""
    return tuple(dim + 1 for dim in dims) if isinstance(dims, tuple) else dims + 1


@rule_for(
    *("sum", "mean", "nansum", "prod", "logsumexp", "all", "any", "count_nonzero", "norm"),
    *("var", "std", "amax", "amin", "max_dim", "min_dim", "median_dim", "kthvalue", "topk"),
    *("argsort", "sort", "softmax", "log_softmax", "cumsum", "cumprod", "logcumsumexp"),
    *("cummax", "cummin", "shift", "flip", "roll", "recurrence", "split", "unbind", "diagonal"),
    *("cat", "stack", "fft", "rfft", "irfft", "doubled", "resized"),
)
def along(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    **attributes: Any,
) -> Any:
    """Call with every dimension one further, and all operands with examples in front."""
    if attributes.get("dim") == ():  # of a 0-d example: give it the dimension that is reduced
        (x,) = operands
        attributes.update(
            {"dim": (x.ndim,)}, **{"keepdim": False} if "keepdim" in attributes else {}
        )
        return call(reshape(x, (*x.shape, 1)), **attributes)
    for name in ("dim", "dims", "dim1", "dim2"):
        if name in attributes:
            attributes[name] = shifted(attributes[name])
    return call(*everywhere(operands, mapped, size), **attributes)


@rule_for("argmax", "argmin")
def extreme_place(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    dim: int | None,
    keepdim: bool,
) -> Any:
    """Along a dimension as all; the place among all elements is along the flattened example."""
    (x,) = operands
    if dim is not None:
        return call(x, dim=dim + 1, keepdim=keepdim)
    out = call(_rows(x), dim=1, keepdim=False)
    return reshape(out, (size, *(1,) * (x.ndim - 1))) if keepdim else out


@rule_for("median")
def median(
    call: Callable[..., Any], operands: Sequence[Any], mapped: Sequence[bool], size: int, /
) -> Any:
    """The median of each flattened example."""
    return _median_dim(_rows(operands[0]), dim=1, keepdim=False)[0]


@rule_for("sum_to")
def sum_to(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    shape: tuple[int, ...],
) -> Any:
    """Sum the dimensions that ``shape`` lacks, which lie behind the examples; then the others."""
    (x,) = operands
    extra = x.ndim - 1 - len(shape)
    if extra:
        x = sum(x, tuple(range(1, 1 + extra)))
    return call(x, shape=(size, *shape))


def _rows(x: Any) -> Any:
    return reshape(x, (x.shape[0], math.prod(x.shape[1:])))
