"""Adadelta: steps in the units of the parameters, without a learning rate to tune."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class Adadelta(Optimizer):
    """Scale the gradient g by the ratio of two running root mean squares.

    v <- rho v + (1 - rho) g^2,  d = g sqrt(u + eps) / sqrt(v + eps),
    u <- rho u + (1 - rho) d^2,  p <- p - lr d.

    Args:
        params: tensors or parameter groups.
        lr: a factor for the step.
        rho: decay rate of the running means.
        eps: keeps the ratio finite, and starts the first steps.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        maximize: step along the gradient instead.
        foreach, capturable, differentiable: see ``groups.implementation``.

    Raises:
        ValueError: for settings out of range.

    Source: Zeiler, Adadelta: an adaptive learning rate method (2012).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check(0 <= rho <= 1, "rho value", rho)
        check(eps >= 0, "epsilon value", eps)
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            **implementation(
                foreach=foreach,
                capturable=capturable,
                differentiable=differentiable,
            ),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("square_avg", "acc_delta")

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> None:
        if not state:
            state["step"] = first_step()
            state.update((name, filled_like(param)) for name in self._state_names(group))
        next_step(state)

    def _update(self, block: Block, group: dict[str, Any], key: None) -> None:
        rho, eps = group["rho"], group["eps"]
        g, work, (v, u) = block.gradient(group), block.work, block.state
        v *= rho
        np.multiply(g, g, out=work)
        v += np.multiply(work, 1 - rho, out=work)
        step = block.spare
        np.add(u, eps, out=step)
        np.add(v, eps, out=work)
        np.divide(step, work, out=step)
        np.sqrt(step, out=step)
        np.multiply(step, g, out=step)
        u *= rho
        np.multiply(step, step, out=work)
        u += np.multiply(work, 1 - rho, out=work)
        block.param -= np.multiply(step, float(group["lr"]), out=work)
