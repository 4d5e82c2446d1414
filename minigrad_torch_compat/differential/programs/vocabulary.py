"""The phrases that programs are made of, and which tensors each can be said of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Phrase:
    """An expression of one tensor ``{x}`` or two, with dimensions ``{a}`` and ``{b}`` of the first.

    Attributes:
        kind: what sort of operation it is; see ``PHRASES``.
        text: the expression; ``t`` is the library.
        fits: whether it can be said of tensors of some shapes. Said of others, it may be refused,
            by both engines with the same type of error.
    """

    kind: str
    text: str
    fits: Callable[..., bool]

    @property
    def operands(self) -> int:
        """How many tensors it is said of."""
        return 2 if "{y}" in self.text else 1

    def said(self, draw: Any, x: str, shape: Shape, y: str = "") -> str:
        """Return the text with its blanks filled."""
        dims = st.integers(-len(shape), len(shape) - 1)
        blanks = {name: draw(dims) for name in "ab" if f"{{{name}}}" in self.text}
        return re.sub(r"\{(\w)\}", lambda m: str({"x": x, "y": y, **blanks}[m[1]]), self.text)


def _always(x: Shape, y: Shape = ()) -> bool:
    return True


def _some(x: Shape, y: Shape = ()) -> bool:
    return bool(np.prod(x))


def _dims(least: int) -> Callable[..., bool]:
    return lambda x, y=(): len(x) >= least and 0 not in x


def broadcast(x: Shape, y: Shape) -> bool:
    """Return whether two shapes broadcast."""
    try:
        np.broadcast_shapes(x, y)
    except ValueError:
        return False
    return True


def _onto(x: Shape, y: Shape) -> bool:
    return broadcast(x, y) and np.broadcast_shapes(x, y) == x


def _products(x: Shape, y: Shape) -> bool:
    return len(x) > 0 < len(y) and x[-1] == y[-1 if len(y) == 1 else -2]


_TABLE: dict[str, list[tuple[Callable[..., bool], Sequence[str]]]] = {
    "elementwise": [
        (_always, (
            "-{x}", "{x} * 0.5", "{x} * {x}", "1 - {x}", "{x}.clone()", "{x} ** 3 / 8",
            "t.sin({x})", "t.cos({x})", "t.tanh({x})", "t.sigmoid({x})", "t.atan({x})",
            "t.exp(-{x} * {x})", "t.log1p({x} * {x})", "t.sqrt({x} * {x} + 1)", "t.erf({x})",
            "1 / ({x} * {x} + 1)", "t.relu({x})", "t.abs({x})", "t.clamp({x}, -1, 1)",
            "t.nn.functional.softplus({x})", "t.nn.functional.gelu({x})",
            "t.nn.functional.silu({x})", "{x}.masked_fill({x} > 0.5, 0.25)",
        )),
        (broadcast, (
            "{x} + {y}", "{x} - {y}", "{x} * {y}", "{x} / ({y} * {y} + 1)",
            "t.maximum({x}, {y})", "t.minimum({x}, {y})", "t.where({x} > {y}, {x}, {y})",
            "t.atan2({x}, {y} * {y} + 1)", "t.lerp({x}, {y}, 0.25)", "t.logaddexp({x}, {y})",
            "t.addcmul({x}, {x}, {y}, value=0.5)",
        )),
    ],
    "reduction": [
        (_some, (
            # Products times 1: PyTorch keeps the product itself, and refuses after writes into it.
            "{x}.sum()", "{x}.mean()", "{x}.amax()", "{x}.prod() * 1",
            "t.logsumexp({x}.reshape(-1), 0)",
        )),
        (_dims(1), (
            "{x}.sum({a})", "{x}.mean({a}, keepdim=True)", "{x}.amax({a})", "{x}.prod({a}) * 1",
            "{x}.logsumexp({a}, keepdim=True)", "{x}.cumsum({a})", "t.softmax({x}, {a})",
            "t.log_softmax({x}, {a})", "{x}.max({a}).values",
            "{x}.sort(stable=True, dim={a}).values", "{x}.var({a}, correction=0)",
            "{x}.sum(({a},), keepdim=True)", "{x}.cumprod({a}) * 1",
        )),
    ],
    "contraction": [
        (_products, ("{x} @ {y}", "{y}.transpose(0, -1) @ {x}.transpose(0, -1)")),
        (lambda x, y: len(x) == len(y) == 2 and x[1] == y[0],
            ("t.einsum('ij,jk->ki', {x}, {y})", "t.einsum('ij,jk->i', {x}, {y})")),
        (lambda x, y: len(x) == 2 and x == y,
            ("t.einsum('ij,ij->j', {x}, {y})", "t.nn.functional.linear({x}, {y})")),
        (lambda x, y: len(x) == len(y) == 1,
            ("t.outer({x}, {y})", "t.einsum('i,j->ij', {x}, {y})")),
        (lambda x, y: len(x) == len(y) == 1 and 0 < y[0] <= x[0],
            ("t.nn.functional.conv1d({x}[None], {y}[None, None])",)),
        (lambda x, y: len(x) == len(y) == 2 and 0 not in (*x, *y) and all(
            n + 2 >= k for n, k in zip(x, y)),
            ("t.nn.functional.conv2d({x}[None], {y}[None, None], padding=1)",)),
    ],
    "view": [
        (_dims(1), (
            "{x}[0]", "{x}[-1]", "{x}[:2]", "{x}[1:]", "{x}[..., ::2]", "{x}[..., 0]",
            "{x}.transpose({a}, {b})", "{x}.movedim({a}, {b})", "{x}.select({a}, 0)",
            "{x}.narrow({a}, 0, 1)", "{x}.unfold({a}, 1, 1)",
        )),
        (_dims(2), ("{x}.diagonal()", "{x}.diagonal(0, -1, 0)", "{x}.mT")),
        (_always, (
            "{x}[None]", "{x}[...]", "{x}.unsqueeze(-1)", "{x}.squeeze()", "{x}.view({x}.shape)",
            "{x}.unsqueeze(0).expand(2, *{x}.shape)", "{x}.reshape(-1)",
        )),
    ],
    "copy": [
        (_dims(1), (
            "{x}[[0, -1]]", "{x}.flip({a})", "{x}.roll(1, {a})", "{x}.repeat_interleave(2, {a})",
            "{x}.index_select({a}, t.tensor([0, 0]))", "t.cat({x}.split(1, {a})[::-1], {a})",
            "t.stack({x}.unbind({a})[::-1], {b})", "t.cat([{x}, {x}[:1]])",
            "t.take_along_dim({x}, {x}.detach().argsort(dim={a}, stable=True), {a})",
        )),
        (_dims(2), ("t.tril({x})", "t.triu({x}, 1)", "{x}[:, [0]]")),
        (_always, ("{x}.repeat(2, *(1,) * {x}.ndim)", "{x}.contiguous()")),
        (lambda x, y: x == y, ("t.stack([{x}, {y}], -1)",)),
        (lambda x, y: len(x) == len(y) > 0 and x[1:] == y[1:], ("t.cat([{x}, {y}])",)),
    ],
    "choice": [(_always, ("{x}[{x} > 0]",))],  # as many as there are
    "island": [(_always, (
        "{x}.detach()", "{x}.detach() * {x}", "{x}.detach().clone().requires_grad_()",
    ))],
    # Nothing whose rule wants the result (tanh_): minigrad keeps a copy, so that a later write does
    # no harm; PyTorch keeps the tensor, and refuses.
    "write": [
        (_always, (
            "{x}.add_(0.25)", "{x}.mul_(-0.5)", "{x}.zero_()", "{x}.fill_(0.75)", "{x}.sin_()",
            "{x}.neg_()", "{x}.clamp_(-1, 1)", "{x}.masked_fill_({x} > 0.5, 0.25)",
        )),
        (_dims(1), ("{x}.__setitem__(slice(1, None), 1.5)", "{x}.__setitem__((..., 0), 0.5)",
            "{x}.__setitem__({x} > 0, 0.25)")),
        (_onto, ("{x}.add_({y})", "{x}.mul_({y})", "{x}.copy_({y})", "{x}.sub_({y}, alpha=0.5)")),
        (lambda x, y: len(x) > 0 not in x and _onto(x, y),
            ("{x}.__setitem__(..., {y})",)),
        (lambda x, y: len(x) > 0 not in x and _onto(x[1:], y),
            ("{x}.__setitem__(0, {y})", "{x}.__setitem__([-1], {y})")),
    ],
}  # fmt: skip

PHRASES: dict[str, list[Phrase]] = {
    kind: [Phrase(kind, text, fits) for fits, texts in rows for text in texts]
    for kind, rows in _TABLE.items()
}
PURE = ("elementwise", "reduction", "contraction", "view", "copy")


@st.composite
def phrases(
    draw: st.DrawFn, kinds: Sequence[str], shapes: dict[str, Shape]
) -> tuple[str, str, str] | None:
    """Choose a phrase and the tensors it is said of; None if there are no such tensors.

    Args:
        kinds: keys of ``PHRASES``.
        shapes: of the tensors that exist, by name.

    Returns:
        The names of its tensors (the second empty if there is none), and its text.
    """
    phrase = draw(st.sampled_from(PHRASES[draw(st.sampled_from(kinds))]))
    # The youngest tensors shrink first: programs that use what they made.
    names = list(reversed(shapes))
    firsts = [n for n in names if phrase.operands == 2 or phrase.fits(shapes[n])]
    if not firsts:
        return None
    x, y = draw(st.sampled_from(firsts)), ""
    if phrase.operands == 2:
        seconds = [n for n in names if phrase.fits(shapes[x], shapes[n])]
        if not seconds:
            return None
        y = draw(st.sampled_from(seconds))
    return x, y, phrase.said(draw, x, shapes[x], y)
