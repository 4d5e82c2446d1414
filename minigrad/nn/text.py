"""How modules print: a line for a layer, an indented tree for a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def module_text(name: str, extra: str, parts: Iterable[tuple[str, str]]) -> str:
    """Return ``Name(extra)``, or over several lines if the module has parts.

    Args:
        name: the class's name.
        extra: the layer's own settings.
        parts: label and text of each child.
    """
    settings = extra.split("\n") if extra else []
    children = [f"({label}): {indented(text)}" for label, text in parts]
    if not children and len(settings) <= 1:
        return f"{name}({extra})"
    lines = "".join(f"\n  {line}" for line in [*settings, *children])
    return f"{name}({lines}\n)"


def indented(text: str) -> str:
    """Return the text with every line but the first indented."""
    return text.replace("\n", "\n  ")


def repeats(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return labelled texts with runs of equal ones as one: ``("0-2", "3 x ReLU()")``."""
    found: list[tuple[str, str]] = []
    start = 0
    while start < len(texts):
        stop = start + 1
        while stop < len(texts) and texts[stop] == texts[start]:
            stop += 1
        if stop - start == 1:
            found.append((str(start), texts[start]))
        else:
            found.append((f"{start}-{stop - 1}", f"{stop - start} x {texts[start]}"))
        start = stop
    return found
