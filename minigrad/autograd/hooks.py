"""Hooks: functions that see, and may replace, a gradient on its way."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

from .traced import Traced, refresh

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


def add_hook(tensor: Traced, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Register a hook on a tensor's gradient: on its node, or on the leaf itself.

    Raises:
        RuntimeError: if the tensor requires no gradient.
    """
    refresh(tensor)
    if not tensor._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if tensor._node is None:
        hooks = tensor.hooks_ = {} if tensor.hooks_ is None else tensor.hooks_
    else:
        hooks = tensor._node.hooks = {} if tensor._node.hooks is None else tensor._node.hooks
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle


def retain_grad(tensor: Traced) -> None:
    """Keep the gradient of a non-leaf tensor in its ``grad``.

    Raises:
        RuntimeError: if the tensor requires no gradient.
    """
    refresh(tensor)
    if not tensor._requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if tensor._node is not None:
        tensor._node.retains = weakref.ref(tensor)  # weak: the graph must not hold its tensors
