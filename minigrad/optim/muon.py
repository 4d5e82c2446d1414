"""Muon: steps whose matrices are close to orthogonal."""

from __future__ import annotations

import math
from typing import Any

from .groups import check_lr
from .state import filled_like
from .tensorwise import TensorwiseOptimizer

RATES = (None, "original", "match_rms_adamw")


class Muon(TensorwiseOptimizer):
    """Step along the running mean of a matrix's gradient, all its singular values brought near 1.

    b <- momentum b + (1 - momentum) g;  u = b, or with Nesterov's momentum
    u = momentum b + (1 - momentum) g;  p <- (1 - lr weight_decay) p - lr' o(u),  where o is
    ``orthogonalized``.

    PyTorch computes o in bfloat16, to two digits; here it has the parameters' precision.

    Args:
        params: matrices (weights of hidden layers) or parameter groups of them; real ones.
        lr: the learning rate.
        weight_decay: shrinks the parameters by ``lr * weight_decay``.
        momentum: decay rate of the running mean.
        nesterov: look ahead by another share of the present gradient.
        ns_coefficients: those of the polynomial in ``orthogonalized``.
        eps: keeps its division finite.
        ns_steps: how often it is applied.
        adjust_lr_fn: lr' for a matrix of n rows and m columns: "original", lr sqrt(max(1, n / m)),
            or "match_rms_adamw", lr sqrt(max(n, m)) / 5, for rates and decay tuned for AdamW.

    Raises:
        ValueError: for settings out of range, and parameters that are no matrices.
        RuntimeError: with the first step, for complex parameters.

    Source: Jordan et al., Muon: an optimizer for hidden layers in neural networks (2024);
    Liu et al., Muon is scalable for LLM training (2025), the rate to match AdamW.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        check_lr(lr)
        if momentum < 0:
            raise ValueError(f"momentum should be >= 0 but is: {momentum}")
        if weight_decay < 0:
            raise ValueError(f"weight decay should be >= 0 but is: {weight_decay}")
        if adjust_lr_fn not in RATES:
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        defaults = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                if param.ndim != 2:
                    raise ValueError(
                        "Muon only supports 2D parameters whereas we found a parameter with size: "
                        f"{param.shape}"
                    )

    def _update_tensor(
        self, param: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = filled_like(param)
        array, lr, momentum = param._array, float(group["lr"]), group["momentum"]
        mean = state["momentum_buffer"]._array
        mean += (1 - momentum) * (gradient - mean)
        update = gradient + momentum * (mean - gradient) if group["nesterov"] else mean
        step = orthogonalized(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
        array *= 1 - lr * group["weight_decay"]
        step *= _adjusted(lr, group["adjust_lr_fn"], *param.shape)
        array -= step


def orthogonalized(
    matrix: Any, coefficients: tuple[float, float, float], steps: int, eps: float
) -> Any:
    """Return a matrix with the same singular vectors, its singular values brought near 1.

    x <- a x + b (x x') x + c (x x')^2 x, so that each singular value s becomes a s + b s^3 + c s^5.
    The usual coefficients take all of (0, 1] to about [0.7, 1.2] in a few steps.

    Raises:
        ValueError: for 100 steps or more, and for other than three coefficients.

    Source: Bernstein and Newhouse, Old optimizer, new norm (2024); Jordan (2024), coefficients.
    """
    if steps >= 100:
        raise ValueError("Number of steps must be less than 100 for computational efficiency")
    if len(coefficients) != 3:
        raise ValueError("Coefficients must be a tuple of exactly 3 values")
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix  # x x' is the smaller product
    flat = x.reshape(-1)
    x = x / max(float(flat @ flat) ** 0.5, eps)  # the Frobenius norm bounds the largest of them
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x.T if tall else x


def _adjusted(lr: float, rule: str | None, rows: int, columns: int) -> float:
    if rule == "match_rms_adamw":
        return 0.2 * lr * math.sqrt(max(rows, columns))
    return lr * math.sqrt(max(1, rows / columns))
