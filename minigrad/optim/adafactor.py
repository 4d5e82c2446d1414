"""Adafactor: Adam's mean square of a matrix, remembered as its rows' times its columns' means."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend.arrays import namespace
from ..tensor import Tensor
from .groups import check_lr, implementation
from .state import filled_like, first_step, next_step
from .tensorwise import TensorwiseOptimizer, root_mean_square


class Adafactor(TensorwiseOptimizer):
    """Divide the gradient g by the root of a mean square v that takes little memory.

    Of a matrix only the means r and c of g^2 over rows and columns are kept:  v = r c / mean(r).
    They run with weight b = t^beta2_decay for the newest:  r <- (1 - b) r + b mean(g^2).
    The step is relative to the parameter's size:  with  u = g / sqrt(max(v, eps1^2)),
    p <- p - min(lr, 1 / sqrt(t)) max(eps2, rms(p)) u / max(1, rms(u) / d).

    Args:
        params: tensors or parameter groups; real ones.
        lr: the largest relative step.
        beta2_decay: how fast the weight of the newest gradient falls.
        eps: eps1, keeps the division finite (None: the dtype's epsilon), and eps2, the least size
            a parameter is taken to have.
        d: the largest root mean square of u.
        weight_decay: shrinks the parameters by ``lr * weight_decay``.
        foreach: see ``groups.implementation``.
        maximize: step along the gradient instead.

    Raises:
        ValueError: for settings out of range.
        RuntimeError: with the first step, for complex parameters.

    Source: Shazeer and Stern, Adafactor: adaptive learning rates with sublinear memory cost (2018).
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        check_lr(lr)
        for valid, what, value in (
            (beta2_decay <= 0, "beta2_decay should be <= 0", beta2_decay),
            (eps[0] is None or eps[0] >= 0, "epsilon1 should be >= 0", eps[0]),
            (eps[1] >= 0, "epsilon2 should be >= 0", eps[1]),
            (d >= 1, "Clipping threshold d should be >= 1", d),
            (weight_decay >= 0, "weight_decay should be >= 0", weight_decay),
        ):
            if not valid:
                raise ValueError(f"{what} but is: {value}")
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            **implementation(foreach=foreach),
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _update_tensor(
        self, param: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        if not state:
            _start(state, param)
        step, array, lr = next_step(state), param._array, float(group["lr"])
        eps1, eps2 = group["eps"]
        eps1 = float(np.finfo(array.dtype).eps) if eps1 is None else eps1
        rate = min(lr, step**-0.5) * max(eps2, root_mean_square(array))
        if group["weight_decay"]:
            array *= 1 - lr * group["weight_decay"]
        update = _mean_square(gradient, state, step ** group["beta2_decay"], eps1)
        np.maximum(update, eps1 * eps1, out=update)
        np.sqrt(update, out=update)
        np.divide(gradient, update, out=update)
        update *= rate / max(1.0, root_mean_square(update) / group["d"])
        array -= update


def _start(state: dict[str, Any], param: Any) -> None:
    state["step"] = first_step()
    if param.ndim < 2:
        state["variance"] = filled_like(param)
        return
    array, (*batch, rows, columns) = param._array, param.shape
    zeros = namespace(array).zeros
    state["row_var"] = Tensor._wrap(zeros((*batch, rows, 1), array.dtype))
    state["col_var"] = Tensor._wrap(zeros((*batch, 1, columns), array.dtype))


def _mean_square(gradient: Any, state: dict[str, Any], newest: float, eps: float) -> Any:
    """Return the running mean square, after the newest gradient was given its weight."""
    square = gradient * gradient
    if "variance" in state:
        mean = state["variance"]._array
        mean += newest * (square - mean)
        return mean.copy()
    rows, columns = state["row_var"]._array, state["col_var"]._array
    for mean, axis in ((rows, -1), (columns, -2)):
        mean += newest * (_mean(square, axis) - mean)
    product = rows * columns
    product /= np.maximum(_mean(rows, -2), eps)
    return product


def _mean(array: Any, axis: int) -> Any:
    return np.add.reduce(array, axis, keepdims=True) / max(array.shape[axis], 1)
