"""Sums of products in Einstein's notation, contracted two tensors at a time.

An equation and the operands' shapes make a plan, once: what to do to each operand by itself
(diagonals, sums), then which pairs to contract. The pairs are recorded as operations of their own,
so the backward pass contracts pairs too, and shares the intermediate results of the forward pass.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import Any, NamedTuple

from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...backend.dtypes import int64
from ..reducing.reductions import _sum
from ..shaping.diagonals import _diagonal
from ..shaping.shapes import _permute, _reshape
from .contraction import contract
from .pairing import best_pairs

__all__ = ["einsum"]

Shape = tuple[int, ...]


def einsum(*args: Any) -> Any:
    """Return a sum of products: dimensions with equal labels are multiplied, absent ones summed.

    Args:
        *args: an equation such as ``"ij,jk->ik"`` and the operands (or a list of them). Or
            operands, each followed by its labels as a list of integers below 52 (and Ellipsis),
            and the labels of the result.

    A label repeated in one operand takes a diagonal; ``...`` stands for any dimensions, which
    broadcast; without ``->`` the result has the labels that appear once, in alphabetical order.

    Derivative: einsums of ``g`` and the other operands, pair by pair.

    Raises:
        RuntimeError: for an equation that does not fit the operands or the sizes of which differ.
        TypeError: for operands that are not tensors.
        ValueError: for no operands, or an integer label out of range.

    Example:
        >>> import minigrad as mg
        >>> x, y = mg.ones(2, 3), mg.ones(3, 4)
        >>> mg.einsum("ij,jk->ki", x, y).shape
        (4, 2)
    """
    equation, operands = _arguments(args)
    plan = _plan(equation, tuple(x.shape for x in operands))
    work = [_alone(x, alone) for x, alone in zip(operands, plan.alone)]
    for i, j, xs, ys, outs in plan.pairs:
        work.append(contract(work[i], work[j], xs=xs, ys=ys, outs=outs))
    if plan.order is not None:
        return _permute(work[-1], dims=plan.order)
    return work[-1]


class Alone(NamedTuple):
    """What is done to an operand by itself: diagonals, dimensions dropped (size 1), and summed."""

    diagonals: tuple[tuple[int, int], ...]
    shape: Shape | None
    summed: tuple[int, ...]
    last: bool


class Plan(NamedTuple):
    """How an equation is evaluated on operands of certain shapes.

    Attributes:
        alone: the preparation of each operand.
        pairs: contractions of work[i] and work[j], with the labels of both and of the result,
            which is appended to work.
        order: the permutation of a single operand's dimensions, None for none.
    """

    alone: tuple[Alone, ...]
    pairs: tuple[tuple[int, int, str, str, str], ...]
    order: tuple[int, ...] | None


def _alone(x: Any, plan: Alone) -> Any:
    for dim1, dim2 in plan.diagonals:
        x = _diagonal(x, offset=0, dim1=dim1, dim2=dim2)
    if plan.shape is not None:
        x = _reshape(x, shape=plan.shape)
    if plan.summed:
        wide = plan.last and x.dtype.kind in "biu"
        x = _sum(x, dim=plan.summed, keepdim=False, dtype=int64 if wide else None)
    return x


# --- planning -----------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def _plan(equation: str, shapes: tuple[Shape, ...]) -> Plan:
    terms, output = _terms(equation, shapes)
    sizes = _sizes(terms, shapes)
    alone = []
    # The labels that an operand really has: dimensions of size 1 that broadcast do not count.
    held = [{c for c, n in zip(t, shape) if n == sizes[c]} for t, shape in zip(terms, shapes)]
    for i, shape in enumerate(shapes):
        wanted = set(output).union(*held[:i], *held[i + 1 :])
        prepared, terms[i] = _prepare(terms[i], shape, held[i], wanted)
        alone.append(prepared._replace(last=len(shapes) == 1))
    if len(terms) == 1:
        order = tuple(map(terms[0].index, output))
        return Plan(tuple(alone), (), None if order == tuple(range(len(order))) else order)
    pairs = []
    for i, j in best_pairs(terms, output, sizes):
        xs, ys = terms[i], terms[j]
        terms[i] = terms[j] = ""
        needed = set(output).union(*terms)
        batch = [c for c in xs if c in ys]
        free = [c for c in xs + ys if c not in batch]
        # The last pair gives the result; others come in the order that costs no transposition.
        outs = "".join(c for c in batch + free if c in needed) if any(terms) else output
        terms.append(outs)
        pairs.append((i, j, xs, ys, outs))
    return Plan(tuple(alone), tuple(pairs), None)


def _sizes(terms: Sequence[str], shapes: Sequence[Shape]) -> dict[str, int]:
    """Return the size of each label: dimensions of size 1 broadcast."""
    sizes: dict[str, int] = {}
    for position, (term, shape) in enumerate(zip(terms, shapes)):
        own: dict[str, int] = {}
        for label, size in zip(term, shape):
            if own.setdefault(label, size) != size:
                raise RuntimeError(
                    f"einsum(): subscript {label} is repeated for operand {position} but the sizes "
                    f"don't match, {size} != {own[label]}"
                )
        for label, size in own.items():
            held = sizes.get(label, 1)
            if size != held and 1 not in (size, held):
                what = f"subscript {label}" if label in ascii_letters else "a dimension under '...'"
                raise RuntimeError(
                    f"einsum(): {what} has size {size} for operand {position} which does not "
                    f"broadcast with previously seen size {held}"
                )
            sizes[label] = size if held == 1 else held
    return sizes


def _prepare(term: str, shape: Shape, held: set[str], wanted: set[str]) -> tuple[Alone, str]:
    """Plan what is done to one operand, and return it with the labels that are left."""
    labels, lengths = list(term), list(shape)
    diagonals = []
    for label in dict.fromkeys(term):
        while labels.count(label) > 1:
            dim1 = labels.index(label)
            dim2 = labels.index(label, dim1 + 1)
            diagonals.append((dim1, dim2))
            labels.append(label)
            lengths.append(lengths[dim1])
            for dim in (dim2, dim1):
                del labels[dim], lengths[dim]
    kept = tuple(n for label, n in zip(labels, lengths) if label in held)
    labels = [label for label in labels if label in held]
    summed = tuple(i for i, label in enumerate(labels) if label not in wanted)
    rest = "".join(label for label in labels if label in wanted)
    return Alone(tuple(diagonals), None if len(kept) == len(lengths) else kept, summed, False), rest


# --- reading an equation ------------------------------------------------------------------------


def _terms(equation: str, shapes: Sequence[Shape]) -> tuple[list[str], str]:
    """Return the labels of the operands and of the result, with ``...`` replaced by labels."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    given = left.split(",")
    if len(given) != len(shapes):
        raise RuntimeError(
            f"einsum(): {'more' if len(given) < len(shapes) else 'fewer'} operands were provided "
            f"({len(shapes)}) than specified in the equation {equation!r} ({len(given)})"
        )
    depth = 0
    terms = []
    for i, (term, shape) in enumerate(zip(given, shapes)):
        named = len(_checked(term, f"operand {i}").replace("...", ""))
        rest = len(shape) - named
        if rest < 0 or (rest and "..." not in term):
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({named}) does not match the "
                f"number of dimensions ({len(shape)}) for operand {i}, of shape {tuple(shape)}"
                + ("" if "..." in term else ", and no ellipsis was given")
            )
        depth = max(depth, rest)
        terms.append(term.replace("...", _covered(rest)))
    if arrow:
        output = _checked(right, "the output").replace("...", _covered(depth))
    else:
        once = [c for c in "".join(terms) if c in ascii_letters and left.count(c) == 1]
        output = _covered(depth) + "".join(sorted(once))
    for label in output:
        if output.count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once")
        if not any(label in term for term in terms):
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation {equation!r} "
                "for any input operand"
            )
    return terms, output


def _checked(term: str, whose: str) -> str:
    if not re.fullmatch(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*", term):
        raise RuntimeError(
            f"einsum(): invalid subscripts {term!r} for {whose}: expected letters [a-zA-Z] and at "
            "most one ellipsis '...'"
        )
    return term


def _covered(count: int) -> str:
    """Return labels, which are no letters of an equation, for the dimensions under an ellipsis."""
    return "".join(chr(0x100 + place) for place in reversed(range(count)))


def _arguments(args: tuple[Any, ...]) -> tuple[str, Sequence[Any]]:
    """Return the equation and the operands, from either form of the call."""
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one "
            "operand and its subscripts list"
        )
    equation, *operands = args
    if not isinstance(equation, str):
        if not _is_tensor(equation):
            raise TypeError(
                f"einsum(): argument 'equation' must be str, not {type(equation).__name__}"
            )
        lists = [_letters(labels) for labels in args[1::2]]
        output = "->" + _letters(args[-1]) if len(args) % 2 else ""
        equation, operands = ",".join(lists) + output, list(args[: 2 * len(lists) : 2])
    elif len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = list(operands[0])
    for i, x in enumerate(operands):
        if not _is_tensor(x):
            raise TypeError(f"einsum(): expected Tensor as operand {i}, got {type(x).__name__}")
    return equation, operands


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Traced) or is_array(value)


def _letters(labels: Sequence[Any]) -> str:
    """Return the term that a list of integers (and Ellipsis) stands for."""
    order = ascii_uppercase + ascii_lowercase
    found = []
    for label in labels:
        if label is not Ellipsis and not 0 <= label < len(order):
            raise ValueError(
                f"einsum(): subscript {label} in subscript list is not within the valid range "
                f"[0, {len(order)})"
            )
        found.append("..." if label is Ellipsis else order[label])
    return "".join(found)
