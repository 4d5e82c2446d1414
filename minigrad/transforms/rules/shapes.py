"""Shapes: the examples' dimension stays in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...autograd.traced import Traced
from ...ops.shaping.shapes import clone, reshape
from ...ops.shaping.strided import as_strided, as_strided_scatter
from ..batching import examples, function_rule, rule_for, stacked
from ..levels import Level
from .reductions import shifted

Call = Callable[..., Any]


@function_rule(as_strided, as_strided_scatter)
def strided(level: Level, x: Any, *args: Any, **kwargs: Any) -> Any:
    """Steps through the memory of an example, which is a copy of its own: the result is no view."""
    function = as_strided_scatter if len(args) > 0 and isinstance(args[0], Traced) else as_strided
    rows = [function(clone(a[0]), *a[1:], **k) for a, k in examples(level, (x, *args), kwargs)]
    return stacked(level, rows)


@rule_for("reshape")
def reshaped(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, *, shape: Any
) -> Any:
    """Reshape what is behind the examples."""
    return call(operands[0], shape=(size, *shape))


@rule_for("expand")
def expanded(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, *, shape: Any
) -> Any:
    """New dimensions come between the examples and the old ones."""
    (x,) = operands
    new = len(shape) - (x.ndim - 1)
    if new:
        x = reshape(x, (size, *(1,) * new, *x.shape[1:]))
    return call(x, shape=(size, *shape))


@rule_for("permute")
def permuted(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, *, dims: Any
) -> Any:
    """Permute what is behind the examples."""
    return call(operands[0], dims=(0, *shifted(dims)))


@rule_for("put_diagonal")
def put_diagonal(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    shape: Any,
    offset: int,
    dim1: int,
    dim2: int,
) -> Any:
    """Put each example's diagonal into its own zeros."""
    return call(operands[0], shape=(size, *shape), offset=offset, dim1=dim1 + 1, dim2=dim2 + 1)


@rule_for("pad")
def padded(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    widths: Any,
    value: Any,
) -> Any:
    """No border around the examples' dimension."""
    return call(operands[0], widths=((0, 0), *widths), value=value)


@rule_for("unfold")
def unfolded(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    dim: int,
    **rest: Any,
) -> Any:
    """Windows along a dimension one further."""
    return call(operands[0], dim=dim + 1, **rest)


@rule_for("fold")
def refolded(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    shape: Any,
    dim: int,
    step: int,
) -> Any:
    """The adjoint of ``unfold``."""
    return call(operands[0], shape=(size, *shape), dim=dim + 1, step=step)
