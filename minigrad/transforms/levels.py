"""Batched tensors: one example to look at, all of them to compute with.

Inside ``vmap`` a tensor shows the shape of one example. All examples lie in a *physical* tensor,
along its first dimension, and what is done to the example is done to the physical tensor (see
``batching``), recorded like anything else: differentiation knows nothing of batches.

``vmap`` inside ``vmap`` is a deeper **level**. The physical tensor of a deep level may itself be
batched at outer ones, never the other way round.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from ..autograd.modes import modes
from ..autograd.stand_in import StandIn, chance
from ..autograd.traced import Traced
from ..ops.shaping.broadcasting import expand
from ..ops.shaping.shapes import movedim
from ..tensor import Tensor

# --- levels -------------------------------------------------------------------------------------


class Level:
    """One call of ``vmap`` under way.

    Attributes:
        depth: 1 for the outermost.
        size: the number of examples.
        randomness: "error", "different" or "same".
    """

    __slots__ = ("depth", "randomness", "size")

    def __init__(self, depth: int, size: int, randomness: str) -> None:
        self.depth = depth
        self.size = size
        self.randomness = randomness


class _Active(threading.local):
    levels: tuple[Level, ...] = ()  # from the outermost


active = _Active()


@contextlib.contextmanager
def inside(levels: tuple[Level, ...]) -> Iterator[None]:
    """Be inside of calls of ``vmap``: what is random asks them, and gradients are per example."""
    outer, active.levels = (active.levels, chance.draw, modes.transforms), levels
    chance.draw = Examples.draw if levels else None
    modes.transforms += bool(levels)
    try:
        yield
    finally:
        active.levels, chance.draw, modes.transforms = outer


# --- batched tensors ----------------------------------------------------------------------------


class Examples(StandIn):
    """What stands in a batched tensor for the array of one example.

    Attributes:
        physical: the tensor of all examples, along its first dimension.
        level: the call of ``vmap`` they belong to.
    """

    __slots__ = ("level", "physical")

    # How calls are interpreted and random numbers drawn; ``batching`` says it, which builds on
    # this file.
    interpreter: Callable[..., Any]
    draw: Callable[..., Any]

    def __init__(self, physical: Any, level: Level) -> None:
        super().__init__(physical.shape[1:], physical.dtype)
        self.physical = physical
        self.level = level

    @property
    def flags(self) -> Any:
        """How the memory of all examples is laid out."""
        return self.physical._array.flags

    @property
    def strides(self) -> Any:
        """The steps, in bytes, between elements of an example."""
        return self.physical._array.strides[1:]

    @property
    def itemsize(self) -> Any:
        """Bytes per element."""
        return self.physical._array.itemsize

    @property
    def device(self) -> Any:
        """Where the values live."""
        return self.physical.device

    def interpret(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Call a function for all examples at once."""
        return Examples.interpreter(function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(
            f"vmap: this operation asks for {name!r} of a tensor's values, which it cannot for all "
            "examples at once: move it out of vmap"
        )

    def _refuse(self, *others: Any, **keywords: Any) -> NoReturn:
        raise RuntimeError(
            "vmap: this operation computes with a tensor's values outside of minigrad's "
            "operations, which it cannot for all examples at once: move it out of vmap"
        )

    # An array would answer these; an object that is none answers some of them wrongly.
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse  # type: ignore[assignment]
    __getitem__ = __setitem__ = __iter__ = __array__ = _refuse
    __array_ufunc__ = __array_function__ = _refuse
    __hash__ = object.__hash__

    def item(self) -> NoReturn:
        """Refuse: there are many values."""
        raise RuntimeError(
            "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over "
            "calling .item() on a Tensor, please try to rewrite what you're doing with other "
            "operations."
        )


class Batched(Tensor, results=Tensor):
    """A tensor that shows one example of many. Made by ``vmap`` only."""

    _array: Examples

    @property
    def dtype(self) -> Any:
        """The type of the elements."""
        return self._array.physical.dtype

    @property
    def device(self) -> Any:
        """Where the values live."""
        return self._array.physical.device

    @property  # type: ignore[misc]
    def requires_grad(self) -> bool:
        """Whether gradients flow to the examples."""
        return bool(self._array.physical.requires_grad)

    @property
    def grad_fn(self) -> Any:
        """The operation that made the examples; None for a leaf."""
        return self._array.physical.grad_fn

    @property
    def is_leaf(self) -> bool:
        """True if no recorded operation made the examples."""
        return bool(self._array.physical.is_leaf)

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Refuse, as PyTorch: transforms say what is differentiated."""
        raise RuntimeError(
            "You are attempting to call Tensor.requires_grad_() inside of vmap. This is "
            "unsupported: use the transforms (grad, vjp, jacrev, jacfwd, hessian), or call "
            "requires_grad_() outside."
        )

    def detach(self) -> Any:
        """Return the same examples without their history."""
        return batched(self._array.physical.detach(), self._array.level)

    @property  # type: ignore[misc]
    def data(self) -> Any:
        """The same examples without history; writes through it are not tracked."""
        return batched(self._array.physical.data, self._array.level)

    def detach_(self) -> Any:
        """Cut the examples from their history."""
        self._array.physical.detach_()
        return self

    def stride(self, dim: int | None = None) -> Any:
        """Return the steps between elements of an example."""
        steps = self._array.physical.stride()[1:]
        return steps if dim is None else steps[dim]

    def is_contiguous(self) -> bool:
        """Return True if the elements lie in row-major order."""
        return bool(self._array.physical.is_contiguous())

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return int(self._array.physical.itemsize)

    def is_floating_point(self) -> bool:
        """Return True for floating-point dtypes."""
        return bool(self._array.dtype.kind == "f")

    def __repr__(self) -> str:
        level = self._array.level
        return f"Batched(level={level.depth}, size={level.size}, value={self._array.physical!r})"

    def item(self) -> NoReturn:
        """Refuse, as PyTorch: there are many values."""
        self._array.item()

    def tolist(self) -> NoReturn:
        """Refuse, as PyTorch: there are many values."""
        self._array.item()

    def numpy(self) -> NoReturn:
        """Refuse, as PyTorch: the array would be that of all examples."""
        raise RuntimeError("Cannot access data pointer of Tensor inside of vmap: .numpy()")

    def __bool__(self) -> bool:
        raise RuntimeError(
            "vmap: It looks like you're attempting to use a Tensor in some data-dependent control "
            "flow. We don't support that yet: use where() instead."
        )

    def __index__(self) -> int:
        self._array.item()


def batched(physical: Any, level: Level) -> Batched:
    """Return the tensor that shows one example of ``physical``."""
    return Batched._wrap(Examples(physical, level))  # type: ignore[no-any-return]


def level_of(value: Any) -> Level | None:
    """Return the deepest level at which a value is batched; None if it is at none."""
    if isinstance(value, Traced) and value._array.__class__ is Examples:
        return value._array.level
    return None


def levels_of(value: Any) -> list[Level]:
    """Return the levels at which a tensor is batched, the deepest first."""
    found = []
    level = level_of(value)
    while level is not None:
        found.append(level)
        value = value._array.physical
        level = level_of(value)
    return found


# --- to and from physical tensors -----------------------------------------------------------------


def expose(value: Any, level: Level) -> Any:
    """Return a tensor with the examples of a level as its first dimension, repeated if need be."""
    own = level_of(value)
    if own is level:
        return value._array.physical
    if own is None or own.depth < level.depth:
        return expand(value, (level.size, *value.shape))
    return batched(movedim(expose(value._array.physical, level), 0, 1), own)


def hide(value: Any, level: Level) -> Any:
    """Return the tensor that shows one example of a level: the inverse of ``expose``."""
    own = level_of(value)
    if own is None or own.depth < level.depth:
        return batched(value, level)
    return batched(hide(movedim(value._array.physical, 0, 1), level), own)


def expose_all(value: Any, levels: Iterable[Level]) -> Any:
    """Return a tensor with the examples of several levels in front, the outermost first.

    Args:
        value: a tensor.
        levels: the deepest first.
    """
    for level in levels:
        value = expose(value, level)
    return value


def hide_all(value: Any, levels: list[Level]) -> Any:
    """Return the tensor that shows one example of several levels, given the deepest first."""
    for level in reversed(levels):
        value = hide(value, level)
    return value
