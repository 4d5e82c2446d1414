"""Equations of ``einsum`` and their operands."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ..spec import Case
from .arrays import reals

LETTERS = "abcAz"


@st.composite
def equations(draw: st.DrawFn, max_operands: int = 4) -> tuple[str, list[tuple[int, ...]]]:
    """A valid equation and shapes for it.

    Labels repeat within and among operands, dimensions of size 1 broadcast (the labelled ones and
    those under an ellipsis), the result is explicit or implicit, spaces come and go.
    """
    sizes = {label: draw(st.integers(0, 3)) for label in LETTERS}
    depth = draw(st.integers(0, 2))  # dimensions under ellipses
    batch = [draw(st.integers(0, 3)) for _ in range(depth)]
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, max_operands))):
        labels = draw(st.lists(st.sampled_from(LETTERS), max_size=4))
        shrunk = {label for label in labels if draw(st.integers(0, 4)) == 0}
        shape = [1 if label in shrunk else sizes[label] for label in labels]
        if depth and draw(st.booleans()):
            place, rest = draw(st.integers(0, len(labels))), draw(st.integers(0, depth))
            shape[place:place] = [
                1 if draw(st.integers(0, 4)) == 0 else n for n in batch[depth - rest :]
            ]
            labels.insert(place, "...")
        terms.append("".join(labels))
        shapes.append(tuple(shape))
    equation = ",".join(terms)
    if draw(st.booleans()):
        used = sorted(set(equation) - {",", "."})
        output = draw(st.lists(st.sampled_from(used), unique=True)) if used else []
        if "..." in equation and draw(st.booleans()):
            output.insert(draw(st.integers(0, len(output))), "...")
        equation += "->" + "".join(output)
    if draw(st.booleans()):
        equation = equation.replace(",", " , ").replace("->", " -> ")
    return equation, shapes


@st.composite
def einsums(draw: st.DrawFn) -> Case:
    """Calls ``f(equation, *operands)``."""
    equation, shapes = draw(equations())
    return Case((equation, *(draw(reals(shape)) for shape in shapes)))


@st.composite
def sublists(draw: st.DrawFn) -> Case:
    """Calls ``f(operand, labels, ..., result's labels)``: the same in integers."""
    equation, shapes = draw(equations(max_operands=3))
    left, arrow, right = equation.replace(" ", "").partition("->")
    args: list[Any] = []
    for term, shape in zip(left.split(","), shapes, strict=True):
        args += [draw(reals(shape)), numbers(term)]
    return Case((*args, numbers(right)) if arrow else tuple(args))


def numbers(term: str) -> list[Any]:
    """Return a term's labels as the integers that PyTorch gives them."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return [... if c == "." else alphabet.index(c) for c in term.replace("...", ".")]
