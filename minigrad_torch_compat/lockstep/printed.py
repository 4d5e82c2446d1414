"""Compares what the two runs printed.

Numbers may differ in what is printed: those that count were compared where they were computed, and
others (times) never agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

_NUMBER = re.compile(
    r"\b0x[0-9a-f]+\b|[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\b(?:nan|inf)\b"
)


@dataclass(frozen=True)
class Printed:
    """The first line that differs.

    Attributes:
        line: its number.
        torch: PyTorch's; None if it printed fewer lines.
        minigrad: minigrad's.
        numbers: whether only numbers differ.
    """

    line: int
    torch: str | None
    minigrad: str | None
    numbers: bool


def first_difference(torch: Path, minigrad: Path) -> Printed | None:
    """Return the first line in which words differ, else the first in which numbers do."""
    found = None
    with (
        open(torch, encoding="utf-8", errors="replace") as one,
        open(minigrad, encoding="utf-8", errors="replace") as two,
    ):
        for number, (a, b) in enumerate(zip_longest(one, two), 1):
            if a == b:
                continue
            a, b = a and a.rstrip("\n"), b and b.rstrip("\n")
            if a is None or b is None or words(a) != words(b):
                return Printed(number, a, b, False)
            found = found or Printed(number, a, b, True)
    return found


def words(line: str) -> str:
    """Return a line without its numbers, and without the spaces that align them.

    Example:
        >>> words("loss -1.5e-3, 12 s")
        'loss # , # s'
    """
    return " ".join(_NUMBER.sub(" # ", line).split())
