"""Weight normalization as a hook that makes the weight before each call."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from ..module import Module
from ..parameter import Parameter, is_lazy
from .norms import norm_except_dim, scaled

__all__ = ["remove_weight_norm", "weight_norm"]

M = TypeVar("M", bound=Module)


class WeightNorm:
    """The hook: ``weight = weight_g * weight_v / |weight_v|``."""

    def __init__(self, name: str, dim: int) -> None:
        self.name = name
        self.dim = dim

    def weight(self, module: Module) -> Any:
        """Return the weight that length and direction make."""
        v, g = getattr(module, f"{self.name}_v"), getattr(module, f"{self.name}_g")
        return scaled(v, g, self.dim)

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.weight(module))


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Train a weight's lengths and directions apart.

    Args:
        module: a module, which is changed.
        name: its parameter, in place of which come ``name_g`` and ``name_v``.
        dim: the dimension along which each slice has a length of its own; None for one in all.

    Raises:
        RuntimeError: if it is normalized already.
        ValueError: if the parameter has no shape yet.

    Source: Salimans and Kingma, Weight normalization (2016).
    """
    warnings.warn(
        "nn.utils.weight_norm is deprecated in favor of nn.utils.parametrizations.weight_norm.",
        FutureWarning,
        stacklevel=2,
    )
    if hook_of(module, WeightNorm, name) is not None:
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    hook = WeightNorm(name, -1 if dim is None else dim)
    weight = getattr(module, name)
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `WeightNorm` can't have uninitialized parameters. Make sure to "
            "run the dummy forward before applying weight normalization"
        )
    del module._parameters[name]
    weight = weight.detach()
    module.register_parameter(f"{name}_g", Parameter(norm_except_dim(weight, hook.dim)))
    module.register_parameter(f"{name}_v", Parameter(weight))
    setattr(module, name, hook.weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make the weight a parameter again.

    Raises:
        ValueError: if it is not normalized.
    """
    hook = hook_of(module, WeightNorm, name)
    if hook is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    weight = hook.weight(module).detach()
    for part in (name, f"{name}_g", f"{name}_v"):
        delattr(module, part)
    setattr(module, name, Parameter(weight))
    remove_hook(module, hook)
    return module


def hook_of(module: Module, kind: Any, name: str) -> Any:
    """Return the hook of a kind that makes a parameter; None if there is none."""
    hooks = module._hooks.before.values() if module._hooks is not None else ()
    return next((h for h, _ in hooks if isinstance(h, kind) and h.name == name), None)


def remove_hook(module: Module, hook: Any) -> None:
    """Take a hook away."""
    hooks = module._own_hooks().before
    for number in [number for number, (found, _) in hooks.items() if found is hook]:
        del hooks[number]
