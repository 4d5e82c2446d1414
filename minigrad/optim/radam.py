"""RAdam: Adam that adapts only once it has seen enough gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_betas, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class RAdam(Optimizer):
    """Divide by the root mean square only when enough gradients have made it reliable.

    m and v are Adam's running means of g and g^2, m' and v' corrected for their start at zero.
    After t steps v rests on about rho_t = rho - 2 t beta2^t / (1 - beta2^t) of them, in the long
    run rho = 2 / (1 - beta2) - 1.  While rho_t <= 5:  p <- p - lr m';  then
    p <- p - lr r m' / sqrt(v')  with
    r^2 = (rho_t - 4)(rho_t - 2) rho / ((rho - 4)(rho - 2) rho_t).

    Args:
        params: tensors or parameter groups.
        lr: the learning rate.
        betas: decay rates of the two running means.
        eps: keeps the division finite.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        decoupled_weight_decay: shrink the parameter itself instead, as AdamW.
        maximize: step along the gradient instead.
        foreach, capturable, differentiable: see ``groups.implementation``.

    Raises:
        ValueError: for settings out of range.

    Source: Liu et al., On the variance of the adaptive learning rate and beyond (2020).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
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
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            **implementation(foreach=foreach, capturable=capturable, differentiable=differentiable),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("exp_avg", "exp_avg_sq")

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> int:
        if not state:
            state["step"] = first_step()
            state.update((name, filled_like(param)) for name in self._state_names(group))
        return next_step(state)

    def _update(self, block: Block, group: dict[str, Any], step: int) -> None:
        lr, (beta1, beta2) = float(group["lr"]), group["betas"]
        work, (m, v) = block.work, block.state
        if group["decoupled_weight_decay"]:
            block.param *= 1 - lr * group["weight_decay"]
            g = block.gradient(group, decay=0)
        else:
            g = block.gradient(group)
        m *= beta1
        m += np.multiply(g, 1 - beta1, out=work)
        v *= beta2
        np.multiply(g, g, out=work)
        v += np.multiply(work, 1 - beta2, out=work)
        rate = lr / (1 - beta1**step)
        rectified = _rectification(beta2, step)
        if rectified is None:
            np.multiply(m, rate, out=work)
        else:
            np.sqrt(v, out=work)
            np.add(work, group["eps"], out=work)
            np.divide(m, work, out=work)
            np.multiply(work, rate * rectified * math.sqrt(1 - beta2**step), out=work)
        block.param -= work


def _rectification(beta2: float, step: int) -> float | None:
    """Return the factor r, None while the mean square rests on too few gradients."""
    limit = 2 / (1 - beta2) - 1
    length = limit - 2 * step * beta2**step / (1 - beta2**step)
    if length <= 5:
        return None
    return math.sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length))
