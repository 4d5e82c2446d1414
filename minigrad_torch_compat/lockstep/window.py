"""What is remembered of the calls since the last backward pass: who used which result."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .aligning import Side
from .records import Record


class Window:
    """The pairs of calls since the last pass.

    Attributes:
        users: of a pair whose result was used, or of a leaf, the pairs that used it.
        watched: results whose gradients both sides will note.
        drift: the largest relative difference of a result.
    """

    def __init__(self) -> None:
        self.users: dict[tuple[str, Any], list[int]] = defaultdict(list)
        self.watched: set[tuple[int, int]] = set()
        self.drift = 0.0

    def add(self, pair: int, a: Record, b: Record, side: Side) -> None:
        """Note a pair of calls.

        Args:
            pair: its number.
            a: PyTorch's record.
            b: minigrad's record.
            side: PyTorch's.
        """
        for i, (first, second) in enumerate(zip(a.get("out", []), b.get("out", []))):
            if first.get("watched") and second.get("watched"):
                self.watched.add((pair, i))
        if a.get("own") or a["kind"] == "step":
            return  # what it used, the calls within it used
        for note in a["in"]:
            if "leaf" in note:
                self._use(("leaf", note["leaf"]), pair)
            elif "from" in note:
                self._use(("pair", side.pairs[note["from"]]), pair)

    def _use(self, used: tuple[str, Any], pair: int) -> None:
        if pair not in self.users[used]:
            self.users[used].append(pair)

    def clear(self) -> None:
        """Forget all: a backward pass is over."""
        self.users.clear()
        self.watched.clear()
        self.drift = 0.0
