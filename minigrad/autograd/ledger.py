"""The ledger of in-place writes: which memory was overwritten, how often and when.

Saved tensors must not change between the forward and the backward pass. Every graph node and every
in-place write draws a number from one counter, so 'was this memory written after that node saved
it?' is a comparison of two integers. Reading costs nothing until somebody writes: nodes keep no
version numbers, and backward looks memory up only if any write at all is younger than the node.

Memory is identified by the array that owns it, so all views of it, tensors or NumPy arrays, share
one entry. An entry lives as long as its owner.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from types import CodeType
from typing import Any

from ..backend.arrays import owner_of
from . import source

next_number = itertools.count(1).__next__


class Entry:
    """What is known of one piece of memory: writes so far, number and place of the last one."""

    __slots__ = ("code", "count", "last", "offset", "owner")

    def __init__(self, owner: weakref.ref[Any]) -> None:
        self.owner = owner
        self.count = 0
        self.last = 0
        self.code: CodeType | None = None
        self.offset = 0

    def where(self) -> str:
        """Return the user's line that wrote last."""
        return source.describe(self.code, self.offset)


class Ledger:
    """All writes of the process; ``last`` is the number of the youngest one."""

    __slots__ = ("_entries", "_lock", "last")

    def __init__(self) -> None:
        self.last = 0
        self._lock = threading.Lock()
        self._entries: dict[int, Entry] = {}

    def write(self, array: Any, site: tuple[CodeType, int] | None = None) -> None:
        """Note that the memory of ``array`` has just been overwritten by the user's line.

        Those who write many arrays at once pass the line's ``call_site()``, found but once.
        """
        owner = owner_of(array)
        key = id(owner)
        code, offset = site or source.call_site()
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entries = self._entries
                # The callback runs before the owner's id can be used again.
                entry = Entry(weakref.ref(owner, lambda _: entries.pop(key, None)))
                entries[key] = entry
            entry.count += 1
            entry.code, entry.offset = code, offset
            entry.last = self.last = next_number()

    def entry(self, array: Any) -> Entry | None:
        """Return the entry of an array's memory, or None if it was never overwritten."""
        return self._entries.get(id(owner_of(array)))

    def version(self, array: Any) -> int:
        """Return how often the memory of ``array`` was overwritten."""
        entry = self.entry(array)
        return 0 if entry is None else entry.count


ledger = Ledger()
