"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like


class SGD(Optimizer):
    """Step against the gradient g, or against a running sum b of past gradients.

    p <- p - lr g;  with momentum:  b <- momentum b + (1 - dampening) g,  p <- p - lr b;
    with Nesterov's momentum:  p <- p - lr (g + momentum b).

    Args:
        params: tensors or parameter groups.
        lr: the learning rate.
        momentum: how much of the running sum a step keeps.
        dampening: how much of the gradient is withheld from the sum (not of the first one).
        weight_decay: adds ``weight_decay * p`` to the gradient.
        nesterov: look ahead by the step the sum is about to make.
        maximize: step along the gradient instead.
        foreach, differentiable, fused: see ``groups.implementation``.

    Raises:
        ValueError: for negative settings, and for Nesterov's momentum with none or dampened.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_lr(lr)
        check(momentum >= 0, "momentum value", momentum)
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            **implementation(
                foreach=foreach,
                differentiable=differentiable,
                fused=fused,
            ),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("momentum_buffer",) if group["momentum"] else ()

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> bool:
        """Return True if this is the parameter's first step with momentum."""
        first = bool(group["momentum"]) and state.get("momentum_buffer") is None
        if first:
            state["momentum_buffer"] = filled_like(param)
        return first

    def _update(self, block: Block, group: dict[str, Any], first: bool) -> None:
        momentum, work = group["momentum"], block.work
        direction = block.gradient(group)
        if momentum:
            (total,) = block.state
            total *= momentum
            if group["dampening"] and not first:
                total += np.multiply(direction, 1 - group["dampening"], out=work)
            else:
                total += direction
            if group["nesterov"]:
                np.multiply(total, momentum, out=work)
                direction = np.add(work, direction, out=work)
            else:
                direction = total
        block.param -= np.multiply(direction, float(group["lr"]), out=work)
