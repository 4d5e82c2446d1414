"""Results of functions that tell values and where they were found."""

from __future__ import annotations

from typing import Any, NamedTuple


class _Found(NamedTuple):
    values: Any
    indices: Any

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"return_types.{name}(\nvalues={self.values!r},\nindices={self.indices!r})"


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


class sort(_Found):
    """The sorted values and their indices."""

    __slots__ = ()


class topk(_Found):
    """The k largest values and their indices."""

    __slots__ = ()
