"""Hooks around the state of modules, and state that is no tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autograd.hooks import RemovableHandle

EXTRA = "_extra_state"  # the name of what is no tensor


class StateHooks:
    """What ``state_dict`` and ``load_state_dict`` call. ``Module`` derives from it."""

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, prefix, keep_vars)`` before the module's state is collected."""
        return self._add("state_before", hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata)`` after that, to change it."""
        return self._add("state_after", hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call a hook before a state is loaded, to rename or add entries of the dictionary.

        It is called as ``hook(module, state_dict, prefix, local_metadata, strict, missing_keys,
        unexpected_keys, error_msgs)``.
        """
        return self._add("load_before", hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, incompatible_keys)`` after loading; it may clear the lists of names.

        Names that are left in them are errors, if loading is strict.
        """
        return self._add("load_after", hook)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        """Alias of ``register_load_state_dict_pre_hook``, of a hook without the module."""
        if with_module:
            return self.register_load_state_dict_pre_hook(hook)
        return self.register_load_state_dict_pre_hook(lambda module, *args: hook(*args))

    def _add(self, moment: str, hook: Callable[..., Any]) -> RemovableHandle:
        hooks = self.__dict__.setdefault("_state_hooks", {}).setdefault(moment, {})
        handle = RemovableHandle(hooks)
        hooks[handle.id] = hook
        return handle

    def _call_state_hooks(self, moment: str, *args: Any) -> None:
        for hook in tuple(self.__dict__.get("_state_hooks", {}).get(moment, {}).values()):
            hook(self, *args)

    # --- state that is no tensor ------------------------------------------------------------

    def get_extra_state(self) -> Any:
        """Return what else belongs to the state; defined by subclasses, with ``set_extra_state``.

        Raises:
            RuntimeError: if the subclass does not define it.
        """
        raise RuntimeError(
            "Reached a code path in Module.get_extra_state() that should never be called: "
            f"{type(self).__name__} does not define it"
        )

    def set_extra_state(self, state: Any) -> None:
        """Take what ``get_extra_state`` returned.

        Raises:
            RuntimeError: if the subclass does not define it.
        """
        raise RuntimeError(
            "Reached a code path in Module.set_extra_state() that should never be called: "
            f"{type(self).__name__} does not define it"
        )

    def _gives_extra_state(self) -> bool:
        return type(self).get_extra_state is not StateHooks.get_extra_state

    def _takes_extra_state(self) -> bool:
        return type(self).set_extra_state is not StateHooks.set_extra_state
