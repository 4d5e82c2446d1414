"""Calling a module that has hooks.

Backward hooks want the gradients of all inputs (or outputs) of a module at once. For that the
tensors pass through a ``boundary`` on their way in and out: an identity with several results, whose
derivative rule sees all the gradients and hands them to the hooks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autograd.hooks import RemovableHandle
from ..autograd.modes import is_grad_enabled
from ..autograd.primitive import primitive
from ..autograd.traced import Traced
from ..tensor import Tensor


class Hooks:
    """The hooks of one module, by the moment they are called at."""

    def __init__(self) -> None:
        self.before: dict[int, Any] = {}
        self.after: dict[int, Any] = {}
        self.backward_before: dict[int, Any] = {}
        self.backward_after: dict[int, Any] = {}
        self.always: set[int] = set()  # those called after an error too

    def add(
        self,
        moment: str,
        hook: Callable[..., Any],
        prepend: bool,
        with_kwargs: bool,
        always: bool = False,
    ) -> RemovableHandle:
        """Add a hook, called as ``hook(module, args, kwargs, ...)`` if it wants keywords."""
        hooks = getattr(self, moment)
        handle = RemovableHandle(hooks)
        others = dict(hooks) if prepend else {}
        if prepend:
            hooks.clear()
        hooks[handle.id] = (hook, with_kwargs)
        hooks.update(others)
        if always:
            self.always.add(handle.id)
        return handle


def call_with_hooks(
    module: Any, hooks: Hooks, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call ``module.forward`` with the hooks around it."""
    for hook, with_kwargs in tuple(hooks.before.values()):
        args, kwargs = _before(module, hook, with_kwargs, args, kwargs)
    watch = None
    if is_grad_enabled() and (hooks.backward_before or hooks.backward_after):
        watch = _BackwardWatch(module, hooks)
        args = watch.enter(args)
    try:
        output = module.forward(*args, **kwargs)
    except Exception:
        for number, (hook, with_kwargs) in tuple(hooks.after.items()):
            if number in hooks.always:
                hook(module, args, *((kwargs,) if with_kwargs else ()), None)
        raise
    for hook, with_kwargs in tuple(hooks.after.values()):
        named = (kwargs,) if with_kwargs else ()
        changed = hook(module, args, *named, output)
        output = output if changed is None else changed
    return output if watch is None else watch.leave(output)


def _before(
    module: Any,
    hook: Callable[..., Any],
    with_kwargs: bool,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    changed = hook(module, args, kwargs) if with_kwargs else hook(module, args)
    if changed is None:
        return args, kwargs
    if not with_kwargs:
        return changed if isinstance(changed, tuple) else (changed,), kwargs
    if not isinstance(changed, tuple) or len(changed) != 2:
        raise RuntimeError(
            "forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got "
            f"{changed!r}."
        )
    return changed


@primitive(joint=lambda g, seen: seen(g))
def _boundary(*tensors: Any, seen: Callable[..., Any]) -> Any:
    # Copies, since an identity that shares memory would have to be a recorded view.
    return tuple(tensor.copy() for tensor in tensors)


class _BackwardWatch:
    """The backward hooks of one call of a module."""

    def __init__(self, module: Any, hooks: Hooks) -> None:
        self.module = module
        self.before = [hook for hook, _ in hooks.backward_before.values()]
        self.after = [hook for hook, _ in hooks.backward_after.values()]
        self.arguments = 0
        self.has_inputs = False
        self.grad_output: tuple[Any, ...] | None = None

    def enter(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        wanted = [isinstance(arg, Tensor) and arg.requires_grad for arg in args]
        self.arguments, self.has_inputs = len(args), any(wanted)
        return _through(args, wanted, self._inputs_known)

    def leave(self, output: Any) -> Any:
        several = isinstance(output, tuple)
        outputs = output if several else (output,)
        wanted = [isinstance(out, Tensor) and out.requires_grad for out in outputs]
        watched = _through(outputs, wanted, self._outputs_known)
        return watched if several else watched[0]

    def _outputs_known(self, gradients: tuple[Any, ...]) -> Any:
        for hook in self.before:
            gradients = _changed(gradients, hook(self.module, gradients), "grad_output")
        self.grad_output = gradients
        if not self.has_inputs:  # no gradient will arrive there
            for hook in self.after:
                hook(self.module, (None,) * self.arguments, gradients)
        return gradients

    def _inputs_known(self, gradients: tuple[Any, ...]) -> Any:
        if self.grad_output is None:  # a second derivative passes by, not the module's gradient
            return gradients
        for hook in self.after:
            changed = hook(self.module, gradients, self.grad_output)
            gradients = _changed(gradients, changed, "grad_input")
        self.grad_output = None
        return gradients


def _through(values: tuple[Any, ...], wanted: list[bool], known: Callable[..., Any]) -> Any:
    """Pass the wanted values through a boundary; ``known(gradients)`` sees them go back."""

    def seen(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        plain = not isinstance(gradients[0], Traced)
        shown = iter(Tensor._wrap(g) if plain else g for g in gradients)
        changed = known(tuple(next(shown) if want else None for want in wanted))
        kept = [g for g, want in zip(changed, wanted) if want]
        return tuple(g._array if plain else g for g in kept)

    if not any(wanted):
        return values
    passed = iter(_boundary(*(v for v, want in zip(values, wanted) if want), seen=seen))
    return tuple(next(passed) if want else value for value, want in zip(values, wanted))


def _changed(gradients: tuple[Any, ...], changed: Any, name: str) -> tuple[Any, ...]:
    """Return what a hook made of the gradients."""
    if changed is None:
        return gradients
    found = changed if isinstance(changed, tuple) else (changed,)
    if len(found) != len(gradients):
        raise RuntimeError(
            f"Backward hook returned an invalid number of {name}, got {len(found)}, but expected "
            f"{len(gradients)}"
        )
    return found
