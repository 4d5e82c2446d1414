"""Adam: steps of a size that adapts to each parameter's own gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..tensor import Tensor
from .blocks import Block
from .groups import check, check_betas, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step


class Adam(Optimizer):
    """Divide a running mean m of the gradient g by the root of a running mean v of its square.

    m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2,
    p <- p - lr m' / (sqrt(v') + eps)  with  m' = m / (1 - beta1^t),  v' = v / (1 - beta2^t):
    at step t the means, which started at zero, have seen that share of their weight.

    Args:
        params: tensors or parameter groups.
        lr: the learning rate: roughly how far a step moves each parameter.
        betas: decay rates of the two running means.
        eps: keeps the division finite.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        amsgrad: divide by the largest v so far.
        maximize: step along the gradient instead.
        foreach, capturable, differentiable, fused: see ``groups.implementation``.
        decoupled_weight_decay: shrink the parameter itself instead (AdamW).

    Raises:
        ValueError: for settings out of range.

    Source: Kingma and Ba, Adam: a method for stochastic optimization (2015).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        if isinstance(lr, Tensor) and foreach and not capturable:
            raise ValueError(
                "lr as a Tensor is not supported for capturable=False and foreach=True"
            )
        check_lr(lr)
        check(eps >= 0, "epsilon value", eps)
        check_betas(betas)
        if not any(all(isinstance(beta, kind) for beta in betas) for kind in (float, Tensor)):
            raise ValueError("betas must be either both floats or both Tensors")
        betas = float(betas[0]), float(betas[1])
        check(weight_decay >= 0, "weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            **implementation(
                foreach=foreach,
                capturable=capturable,
                differentiable=differentiable,
                fused=fused,
            ),
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        names = ("exp_avg", "exp_avg_sq")
        return (*names, "max_exp_avg_sq") if group["amsgrad"] else names

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> int:
        if not state:
            state["step"] = first_step()
            state.update((name, filled_like(param)) for name in self._state_names(group))
        return next_step(state)

    def _update(self, block: Block, group: dict[str, Any], step: int) -> None:
        lr, (beta1, beta2), eps = float(group["lr"]), group["betas"], group["eps"]
        m, v, *largest = block.state
        work = block.work
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
        if largest:
            v = np.maximum(largest[0], v, out=largest[0])
        # The corrections of m and v are numbers: they go into eps and lr, which saves two passes.
        root = math.sqrt(1 - beta2**step)
        np.sqrt(v, out=work)
        np.add(work, eps * root, out=work)
        np.divide(m, work, out=work)
        block.param -= np.multiply(work, lr * root / (1 - beta1**step), out=work)


class AdamW(Adam):
    """Adam that shrinks the parameters by ``lr * weight_decay`` apart from the gradient.

    Args:
        params, lr, betas, eps, amsgrad: as in ``Adam``, like the choices that follow.
        weight_decay: the rate of shrinking.

    Source: Loshchilov and Hutter, Decoupled weight decay regularization (2019).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
