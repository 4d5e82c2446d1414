"""Hooks around the rules of a node, and around a leaf's addition to its ``grad``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .modes import modes

_ids = itertools.count()


class RemovableHandle:
    """Removes a hook again: call ``remove()``, or use it as a context manager."""

    def __init__(self, hooks: dict[int, Any]) -> None:
        self.id = next(_ids)
        self._hooks = hooks

    def remove(self) -> None:
        """Remove the hook; does nothing if it is gone already."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Around:
    """The hooks around a node's rules: functions called before and after them."""

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: dict[int, Any] = {}
        self.after: dict[int, Any] = {}

    def apply(self, sweep: Any, node: Any, gradient: Any) -> Sequence[Any]:
        """Differentiate a node in a backward pass, between the hooks."""
        several = gradient.__class__ is list
        outputs = _shown(sweep, gradient if several else (gradient,))
        changed = outputs
        for hook in tuple(self.before.values()):
            changed = replaced(hook, changed, hook(changed))
        if all(g is None for g in changed):
            return ()
        if changed is not outputs:
            gradient = list(_hidden(sweep, changed)) if several else _hidden(sweep, changed)[0]
        found = sweep.fitted(node, sweep.differentiate(node, gradient))
        inputs = before = _shown(sweep, found)
        for hook in tuple(self.after.values()):
            inputs = replaced(hook, inputs, hook(inputs, changed))
        return found if inputs is before else _hidden(sweep, inputs)


def _shown(sweep: Any, gradients: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(None if g is None else sweep.show(g) for g in gradients)


def _hidden(sweep: Any, shown: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(None if g is None else sweep.hide(g) for g in shown)


def replaced(hook: Any, shown: tuple[Any, ...], changed: Any) -> tuple[Any, ...]:
    """Return what a hook made of some gradients.

    Raises:
        TypeError: if it returned something else than a tuple of tensors and None.
        RuntimeError: if the tuple has another length, or a tensor another shape or dtype.
    """
    if changed is None:
        return shown
    name = getattr(hook, "__name__", type(hook).__name__)
    if not isinstance(changed, tuple):
        raise TypeError(f"expected tuple, but hook {name!r} returned {type(changed).__name__!r}")
    if len(changed) != len(shown):
        raise RuntimeError(
            f"hook {name!r} has returned an incorrect number of values (got {len(changed)}, but "
            f"expected {len(shown)})"
        )
    for old, new in zip(shown, changed, strict=True):
        if new is None:
            continue
        if not hasattr(new, "_node"):
            raise TypeError(f"expected a Tensor, but hook {name!r} returned {type(new).__name__!r}")
        if old is None:
            raise RuntimeError(f"hook {name!r} can't replace a None gradient with a non-None value")
        if old.shape != new.shape:
            raise RuntimeError(
                f"hook {name!r} has changed the size of value: from {old.shape} to {new.shape}"
            )
        if old.dtype != new.dtype:
            raise RuntimeError(
                f"hook {name!r} has changed the type of value: from {old.dtype} to {new.dtype}"
            )
    return changed


def add(hooks: dict[int, Any], hook: Any) -> RemovableHandle:
    """Add a hook to others, and return what removes it."""
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle


def add_around(node: Any, when: str, hook: Callable[..., Any]) -> RemovableHandle:
    """Register a hook "before" or "after" the rules of a node."""
    if not hasattr(node, "around"):
        node.around = Around()
        node.hooks = {} if node.hooks is None else node.hooks  # the engine looks here first
    return add(getattr(node.around, when), hook)


def add_to_leaf(leaf: Any, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Register a hook on the gradient of a leaf."""
    leaf.hooks_ = {} if leaf.hooks_ is None else leaf.hooks_
    return add(leaf.hooks_, hook)


def add_accumulated(leaf: Any, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Register a hook that is called with a leaf once its ``grad`` is there."""
    leaf.accumulated_ = {} if leaf.accumulated_ is None else leaf.accumulated_
    return add(leaf.accumulated_, hook)


def call_accumulated(leaf: Any) -> None:
    """Call the hooks of a leaf whose ``grad`` is there.

    Raises:
        TypeError, RuntimeError: if one returns something.
    """
    for hook in tuple(leaf.accumulated_.values()):
        result = hook(leaf)
        if result is not None:
            name = getattr(hook, "__name__", type(hook).__name__)
            kind = RuntimeError if hasattr(result, "_node") else TypeError  # as PyTorch
            raise kind(f"hook {name!r} must return None, got {type(result).__name__}")


def add_before_accumulation(leaf: Any, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Register the prehook of an ``AccumulateGrad``: not called for ``autograd.grad``."""

    def before(gradient: Any) -> Any:
        if modes.sweep.accumulates:
            return replaced(hook, (gradient,), hook((gradient,)))[0]
        return None

    return add_to_leaf(leaf, before)


class Handles:
    """Removes several hooks at once."""

    def __init__(self, handles: Sequence[RemovableHandle]) -> None:
        self._handles = tuple(handles)

    def remove(self) -> None:
        """Remove the hooks."""
        for handle in self._handles:
            handle.remove()

    def __iter__(self) -> Iterator[RemovableHandle]:
        return iter(self._handles)

    def __enter__(self) -> Handles:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def add_after_accumulation(leaf: Any, hook: Callable[[Any, Any], Any]) -> Handles:
    """Register the hook of an ``AccumulateGrad``: it sees ``()`` and the gradient that arrived."""
    arrived: list[Any] = []

    def before(gradient: Any) -> None:
        arrived[:] = [gradient]

    def after(_: Any) -> None:
        hook((), (arrived.pop(),))

    return Handles([add_to_leaf(leaf, before), add_accumulated(leaf, after)])
