"""Optimizers whose rule looks at a tensor as a whole: at its norm, its rows and columns."""

from __future__ import annotations

from typing import Any

from ..autograd.ledger import ledger
from .groups import check_capturable
from .optimizer import Optimizer


class TensorwiseOptimizer(Optimizer):
    """Base class: a subclass defines ``_update_tensor``."""

    def _step_group(self, group: dict[str, Any]) -> None:
        check_capturable(group)
        for param in group["params"]:
            if param.grad_ is None:
                continue
            if param._array.dtype.kind == "c":
                raise RuntimeError(f"{type(self).__name__} does not support complex parameters")
            gradient = param.grad_._array
            if group.get("maximize"):
                gradient = -gradient
            self._update_tensor(param, gradient, self.state[param], group)
            ledger.write(param._array)

    def _update_tensor(
        self, param: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """Update one parameter in place, given the gradient of what is minimised."""
        raise NotImplementedError(f"{type(self).__name__} does not define _update_tensor")


def root_mean_square(array: Any) -> float:
    """Return sqrt(mean(x^2))."""
    flat = array.reshape(-1)
    return float(flat @ flat / max(flat.size, 1)) ** 0.5
