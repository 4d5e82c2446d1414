"""Rprop: step sizes from the signs of the gradient alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class Rprop(Optimizer):
    """Give each parameter a step size of its own: larger while the gradient keeps its sign.

    s <- s eta_plus if g and the last gradient have the same sign, s eta_minus if they have not;
    in that case g <- 0, for the minimum was overstepped.  p <- p - s sign(g).
    Meant for gradients of a whole data set: the noise of small batches flips signs.

    Args:
        params: tensors or parameter groups.
        lr: the step size to start with.
        etas: eta_minus and eta_plus.
        step_sizes: the smallest and the largest step size.
        maximize: step along the gradient instead.
        capturable, foreach, differentiable: see ``groups.implementation``.

    Raises:
        ValueError: unless 0 < eta_minus < 1 < eta_plus, and for a negative ``lr``.

    Source: Riedmiller and Braun, A direct adaptive method for faster backpropagation learning:
    the RPROP algorithm (1993).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "maximize": maximize,
            **implementation(foreach=foreach, capturable=capturable, differentiable=differentiable),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("prev", "step_size")

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> None:
        if not state:
            state["step"] = first_step()
            state["prev"] = filled_like(param)
            state["step_size"] = filled_like(param, float(group["lr"]))
        next_step(state)

    def _update(self, block: Block, group: dict[str, Any], key: None) -> None:
        (shrink, grow), (least, most) = group["etas"], group["step_sizes"]
        g, work, (prev, size) = block.gradient(group, decay=0), block.work, block.state
        sign = block.spare
        np.multiply(g, prev, out=work)
        np.sign(work, out=sign)
        # The parabola through (-1, shrink), (0, 1), (1, grow): multiplying is faster than choosing.
        np.multiply(sign, (grow + shrink) / 2 - 1, out=work)
        np.add(work, (grow - shrink) / 2, out=work)
        np.multiply(work, sign, out=work)
        np.add(work, 1, out=work)
        size *= work
        np.maximum(size, least, out=size)
        np.minimum(size, most, out=size)
        prev[:] = g
        np.copyto(prev, 0, where=sign < 0)
        np.sign(prev, out=work)
        block.param -= np.multiply(work, size, out=work)
