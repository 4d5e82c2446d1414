"""Mistakes of the engine, made for one primitive at a time or for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from minigrad.autograd import PRIMITIVES, engine
from minigrad.autograd.engine import Sweep
from minigrad.autograd.fitting import fit
from minigrad.ops.arguments import undefined


@dataclass(frozen=True)
class EngineMutant:
    """An engine with one mistake. See ``Mutant``."""

    name: str
    primitives: tuple[str, ...]
    make: Any = field(repr=False, compare=False)

    def alive(self) -> AbstractContextManager[None]:
        """Let the mistake happen."""
        made: AbstractContextManager[None] = self.make()
        return made


def engine_mutants(names: Sequence[str]) -> list[EngineMutant]:
    """Return the engine that overwrites, and for each primitive the one that does not un-broadcast.

    Only primitives of several operands are asked about: those that convert them to a common dtype
    are the elementwise ones.
    """
    several = [
        name
        for name in names
        if PRIMITIVES[name].dtypes is not None
        and any(map(derives, PRIMITIVES[name].rules))
        and len(PRIMITIVES[name].operands) > 1
    ]
    return [
        EngineMutant("engine: overwritten instead of accumulated", ("mul",), overwriting),
        *(
            EngineMutant(f"{name}: missing un-broadcast", (name,), lambda name=name: slicing(name))
            for name in several
        ),
    ]


def derives(rule: Any) -> bool:
    """Return whether a rule gives a gradient, rather than refusing to."""
    return rule is not None and not rule.__qualname__.startswith(undefined.__qualname__)


@contextmanager
def overwriting() -> Iterator[None]:
    """Let the last gradient that arrives somewhere replace those before it."""
    deliver = Sweep.deliver

    def deliver_last(self: Any, place: Any, gradient: Any) -> None:
        held = self.gradients.get(place)
        if held is not None:
            like = getattr(place, "_array", place)
            self.gradients[place] = fit(gradient, like.shape, like.dtype)
            return
        deliver(self, place, gradient)

    Sweep.deliver = deliver_last  # type: ignore[method-assign]
    try:
        yield
    finally:
        Sweep.deliver = deliver  # type: ignore[method-assign]


@contextmanager
def slicing(name: str) -> Iterator[None]:
    """Let the gradients of one primitive's operands be the first of those that broadcasting made.

    The right engine adds them up.
    """
    differentiate = Sweep.differentiate
    current: list[str] = []

    def remembered(self: Any, node: Any, gradient: Any) -> Any:
        current[:] = [node.primitive.name]
        return differentiate(self, node, gradient)

    def wrong(gradient: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        if current == [name] and gradient.shape != shape and gradient.ndim >= len(shape):
            gradient = gradient[(0,) * (gradient.ndim - len(shape))]
            first = tuple(slice(0, n) for n in shape)
            gradient = gradient[first].reshape(shape)
        return fit(gradient, shape, dtype)

    Sweep.differentiate = remembered  # type: ignore[method-assign]
    engine.fit = wrong  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Sweep.differentiate = differentiate  # type: ignore[method-assign]
        engine.fit = fit  # type: ignore[attr-defined]
