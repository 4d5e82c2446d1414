"""Gradients kept from growing: exploding ones would undo what has been learnt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...autograd.modes import no_grad
from ...creation import tensor
from ...ops import clamp, isfinite, stack, vector_norm
from ...tensor import Tensor

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
]


def get_total_norm(
    tensors: Iterable[Any], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Any:
    """Return the norm of all tensors together, as if they were one vector.

    Args:
        tensors: tensors, or one.
        norm_type: which norm; inf for the largest absolute value.
        error_if_nonfinite: raise if the norm is infinite or NaN.

    Raises:
        RuntimeError: if it is, and that is asked for.
    """
    order = float(norm_type)
    norms = [vector_norm(t, order) for t in _several(tensors)]
    total = vector_norm(stack(norms), order) if norms else tensor(0.0)
    if error_if_nonfinite and not isfinite(total):
        raise RuntimeError(
            f"The total norm of order {order} for gradients from `parameters` is non-finite, so it "
            "cannot be clipped. To disable this error and scale the gradients by the non-finite "
            "norm anyway, set `error_if_nonfinite=False`"
        )
    return total


def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Any:
    """Scale all gradients down in place so that their norm is at most ``max_norm``.

    Args:
        parameters: tensors, or one; those without a gradient do not count.
        max_norm: the largest norm of all gradients together.
        norm_type, error_if_nonfinite: as in ``get_total_norm``.

    Returns:
        The norm before.

    Raises:
        RuntimeError: as ``get_total_norm``.

    Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks
    (2013).
    """
    parameters = _several(parameters)
    with no_grad():
        total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Any) -> None:
    """Scale all gradients in place by ``max_norm / total_norm``, unless that is above 1.

    Args:
        parameters: tensors, or one; those without a gradient do not count.
        max_norm: the largest norm of all gradients together.
        total_norm: their norm, as ``get_total_norm`` returns it.
    """
    with no_grad():
        # No comparison with max_norm: on a GPU that would have to wait for the norm.
        factor = clamp(float(max_norm) / (total_norm + 1e-6), max=1.0)
        for gradient in _gradients(parameters):
            gradient.mul_(factor)


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Limit the elements of all gradients to [-clip_value, clip_value], in place.

    Args:
        parameters: tensors, or one; those without a gradient do not count.
        clip_value: the limit.
    """
    limit = float(clip_value)
    with no_grad():
        for gradient in _gradients(parameters):
            gradient.clamp_(-limit, limit)


def _several(tensors: Any) -> list[Any]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Any) -> list[Any]:
    return [p.grad for p in _several(parameters) if p.grad is not None]
