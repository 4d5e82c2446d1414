"""Values that rounding alone moves, and what is computed from them.

The gradient of a bias before batch normalization, or of the bias of keys in attention, is zero but
for rounding. Adam makes full steps of it, each engine its own, and neither is wrong: the loss does
not depend on such elements. They are not compared after a step, and the results of calls that use
them may differ by as much as they do.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .aligning import Side
from .records import Record
from .summary import values_of

FACTOR = 10.0  # by which a call may enlarge the differences of such elements


class Noise:
    """What is known of such elements.

    Args:
        side: PyTorch's records.
    """

    def __init__(self, side: Side) -> None:
        self._side = side
        self._elements: dict[str, np.ndarray[Any, Any]] = {}
        self._calls: set[int] = set()

    def learn(self, leaf: str, a: Record, b: Record, floor: float) -> None:
        """Look for elements of a gradient that differ and are within the floor of rounding."""
        first, second = values_of(a), values_of(b)
        found = (first != second) & (np.maximum(np.abs(first), np.abs(second)) <= floor)
        known = self._elements.get(leaf)
        if known is not None and known.shape == found.shape:
            found |= known
        if found.any():
            self._elements[leaf] = found

    def without(self, leaf: str, a: Record, b: Record) -> float | None:
        """Return the typical difference of the other elements of a parameter.

        None if it has no such elements.
        """
        noisy = self._elements.get(leaf)
        if noisy is None:
            return None
        gaps = _gaps(a, b)[~noisy]
        return float(np.sqrt(np.mean(gaps * gaps))) if gaps.size else 0.0

    def reach(self, a: list[Record], b: list[Record]) -> float:
        """Return by how much the results of a call may differ for the noise in its inputs."""
        gap, largest = 0.0, 1.0
        for first, second in zip(a, b):
            if isinstance(first.get("number"), (int, float)) and math.isfinite(first["number"]):
                largest = max(largest, abs(first["number"]))
            if "hash" not in first or "hash" not in second or first["shape"] != second["shape"]:
                continue
            if self._has(first):
                gap = max(gap, float(_gaps(first, second).max(initial=0.0)))
            elif first["dtype"].rpartition(".")[2].startswith(("float", "bfloat")):
                largest = max(largest, abs(first["low"]), abs(first["high"]))
        return FACTOR * gap * largest

    def follow(self, pair: int) -> None:
        """Note that the results of a call differ for this reason."""
        self._calls.add(pair)

    def _has(self, note: Record) -> bool:
        if "leaf" in note:
            return note["leaf"] in self._elements
        return "from" in note and self._side.pairs[note["from"]] in self._calls


def _gaps(a: Record, b: Record) -> np.ndarray[Any, Any]:
    with np.errstate(all="ignore"):
        gaps = np.abs(values_of(a).astype(np.float64) - values_of(b).astype(np.float64))
    return np.where(np.isfinite(gaps), gaps, 0.0)
