"""SparseAdam: Adam that leaves alone the rows of a table which the loss did not look at."""

from __future__ import annotations

from typing import Any

from .groups import check, check_betas, check_lr
from .state import filled_like
from .tensorwise import TensorwiseOptimizer


class SparseAdam(TensorwiseOptimizer):
    """Adam for tables of embeddings: rows without a gradient keep their values and their means.

    Of the rows with a gradient, with m, v and t as for ``Adam``:
    m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2,
    p <- p - lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps).

    PyTorch's takes sparse gradients, which name the rows that were looked up; minigrad's gradients
    are dense, and a row counts if its gradient is not all zero.

    Args:
        params: tensors or parameter groups.
        lr: the learning rate.
        betas: decay rates of the two running means.
        eps: keeps the division finite.
        maximize: step along the gradient instead.

    Raises:
        ValueError: for settings out of range.
        RuntimeError: with the first step, for complex parameters.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        check_lr(lr)
        check(eps > 0, "epsilon value", eps)
        check_betas(betas)
        defaults = {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize}
        super().__init__(params, defaults)

    def _update_tensor(
        self, param: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        if not state:
            state["step"] = 0
            state["exp_avg"], state["exp_avg_sq"] = filled_like(param), filled_like(param)
        state["step"] += 1
        (beta1, beta2), step = group["betas"], state["step"]
        mean, square = state["exp_avg"]._array, state["exp_avg_sq"]._array
        rows = gradient.reshape(len(gradient), -1).any(axis=1)
        g, m, v = gradient[rows], mean[rows], square[rows]
        m += (g - m) * (1 - beta1)
        v += (g * g - v) * (1 - beta2)
        mean[rows], square[rows] = m, v
        rate = float(group["lr"]) * (1 - beta2**step) ** 0.5 / (1 - beta1**step)
        param._array[rows] -= rate * m / (v**0.5 + group["eps"])
