"""RMSprop: the gradient divided by the root of its running mean square."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class RMSprop(Optimizer):
    """Divide the gradient g by the root of a running mean v of its square.

    v <- alpha v + (1 - alpha) g^2,  p <- p - lr g / (sqrt(v) + eps);
    centered: with the variance v - m^2 in place of v, where m <- alpha m + (1 - alpha) g;
    with momentum:  b <- momentum b + g / (sqrt(v) + eps),  p <- p - lr b.

    Args:
        params: tensors or parameter groups.
        lr: the learning rate.
        alpha: decay rate of the running means.
        eps: keeps the division finite.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        momentum: how much of the running sum a step keeps.
        centered: divide by the root of the variance instead.
        maximize: step along the gradient instead.
        capturable, foreach, differentiable: see ``groups.implementation``.

    Raises:
        ValueError: for negative settings.

    Source: Hinton, Neural networks for machine learning, lecture 6 (2012); Graves (2013), centered.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check(eps >= 0, "epsilon value", eps)
        check(momentum >= 0, "momentum value", momentum)
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        check(alpha >= 0, "alpha value", alpha)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "maximize": maximize,
            **implementation(
                capturable=capturable,
                foreach=foreach,
                differentiable=differentiable,
            ),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        names = ["square_avg"]
        if group["momentum"] > 0:
            names.append("momentum_buffer")
        if group["centered"]:
            names.append("grad_avg")
        return tuple(names)

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> None:
        if not state:
            state["step"] = first_step()
            state.update((name, filled_like(param)) for name in self._state_names(group))
        next_step(state)

    def _update(self, block: Block, group: dict[str, Any], key: None) -> None:
        lr, alpha, momentum = float(group["lr"]), group["alpha"], group["momentum"]
        g, work = block.gradient(group), block.work
        state = dict(zip(self._state_names(group), block.state))
        v = state["square_avg"]
        v *= alpha
        np.multiply(g, g, out=work)
        v += np.multiply(work, 1 - alpha, out=work)
        if group["centered"]:
            m = state["grad_avg"]
            m *= alpha
            m += np.multiply(g, 1 - alpha, out=work)
            np.multiply(m, m, out=work)
            np.subtract(v, work, out=work)
            np.sqrt(work, out=work)
        else:
            np.sqrt(v, out=work)
        np.add(work, group["eps"], out=work)
        direction = np.divide(g, work, out=work)
        if momentum > 0:
            direction = state["momentum_buffer"]
            direction *= momentum
            direction += work
        block.param -= np.multiply(direction, lr, out=work)
