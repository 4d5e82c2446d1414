"""Splitting by other names: along fixed dimensions, by sizes, into parts that are no views."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ..dims import normalize_dim
from .joining import chunk, split, tensor_split

__all__ = [
    "dsplit",
    "hsplit",
    "split_with_sizes",
    "unsafe_chunk",
    "unsafe_split",
    "unsafe_split_with_sizes",
    "vsplit",
]


def hsplit(x: Any, indices_or_sections: int | Sequence[int]) -> tuple[Any, ...]:
    """Return views of ``x`` cut along dimension 1; of a vector, along dimension 0.

    Args:
        x: a tensor.
        indices_or_sections: the number of parts, all equal, or the indices at which to cut.

    Raises:
        RuntimeError: for a 0-d tensor, or a size that the number of parts does not divide.
        TypeError: if it is neither a number nor a sequence of them.
    """
    return _cut("hsplit", x, 1 if x.ndim > 1 else 0, 1, indices_or_sections)


def vsplit(x: Any, indices_or_sections: int | Sequence[int]) -> tuple[Any, ...]:
    """Return views of ``x``, of at least two dimensions, cut along dimension 0. See ``hsplit``."""
    return _cut("vsplit", x, 0, 2, indices_or_sections)


def dsplit(x: Any, indices_or_sections: int | Sequence[int]) -> tuple[Any, ...]:
    """Return views of ``x``, of three dimensions or more, cut along dimension 2. See ``hsplit``."""
    return _cut("dsplit", x, 2, 3, indices_or_sections)


def _cut(name: str, x: Any, dim: int, least: int, given: Any) -> tuple[Any, ...]:
    if x.ndim < least:
        raise RuntimeError(
            f"{name} requires a tensor with at least {least} dimension(s), but got a tensor of "
            f"shape {list(x.shape)}"
        )
    if isinstance(given, Traced):
        raise TypeError(f"{name}(): argument 'indices_or_sections' must be ints, not a Tensor")
    if not isinstance(given, Sequence):
        parts = operator.index(given)
        if parts <= 0 or x.shape[dim] % parts:
            raise RuntimeError(
                f"{name} attempted to split along dimension {dim}, but the size of the dimension "
                f"{x.shape[dim]} is not divisible by the split_size {parts}!"
            )
    return tensor_split(x, given, dim)


def split_with_sizes(x: Any, split_sizes: Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Return views of ``x`` cut along ``dim`` into parts of the given sizes. See ``split``."""
    return split(x, tuple(split_sizes), dim)


# --- parts that share memory and do not know it ------------------------------------------------
# So a change in place of one of them is none of the tensor, to the graph: that is what is unsafe.


@primitive(x=lambda g: g)
def _unaware(x: Any) -> Any:
    """Return the same memory as a tensor of its own, which is no view."""
    return x


def unsafe_split(
    tensor: Any, split_size_or_sections: int | Sequence[int], dim: int = 0
) -> tuple[Any, ...]:
    """Return the parts that ``split`` views; to the graph they are no views."""
    return tuple(map(_unaware, split(tensor, split_size_or_sections, dim)))


def unsafe_chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """Return the parts that ``chunk`` views. See ``unsafe_split``."""
    return tuple(map(_unaware, chunk(input, chunks, dim)))


def unsafe_split_with_sizes(
    input: Any, split_sizes: Sequence[int], dim: int = 0
) -> tuple[Any, ...]:
    """Return the parts that ``split_with_sizes`` views. See ``unsafe_split``."""
    return unsafe_split(input, tuple(split_sizes), normalize_dim(dim, input.ndim))
