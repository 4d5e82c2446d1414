"""Spectral normalization as a hook that makes the weight before each call."""

from __future__ import annotations

from typing import Any, TypeVar

from ...autograd.modes import no_grad
from ...ops import dot, mv
from .. import functional as F
from ..convolution import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from ..module import Module
from ..parameter import Parameter, is_lazy
from .weight_norm import hook_of, remove_hook

__all__ = ["remove_spectral_norm", "spectral_norm"]

M = TypeVar("M", bound=Module)


def as_matrix(weight: Any, dim: int) -> Any:
    """Return a weight with ``dim`` as its rows and all else as its columns."""
    if dim != 0:
        weight = weight.permute(dim, *(axis for axis in range(weight.ndim) if axis != dim))
    return weight.reshape(weight.shape[0], -1)


def rows_dim(module: Module, dim: int | None) -> int:
    """Return the dimension of the outputs, unless another one is asked for."""
    if dim is not None:
        return dim
    return int(isinstance(module, ConvTranspose1d | ConvTranspose2d | ConvTranspose3d))


class SpectralNorm:
    """The hook: ``weight = weight_orig / (u @ weight_orig @ v)``, with u, v by power iteration."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got "
                f"n_power_iterations={n_power_iterations}"
            )
        self.name = name
        self.n_power_iterations = n_power_iterations
        self.dim = dim
        self.eps = eps

    def weight(self, module: Module, iterate: bool) -> Any:
        """Return the weight divided by its largest singular value, as known so far."""
        weight = getattr(module, f"{self.name}_orig")
        u, v = getattr(module, f"{self.name}_u"), getattr(module, f"{self.name}_v")
        matrix = as_matrix(weight, self.dim)
        if iterate:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(F.normalize(mv(matrix.mT, u), dim=0, eps=self.eps))
                    u.copy_(F.normalize(mv(matrix, v), dim=0, eps=self.eps))
                u, v = u.clone(), v.clone()  # the next call may come before the backward pass
        return weight / dot(u, mv(matrix, v))

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.weight(module, module.training))


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Keep the largest singular value of a weight at 1.

    Args:
        module: a module, which is changed.
        name: its parameter, in place of which comes ``name_orig``.
        n_power_iterations: how many steps each call in training comes nearer to that value.
        eps: the least norm to divide by.
        dim: the dimension of the outputs.

    Raises:
        RuntimeError: if it is normalized already.
        ValueError: for no steps, or a parameter that is None or has no shape yet.
        KeyError: for an unknown parameter.

    Source: Miyato et al., Spectral normalization for generative adversarial networks (2018).
    """
    if hook_of(module, SpectralNorm, name) is not None:
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    hook = SpectralNorm(name, n_power_iterations, rows_dim(module, dim), eps)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to "
            "run the dummy forward before applying spectral normalization"
        )
    with no_grad():
        sizes = as_matrix(weight, hook.dim).shape
        u, v = (F.normalize(weight.new_empty(n).normal_(), dim=0, eps=eps) for n in sizes)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.detach())
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make the weight, as it is now, a parameter again.

    Raises:
        ValueError: if it is not normalized.
    """
    hook = hook_of(module, SpectralNorm, name)
    if hook is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    with no_grad():
        weight = hook.weight(module, False)
    for part in (name, f"{name}_u", f"{name}_v", f"{name}_orig"):
        delattr(module, part)
    module.register_parameter(name, Parameter(weight.detach()))
    remove_hook(module, hook)
    return module
