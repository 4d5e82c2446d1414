"""Padding: borders of a constant, of the mirrored or repeated edge, or of the opposite edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ..indices.indexing import getitem
from ..shaping.broadcasting import expand
from ..shaping.joining import cat
from ..shaping.shapes import clone
from .windows import integer

__all__ = ["pad"]

Widths = tuple[tuple[int, int], ...]  # of the border before and after, for every dimension


@primitive(x=lambda g, widths: getitem(g, index=_inside(g.shape, widths)))
def _pad(x: Any, *, widths: Widths, value: Any) -> Any:
    shape = tuple(n + sum(ends) for n, ends in zip(x.shape, widths, strict=True))
    out = namespace(x).full(shape, value, x.dtype)
    out[_inside(shape, widths)] = x
    return out


def _inside(shape: Sequence[int], widths: Widths) -> tuple[Any, ...]:
    """Return the index of what lies within borders."""
    ends = zip(shape, widths, strict=True)
    return (*(slice(before, n - after) for n, (before, after) in ends), ...)


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """Return ``input`` with borders around it; negative widths cut off instead.

    Args:
        input: a tensor; for other modes than "constant", one of 1 to 3 spatial dimensions after
            an optional batch dimension and the channels.
        pad: widths before and after, in pairs, the last dimension first.
        mode: "constant"; "reflect" (mirrored without the edge), "replicate" (the edge repeated) or
            "circular" (the opposite edge).
        value: of the border for "constant"; 0 by default.

    Derivative: ``g`` without the borders, and for the modes that repeat elements, what those of the
    borders received added.

    Raises:
        RuntimeError: for an odd number of widths, too many, or widths that do not fit the sizes.
        NotImplementedError: for another mode, or a number of dimensions it is not meant for.
    """
    given = tuple(map(integer, pad))
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if len(given) % 2 or len(given) > 2 * input.ndim:
        raise RuntimeError(
            f"pad: expected pairs of widths for at most {input.ndim} dimensions, got {len(given)} "
            f"widths: {given}"
        )
    pairs = list(zip(given[-2::-2], given[::-2], strict=True))
    widths = (*(((0, 0),) * (input.ndim - len(pairs))), *pairs)
    if mode == "constant":
        inner = _crop(input, widths)
        outer = tuple((max(a, 0), max(b, 0)) for a, b in widths)
        if not any(map(any, outer)):
            return clone(inner)
        return _pad(inner, widths=outer, value=_fill_value(input, value))
    if value not in (None, 0):
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if not pairs or len(pairs) > 3 or input.ndim - len(pairs) not in (1, 2):
        raise NotImplementedError(
            f"Padding size {len(given)} is not supported for {input.ndim}D input in mode {mode!r}: "
            "pad the last 1, 2 or 3 dimensions, which one or two others precede"
        )
    if mode != "circular":
        _check_edges(input, widths, len(pairs), mode)
    x = _crop(input, widths) if mode == "circular" else input
    for dim, (before, after) in enumerate(widths):
        x = _border(x, dim, max(before, 0), max(after, 0), mode)
    x = x if mode == "circular" else _crop(x, widths)
    return x if max(given) > 0 else clone(x)


def _fill_value(x: Any, value: float | None) -> Any:
    """Return the constant of a border.

    Raises:
        RuntimeError: for one that integers cannot hold.
    """
    if x.dtype.kind in "iu" and value is not None:
        limits = np.iinfo(x.dtype)
        if not limits.min <= value <= limits.max:
            raise RuntimeError(f"pad: value {value} cannot be converted to type {x.dtype}")
    return 0 if value is None else value


def _check_edges(x: Any, widths: Widths, count: int, mode: str) -> None:
    """Raise unless there are edges to mirror or repeat, and something is left between them."""
    if not all(x.shape[-count - 1 :]):
        raise RuntimeError(
            f"pad: mode {mode!r} expects non-zero dimensions (but for the batch), got shape "
            f"{list(x.shape)}"
        )
    if any(n + sum(ends) < 1 for n, ends in zip(x.shape[-count:], widths[-count:], strict=True)):
        raise RuntimeError(f"pad: shape {list(x.shape)} is too small for the widths {widths}")
    if x.dtype.kind == "b":
        raise NotImplementedError(f'"pad" in mode {mode!r} not implemented for {x.dtype}')


def _crop(x: Any, widths: Widths) -> Any:
    """Cut off what negative widths ask for.

    Raises:
        RuntimeError: if there is less than that.
    """
    cuts = tuple((max(-a, 0), max(-b, 0)) for a, b in widths)
    if not any(map(any, cuts)):
        return x
    if any(n < sum(ends) for n, ends in zip(x.shape, cuts, strict=True)):
        raise RuntimeError(
            f"pad: widths {widths} would cut more than there is from shape {list(x.shape)}"
        )
    return getitem(x, index=_inside(x.shape, cuts))


def _border(x: Any, dim: int, before: int, after: int, mode: str) -> Any:
    """Return ``x`` with a border at both ends of a dimension, made of its own elements."""
    if not before and not after:
        return x
    size = x.shape[dim]
    limit = {"reflect": size - 1, "circular": size}.get(mode)
    if size == 0 or (limit is not None and max(before, after) > limit):
        raise RuntimeError(
            f"pad: mode {mode!r} takes at most {limit or 0} elements from dimension {dim} of shape "
            f"{list(x.shape)}, but the widths are ({before}, {after})"
        )

    def part(*bounds: int | None) -> Any:
        return getitem(x, index=((slice(None),) * dim + (slice(*bounds), ...)))

    def repeated(edge: Any, count: int) -> Any:
        return expand(edge, *x.shape[:dim], count, *x.shape[dim + 1 :])

    if mode == "reflect":
        stop = size - 2 - after
        left, right = part(before, 0, -1), part(size - 2, None if stop < 0 else stop, -1)
    elif mode == "replicate":
        left, right = repeated(part(0, 1), before), repeated(part(size - 1, size), after)
    else:
        left, right = part(size - before, size), part(0, after)
    return cat([*([left] if before else []), x, *([right] if after else [])], dim)
