"""Characters in pictures: those without a look of their own, and how wide a text is."""

from __future__ import annotations

import unicodedata

__all__ = ["cells", "visible"]


def visible(line: str) -> str:
    """Return a line with the characters spelled out that have no look of their own.

    Example:
        >>> visible("a\\tb")
        'a\\\\tb'
    """
    if line.isascii() and line.isprintable():
        return line
    return "".join(
        c.encode("unicode_escape", "surrogatepass").decode("ascii")
        if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(c) in _OVERRIDES
        else c
        for c in line
    )


# Characters that would reverse the text after them.
_OVERRIDES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def cells(line: str) -> int:
    """Return the width of a line in a font of equal widths: 2 for each East Asian character.

    Example:
        >>> cells("x"), cells("日本")
        (1, 4)
    """
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)
