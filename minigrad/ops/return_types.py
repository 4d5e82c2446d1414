"""Results of functions that tell values and where they were found."""

from __future__ import annotations

from typing import Any, NamedTuple

room = "return_types"  # the torch facade says torch.return_types


def _text(result: Any) -> str:
    """Return one result per line, by name."""
    named = ",\n".join(f"{name}={value!r}" for name, value in result._asdict().items())
    return f"{room}.{type(result).__name__}(\n{named})"


class _Found(NamedTuple):
    values: Any
    indices: Any

    def __repr__(self) -> str:
        return _text(self)


class aminmax(NamedTuple):
    """The smallest and the largest values."""

    min: Any
    max: Any

    def __repr__(self) -> str:
        return _text(self)


class cummax(_Found):
    """The largest values so far and their indices."""

    __slots__ = ()


class cummin(_Found):
    """The smallest values so far and their indices."""

    __slots__ = ()


class frexp(NamedTuple):
    """Mantissas and exponents."""

    mantissa: Any
    exponent: Any

    def __repr__(self) -> str:
        return _text(self)


class histogram(NamedTuple):
    """How much lies in each bin, and the edges of the bins."""

    hist: Any
    bin_edges: Any

    def __repr__(self) -> str:
        return _text(self)


class histogramdd(NamedTuple):
    """How much lies in each bin, and the edges of the bins along each dimension."""

    hist: Any
    bin_edges: Any

    def __repr__(self) -> str:
        return _text(self)


class kthvalue(_Found):
    """The k-th smallest values and their indices."""

    __slots__ = ()


class max(_Found):
    """The largest values and their indices."""

    __slots__ = ()


class median(_Found):
    """The middle values and their indices."""

    __slots__ = ()


class min(_Found):
    """The smallest values and their indices."""

    __slots__ = ()


class mode(_Found):
    """The most frequent values and their indices."""

    __slots__ = ()


class nanmedian(_Found):
    """The middle values but for NaN, and their indices."""

    __slots__ = ()


class sort(_Found):
    """The sorted values and their indices."""

    __slots__ = ()


class topk(_Found):
    """The k largest values and their indices."""

    __slots__ = ()
