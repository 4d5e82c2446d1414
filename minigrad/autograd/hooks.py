"""Hooks: functions that see, and may replace, a gradient on its way."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from .node_hooks import RemovableHandle, add, add_accumulated, add_to_leaf
from .traced import Traced, refresh

__all__ = ["RemovableHandle", "add_hook", "add_post_accumulate_hook", "retain_grad"]


def add_hook(tensor: Traced, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Register a hook on a tensor's gradient: on its node, or on the leaf itself.

    Raises:
        RuntimeError: if the tensor requires no gradient.
    """
    refresh(tensor)
    if not tensor._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if tensor._node is None:
        return add_to_leaf(tensor, hook)
    hooks = tensor._node.hooks = {} if tensor._node.hooks is None else tensor._node.hooks
    return add(hooks, hook)


def add_post_accumulate_hook(tensor: Traced, hook: Callable[[Any], None]) -> RemovableHandle:
    """Register a hook that is called with a leaf after backward has added to its ``grad``.

    Raises:
        RuntimeError: if the tensor requires no gradient or is no leaf.
    """
    refresh(tensor)
    if not tensor._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if tensor._node is not None:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return add_accumulated(tensor, hook)


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
