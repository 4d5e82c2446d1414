"""Tensors and sites in words, as the terminal and the page show them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .findings import Pair
from .judging import shown, title
from .records import Record
from .summary import places, size_of, values_of

FEW = 8  # values shown of a tensor


def describe(note: Record | None) -> str:
    """Return what a tensor is: ``float32 (2, 3), from -1.2 to 3, mean 0.1``."""
    if note is None:
        return "nothing"
    if "hash" not in note:
        return title(note)
    text = f"{note['dtype'].rpartition('.')[2]} {shown(note['shape'])}"
    if size_of(note) > 1:
        text += f", {note['low']:.6g} to {note['high']:.6g}, mean {note['mean']:.6g}"
    for name in ("nan", "inf"):
        if note[name]:
            text += f", {note[name]:,} {name}"
    return text


def first_values(note: Record | None, around: int | None = None) -> str:
    """Return some values of a tensor, those around a place if it was kept."""
    if note is None or "hash" not in note:
        return ""
    values = values_of(note)
    start = _start(note, values, around)
    texts = [number(value) for value in values[start : start + FEW].tolist()]
    before = "... " if start else ""
    after = " ..." if start + FEW < size_of(note) else ""
    return f"{before}{' '.join(texts)}{after}"


def place(note: Record, around: int | None) -> str:
    """Return the index of an element: ``[3, 0]``."""
    if around is None or not note.get("shape"):
        return ""
    index = np.unravel_index(around, tuple(note["shape"]))
    return f"[{', '.join(str(int(i)) for i in index)}]"


def number(value: Any) -> str:
    """Return a number in nine digits, those that float32 has."""
    return f"{value:.9g}" if isinstance(value, (float, complex)) else str(value)


def worst(pair: Pair) -> str:
    """Return the element where two tensors differ most: ``[3, 0]: 1.5 and 2``."""
    verdict, a, b = pair.verdict, pair.torch, pair.minigrad
    if verdict is None or verdict.worst is None or not a or not b or "hash" not in a:
        return ""
    kept = places(size_of(a), len(values_of(a))).tolist()
    at = kept.index(verdict.worst)
    first, second = number(values_of(a)[at].item()), number(values_of(b)[at].item())
    where = place(a, verdict.worst)
    return f"{where}: {first} and {second}" if where else f"{first} and {second}"


def _start(note: Record, values: Any, around: int | None) -> int:
    if around is None or len(values) <= FEW:
        return 0
    kept = places(size_of(note), len(values)).tolist()
    at = kept.index(around) if around in kept else 0
    return max(0, min(at - FEW // 2, len(values) - FEW))
