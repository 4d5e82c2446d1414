"""Statements drawn one by one: views, writes through them, islands without gradients, derivatives.

After every statement what it made is equal; from time to time, and at the end, so are the places of
all tensors in the graph and their derivatives of first, second and third order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from .running import Lockstep
from .vocabulary import PHRASES, phrases

_SHAPES = st.sampled_from([(3, 2), (2,), (3,), (2, 3), (), (2, 2), (2, 1, 3)])


def machine(*kinds: str, order: int = 3) -> type[RuleBasedStateMachine]:
    """Return a state machine whose programs are made of some kinds of phrases; of all by default.

    Args:
        kinds: keys of ``PHRASES``.
        order: of the highest derivatives compared (of numbers; one less of other tensors).
    """
    chosen = kinds or tuple(PHRASES)
    made = tuple(kind for kind in chosen if kind != "write")

    class Programs(RuleBasedStateMachine):
        """Two engines that run the same program."""

        def __init__(self) -> None:
            super().__init__()
            self.both = Lockstep()

        @initialize()
        def begin(self) -> None:
            leaf = self.both.leaf(_numbers((3, 2), 0), True)
            self.both.let(f"{leaf} * 2")
            self.both.leaf(_numbers((2,), 1), False)

        @rule(shape=_SHAPES, grad=st.sampled_from([True, True, False]), seed=st.integers(2, 9))
        def leaf(self, shape: tuple[int, ...], grad: bool, seed: int) -> None:
            self.both.leaf(_numbers(shape, seed), grad)

        @rule(data=st.data(), recorded=st.sampled_from([True] * 7 + [False]))
        def compute(self, data: Any, recorded: bool) -> None:
            said = data.draw(phrases(made, self.both.shapes))
            if said is not None:
                # A copy: views made without recording are refused at the oddest moments.
                self.both.let(said[2] if recorded else f"({said[2]}).clone()", recorded)

        if "write" in chosen:

            @rule(data=st.data(), recorded=st.sampled_from([True, True, True, False]))
            def write(self, data: Any, recorded: bool) -> None:
                said = data.draw(phrases(["write"], self.both.shapes))
                if said is not None:
                    write(self.both, *said, recorded=recorded)

        @rule()
        def look(self) -> None:
            """No invariant: views learn only when asked what has become of them."""
            look(self.both)

        @rule(data=st.data(), order=st.sampled_from([1, 1, 2]))
        def differentiate(self, data: Any, order: int) -> None:
            differentiable = _differentiable(self.both)
            if differentiable:
                self.both.differentiate(data.draw(st.sampled_from(differentiable)), order)

        def teardown(self) -> None:
            look(self.both)
            for name in _differentiable(self.both):
                self.both.differentiate(name, order - bool(self.both.shapes[name]))

    return Programs


def write(both: Lockstep, x: str, y: str, text: str, *, recorded: bool) -> None:
    """Write into a tensor in a way whose meaning PyTorch defines."""
    target, value = (both.spaces[0].get(name) for name in (x, y))
    assert target is not None
    if 0 in target.stride():
        recorded = False  # where a tensor was expanded, PyTorch writes, but cannot go back
    if value is not None and np.shares_memory(target.detach().numpy(), value.detach().numpy()):
        text = text.replace(y, f"{y}.clone()") if x != y else text.replace(f"({y}", f"({y}.clone()")
    both.run(f"{x}.grad_fn")  # else PyTorch takes a view whose base got a history for a leaf
    before = both.versions(x)
    both.run(text, recorded)
    counted = [after - start for start, after in zip(before, both.versions(x), strict=True)]
    assert counted[0] == counted[1], f"{counted[0]} changes, expected {counted[1]}: {text}"


def look(both: Lockstep) -> None:
    """Compare all tensors, and their places in the graph."""
    for name in both.shapes:
        both.observe(f"places({name})")


def _differentiable(both: Lockstep) -> list[str]:
    """Return the names of the tensors that have gradients, the youngest first."""
    return [name for name in reversed(both.shapes) if both.spaces[1][name].requires_grad]


def _numbers(shape: tuple[int, ...], seed: int) -> Any:
    return np.random.default_rng(seed).integers(-4, 5, shape) / 4
