"""What is remembered of tensors while they live: which call made them, which leaves there are."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any, NamedTuple


class Origin(NamedTuple):
    """The call that made a tensor, and which of its results it is."""

    call: int
    result: int
    version: int


class Leaf:
    """A tensor whose gradient is collected.

    Attributes:
        key: what it is called, and the call that used it first: the same on both sides.
        name: the path of a parameter, or a variable.
    """

    def __init__(self, tensor: Any, key: str, name: str) -> None:
        self.tensor = weakref.ref(tensor)
        self.key, self.name = key, name


class ByIdentity:
    """A table with tensors as keys; none is kept alive by it."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Any, Any]] = {}

    def get(self, tensor: Any) -> Any:
        """Return what is known of a tensor, or None."""
        row = self._rows.get(id(tensor))
        return row[1] if row is not None and row[0]() is tensor else None

    def set(self, tensor: Any, value: Any) -> None:
        """Note something of a tensor, for as long as it lives."""
        key = id(tensor)

        def forget(gone: Any) -> None:
            row = self._rows.get(key)
            if row is not None and row[0] is gone:
                del self._rows[key]

        self._rows[key] = (weakref.ref(tensor, forget), value)

    def __iter__(self) -> Iterator[Any]:
        return iter([value for _, value in list(self._rows.values())])


def version_of(tensor: Any) -> int:
    """Return how often a tensor was written to; -1 in inference mode and in transforms."""
    try:
        return int(tensor._version)
    except RuntimeError:
        return -1
