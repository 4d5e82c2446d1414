"""NAdam: Adam with Nesterov's momentum."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block
from .groups import check, check_betas, check_lr, implementation
from .optimizer import Optimizer
from .state import filled_like, first_step, next_step, number


class NAdam(Optimizer):
    """Step as Adam would after seeing the present gradient once more.

    m and v are Adam's running means of g and g^2. With mu_t = beta1 (1 - 0.96^(t psi) / 2), which
    grows with t, and the product M_t = mu_1 ... mu_t:

    p <- p - lr (mu_{t+1} m / (1 - M_{t+1}) + (1 - mu_t) g / (1 - M_t)) / (sqrt(v') + eps).

    Args:
        params: tensors or parameter groups.
        lr: the learning rate.
        betas: decay rates of the two running means.
        eps: keeps the division finite.
        weight_decay: adds ``weight_decay * p`` to the gradient.
        momentum_decay: psi, how fast the momentum mu_t grows.
        decoupled_weight_decay: shrink the parameter itself instead, as AdamW.
        maximize: step along the gradient instead.
        foreach, capturable, differentiable: see ``groups.implementation``.

    Raises:
        ValueError: for settings out of range.

    Source: Dozat, Incorporating Nesterov momentum into Adam (2016).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
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
        check(momentum_decay >= 0, "momentum_decay value", momentum_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            **implementation(foreach=foreach, capturable=capturable, differentiable=differentiable),
        }
        super().__init__(params, defaults)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("exp_avg", "exp_avg_sq")

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> tuple[int, float]:
        """Return the step's number t and the product M_t."""
        if not state:
            state["step"] = first_step()
            state["mu_product"] = number(1.0)
            state.update((name, filled_like(param)) for name in self._state_names(group))
        step, product = next_step(state), state["mu_product"]._array
        product *= _momentum(group, step)  # in the precision that PyTorch keeps it in
        return step, float(product)

    def _update(self, block: Block, group: dict[str, Any], key: tuple[int, float]) -> None:
        step, product = key
        lr, (beta1, beta2) = float(group["lr"]), group["betas"]
        work, ahead, (m, v) = block.work, block.spare, block.state
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
        mu, following = _momentum(group, step), _momentum(group, step + 1)
        np.multiply(m, following / (1 - product * following), out=ahead)
        ahead += np.multiply(g, (1 - mu) / (1 - product), out=work)
        np.divide(v, 1 - beta2**step, out=work)
        np.sqrt(work, out=work)
        np.add(work, group["eps"], out=work)
        np.divide(ahead, work, out=work)
        block.param -= np.multiply(work, lr, out=work)


def _momentum(group: dict[str, Any], step: int) -> float:
    """mu_t = beta1 (1 - 0.96^(t psi) / 2)."""
    return group["betas"][0] * (1 - 0.5 * 0.96 ** (step * group["momentum_decay"]))  # type: ignore[no-any-return]
