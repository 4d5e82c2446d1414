"""Adamax: Adam with the largest recent gradient in place of the root mean square."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_betas, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class Adamax(Optimizer):
    """Divide a running mean m of the gradient g by its largest recent size u.

    m <- beta1 m + (1 - beta1) g,  u <- max(beta2 u, |g| + eps),  p <- p - lr m / ((1 - beta1^t) u).

    Args:
        params: tensors or parameter groups.
        lr: the learning rate: an upper bound of how far a step moves each parameter.
        betas: decay rates of the mean and of the largest size.
        eps: keeps the division finite.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        maximize: step along the gradient instead.
        foreach, differentiable, capturable: see ``groups.implementation``.

    Raises:
        ValueError: for settings out of range.

    Source: Kingma and Ba, Adam: a method for stochastic optimization (2015), section 7.1.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_lr(lr)
        check(eps >= 0, "epsilon value", eps)
        check_betas(betas)
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            **implementation(foreach=foreach, differentiable=differentiable, capturable=capturable),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("exp_avg", "exp_inf")

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> int:
        if not state:
            state["step"] = first_step()
            state.update((name, filled_like(param)) for name in self._state_names(group))
        return next_step(state)

    def _update(self, block: Block, group: dict[str, Any], step: int) -> None:
        beta1, beta2 = group["betas"]
        g, work, (m, u) = block.gradient(group), block.work, block.state
        m *= beta1
        m += np.multiply(g, 1 - beta1, out=work)
        u *= beta2
        np.abs(g, out=work)
        np.add(work, group["eps"], out=work)
        np.maximum(u, work, out=u)
        np.divide(m, u, out=work)
        block.param -= np.multiply(work, float(group["lr"]) / (1 - beta1**step), out=work)
