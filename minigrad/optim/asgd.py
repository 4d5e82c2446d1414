"""ASGD: stochastic gradient descent that also averages the parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step, number, number_dtype


class ASGD(Optimizer):
    """Step with a falling rate eta, and keep the average of the parameters in the state "ax".

    p <- (1 - lambd eta) p - eta g,  a <- a + mu (p - a),  eta <- lr / (1 + lambd lr t)^alpha,
    mu <- 1 / max(1, t - t0): until step t0 the average is the parameter itself.

    Args:
        params: tensors or parameter groups.
        lr: the learning rate to start with.
        lambd: how fast it falls, and how fast the parameters shrink.
        alpha: the power of its fall.
        t0: the step from which on to average.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        maximize: step along the gradient instead.
        foreach, differentiable, capturable: see ``groups.implementation``.

    Raises:
        ValueError: for a negative ``lr`` or ``weight_decay``.

    Source: Polyak and Juditsky, Acceleration of stochastic approximation by averaging (1992).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_lr(lr)
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "maximize": maximize,
            **implementation(foreach=foreach, differentiable=differentiable, capturable=capturable),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("ax",)

    def _begin(
        self, state: dict[str, Any], param: Any, group: dict[str, Any]
    ) -> tuple[float, float]:
        """Return this step's eta and mu, and remember those of the next one."""
        lr = float(group["lr"])
        if not state:
            state["step"] = first_step()
            state["eta"], state["mu"] = number(lr), number(1.0)
            state["ax"] = filled_like(param)
        step, eta, mu = next_step(state), state["eta"]._array, state["mu"]._array
        key = float(eta), float(mu)
        # Rounded as PyTorch rounds them, also where a loaded state has a higher precision.
        rounded = number_dtype().type
        eta[...] = rounded(lr / (1 + group["lambd"] * lr * step) ** group["alpha"])
        mu[...] = rounded(1 / max(1, step - group["t0"]))
        return key

    def _update(self, block: Block, group: dict[str, Any], key: tuple[float, float]) -> None:
        eta, mu = key
        g, work, (average,) = block.gradient(group), block.work, block.state
        np.multiply(g, eta, out=work)
        block.param *= 1 - group["lambd"] * eta
        block.param -= work
        if mu == 1:
            average[:] = block.param
        else:
            np.subtract(block.param, average, out=work)
            average += np.multiply(work, mu, out=work)
