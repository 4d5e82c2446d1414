"""What may stand in a parameter group, and which settings make sense."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..tensor import Tensor


def parameters_of(given: Any) -> tuple[list[Tensor], list[str]]:
    """Return the parameters given for a group, and their names if pairs were given.

    Raises:
        TypeError: for a set, whose order is arbitrary, or for anything but tensors.
        ValueError: for non-leaf tensors, or names for some of the tensors only.
    """
    if isinstance(given, set):
        raise TypeError(
            "optimizer parameters need to be organized in ordered collections, but the ordering of "
            "tensors in sets will change between runs. Please use a list instead."
        )
    params = [given] if isinstance(given, Tensor) else list(given)
    pairs = [param for param in params if isinstance(param, tuple)]
    if pairs and len(pairs) != len(params):
        raise ValueError(
            "all optimizer params should be with/without names. Some param names are missing"
        )
    names = [name for name, _ in pairs]
    if pairs:
        params = [param for _, param in pairs]
    for param in params:
        _check(param)
    if len(set(params)) < len(params):
        warnings.warn(
            "optimizer contains a parameter group with duplicate parameters", stacklevel=4
        )
    return params, names


def _check(param: Any) -> None:
    if not isinstance(param, Tensor):
        raise TypeError(
            f"optimizer can only optimize Tensors, but one of the params is {type(param).__name__}"
        )
    if not param.is_leaf and not param.retains_grad:
        raise ValueError("can't optimize a non-leaf Tensor")


def check(valid: bool, what: str, value: Any) -> None:
    """Raise unless a setting is valid.

    Raises:
        ValueError: naming the setting and its value.
    """
    if not valid:
        raise ValueError(f"Invalid {what}: {value}")


def check_lr(lr: Any) -> None:
    """Raise unless a learning rate is a number, or a tensor of one, that is not negative.

    Raises:
        ValueError: saying what it is instead.
    """
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    check(lr >= 0, "learning rate", lr)


def implementation(**chosen: bool | None) -> dict[str, bool | None]:
    """Return the choices ``foreach``, ``fused``, ``capturable`` and ``differentiable``, checked.

    They choose between implementations in PyTorch. Here there is one, which updates all parameters
    in one pass; the choices are kept, so that states can be exchanged.

    Raises:
        RuntimeError: if two exclude each other, and for ``differentiable``.
    """
    if chosen.get("fused") and chosen.get("differentiable"):
        raise RuntimeError("`fused` does not support `differentiable`")
    if chosen.get("fused") and chosen.get("foreach"):
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
    if chosen.get("differentiable"):
        raise RuntimeError(
            "differentiable=True is not supported: a step writes to the parameters' memory. To "
            "differentiate through updates, compute them with operators, as in "
            "`p - lr * grad(loss, p, create_graph=True)`"
        )
    return chosen


def check_capturable(group: dict[str, Any]) -> None:
    """Raise if a group asks for steps that a GPU could replay, but is not on one.

    Raises:
        AssertionError: as PyTorch does, with the first step.
    """
    if group.get("capturable") and any(isinstance(p._array, np.ndarray) for p in group["params"]):
        raise AssertionError(
            "If capturable=True, params and state_steps must be on supported devices: ['cuda']."
        )


def check_betas(betas: tuple[float, float]) -> None:
    """Raise unless both decay rates are in [0, 1).

    Raises:
        ValueError: naming the index and the value.
    """
    for index, beta in enumerate(betas):
        check(0.0 <= beta < 1.0, f"beta parameter at index {index}", beta)
