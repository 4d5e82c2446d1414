"""Adagrad: step sizes from the sum of squared gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class Adagrad(Optimizer):
    """Divide the gradient g by the root of the sum of all its squares so far.

    s <- s + g^2,  p <- p - lr' g / (sqrt(s) + eps)  with  lr' = lr / (1 + (t - 1) lr_decay).

    Args:
        params: tensors or parameter groups.
        lr: the learning rate.
        lr_decay: how fast it falls with the number t of steps.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        initial_accumulator_value: what the sum starts from.
        eps: keeps the division finite.
        maximize: step along the gradient instead.
        foreach, differentiable, fused: see ``groups.implementation``.

    Raises:
        ValueError: for negative settings.

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods (2011).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_lr(lr)
        check(lr_decay >= 0, "lr_decay value", lr_decay)
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        check(
            initial_accumulator_value >= 0,
            "initial_accumulator_value value",
            initial_accumulator_value,
        )
        check(eps >= 0, "epsilon value", eps)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "maximize": maximize,
            **implementation(
                foreach=foreach,
                differentiable=differentiable,
                fused=fused,
            ),
        }
        super().__init__(params, defaults)
        for group in self.param_groups:  # as in PyTorch, the sums are there from the start
            for param in group["params"]:
                self._start(self.state[param], param, group)

    def _start(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> None:
        state["step"] = first_step()
        state["sum"] = filled_like(param, group["initial_accumulator_value"])

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("sum",)

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> int:
        if not state:
            self._start(state, param, group)
        return next_step(state)

    def _update(self, block: Block, group: dict[str, Any], step: int) -> None:
        lr = float(group["lr"]) / (1 + (step - 1) * group["lr_decay"])
        g, work, (total,) = block.gradient(group), block.work, block.state
        total += np.multiply(g, g, out=work)
        np.sqrt(total, out=work)
        np.add(work, group["eps"], out=work)
        np.divide(g, work, out=work)
        block.param -= np.multiply(work, lr, out=work)
