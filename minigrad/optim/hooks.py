"""Functions that an optimizer calls around its steps, and when its state is saved and loaded."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd.hooks import RemovableHandle

MOMENTS = (
    "step_pre",
    "step_post",
    "state_dict_pre",
    "state_dict_post",
    "load_state_dict_pre",
    "load_state_dict_post",
)


def hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``step`` that calls the hooks around it and notes that it was called.

    As in PyTorch, the arguments that hooks see begin with the optimizer.
    """

    @functools.wraps(step)
    def stepping(*args: Any, **kwargs: Any) -> Any:
        self = args[0]
        if self.stepped is not None:
            self.stepped = True
        for hook in tuple(self._hooks["step_pre"].values()):
            changed = hook(self, args, kwargs)
            if changed is None:
                continue
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise RuntimeError(
                    "a step pre-hook must return None or a tuple of (new_args, new_kwargs), but "
                    f"got {changed}"
                )
            args, kwargs = changed
        result = step(*args, **kwargs)
        for hook in tuple(self._hooks["step_post"].values()):
            hook(self, args, kwargs)
        return result

    return stepping


class Hooked:
    """The registers of an optimizer's hooks.

    Attributes:
        stepped: whether ``step`` was called since a schedule first watched; None if none watches.
    """

    stepped: bool | None
    _hooks: dict[str, dict[int, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__:
            cls.step = hooked(cls.__dict__["step"])  # type: ignore[attr-defined]

    def _forget_hooks(self) -> None:
        self._hooks = {moment: {} for moment in MOMENTS}

    def _register(self, moment: str, hook: Any, prepend: bool = False) -> RemovableHandle:
        hooks = self._hooks[moment]
        handle = RemovableHandle(hooks)
        others = dict(hooks) if prepend else {}
        if prepend:
            hooks.clear()
        hooks[handle.id] = hook
        hooks.update(others)
        return handle

    def _called(self, moment: str, state: Any) -> Any:
        """Return a state as the hooks of a moment leave it: each may return another one."""
        for hook in tuple(self._hooks[moment].values()):
            changed = hook(self, state)
            state = state if changed is None else changed
        return state

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` before each step; it may return other arguments.

        The optimizer is the first of the arguments too.

        Returns:
            A handle with ``remove()``, as from the other registrations.
        """
        return self._register("step_pre", hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` after each step."""
        return self._register("step_post", hook)

    def register_state_dict_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer)`` before ``state_dict`` collects the state."""
        return self._register("state_dict_pre", hook, prepend)

    def register_state_dict_post_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer, state_dict)`` on what was collected; it may return another."""
        return self._register("state_dict_post", hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer, state_dict)`` before loading it; it may return another."""
        return self._register("load_state_dict_pre", hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer)`` after a state was loaded."""
        return self._register("load_state_dict_post", hook, prepend)
