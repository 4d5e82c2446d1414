"""Schedules of the learning rate: call ``step()`` once an epoch, after the optimizer's.

A schedule changes the rate that a group has at the moment, so several can act on one optimizer.
"""

from __future__ import annotations

import math
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .optimizer import Optimizer

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "MultiStepLR",
    "ReduceLROnPlateau",
    "StepLR",
]


class LRScheduler:
    """Base class of schedules: a subclass says how a group's rate changes from epoch to epoch.

    Args:
        optimizer: the optimizer whose groups are to be changed.
        last_epoch: the epoch to resume after; -1 to start.

    Attributes:
        last_epoch: the present epoch, counted from 0.
        base_lrs: the rate each group started from.

    Raises:
        KeyError: when resuming an optimizer that no schedule has started.
        TypeError: if ``optimizer`` is none.
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        optimizer.stepped = bool(optimizer.stepped)
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", float(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{number}] when resuming "
                    "an optimizer"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch + 1
        self._set([self._start(i) for i in range(len(self.base_lrs))])

    def _start(self, index: int) -> float:
        """Return the rate of a group in the first epoch of this schedule."""
        return float(self.optimizer.param_groups[index]["lr"])

    def _next(self, lr: float, base: float, index: int) -> float:
        """Return the rate in ``self.last_epoch`` of a group whose rate was ``lr`` before it."""
        raise NotImplementedError(f"{type(self).__name__} does not define _next")

    def step(self) -> None:
        """Go on to the next epoch: set the rates for it."""
        if self.last_epoch == 0 and not self.optimizer.stepped:
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`: the first rate "
                "of the schedule is skipped. Call them in the opposite order.",
                stacklevel=2,
            )
        self.last_epoch += 1
        groups = self.optimizer.param_groups
        self._set(
            [
                self._next(float(group["lr"]), base, index)
                for index, (group, base) in enumerate(zip(groups, self.base_lrs))
            ]
        )

    def _set(self, rates: list[float]) -> None:
        for group, lr in zip(self.optimizer.param_groups, rates):
            group["lr"] = lr
        self._last_lr = rates

    def get_last_lr(self) -> list[float]:
        """Return the present rate of each group."""
        return self._last_lr

    def state_dict(self) -> dict[str, Any]:
        """Return the schedule's own state, without the optimizer."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a state that ``state_dict`` returned."""
        self.__dict__.update(state_dict)


class LambdaLR(LRScheduler):
    """Set the rate to its initial value times a function of the epoch.

    Args:
        optimizer: as in ``LRScheduler``.
        lr_lambda: the function, or a list of one per group.
        last_epoch: as in ``LRScheduler``.

    Raises:
        ValueError: if the list has another length than the groups.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        count = len(optimizer.param_groups)
        self.lr_lambdas = [lr_lambda] * count if callable(lr_lambda) else list(lr_lambda)
        if len(self.lr_lambdas) != count:
            raise ValueError(f"Expected {count} lr_lambdas, but got {len(self.lr_lambdas)}")
        super().__init__(optimizer, last_epoch)

    def _start(self, index: int) -> float:
        return self._next(0.0, self.base_lrs[index], index)

    def _next(self, lr: float, base: float, index: int) -> float:
        return base * self.lr_lambdas[index](self.last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """Return the schedule's own state, without the optimizer and the functions."""
        state = super().state_dict()
        del state["lr_lambdas"]
        return state


class StepLR(LRScheduler):
    """Multiply the rate by ``gamma`` every ``step_size`` epochs."""

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: float, base: float, index: int) -> float:
        return lr if self.last_epoch % self.step_size else lr * self.gamma


class MultiStepLR(LRScheduler):
    """Multiply the rate by ``gamma`` at each epoch in ``milestones``."""

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: float, base: float, index: int) -> float:
        passed = bisect_right(self.milestones, self.last_epoch)
        return lr * self.gamma ** (passed - bisect_left(self.milestones, self.last_epoch))


class ExponentialLR(LRScheduler):
    """Multiply the rate by ``gamma`` every epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: float, base: float, index: int) -> float:
        return lr * self.gamma


class CosineAnnealingLR(LRScheduler):
    """Lower the rate to ``eta_min`` over ``T_max`` epochs along half a cosine, then raise it again.

    lr(t) = eta_min + (base - eta_min) (1 + cos(pi t / T_max)) / 2.

    Source: Loshchilov and Hutter, SGDR (2017), without the restarts.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_max: int,  # noqa: N803 - PyTorch's name
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: float, base: float, index: int) -> float:
        before, now = (
            (1 + math.cos(math.pi * epoch / self.T_max)) / 2
            for epoch in (self.last_epoch - 1, self.last_epoch)
        )
        if (self.last_epoch - 1) % (2 * self.T_max) == self.T_max:
            return lr + (base - self.eta_min) * now  # from the bottom, where ``before`` is zero
        return self.eta_min + (lr - self.eta_min) * now / before


class ReduceLROnPlateau(LRScheduler):
    """Lower the rate when a quantity has stopped improving.

    Args:
        optimizer: as in ``LRScheduler``.
        mode: "min" if small values are good, "max" if large ones are.
        factor: what the rate is multiplied by.
        patience: how many epochs without improvement are tolerated.
        threshold: how much better a value must be to count as improvement.
        threshold_mode: whether ``threshold`` is a share of the best value ("rel") or "abs"olute.
        cooldown: how many epochs to wait after the rate was lowered.
        min_lr: the lowest rate, or a list of one per group.
        eps: the rate is left alone if it would change by less.

    Raises:
        ValueError: for a factor of 1 or more, an unknown mode, a list of a wrong length.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1.0:
            raise ValueError("Factor should be < 1.0.")
        if mode not in ("min", "max"):
            raise ValueError(f"mode {mode} is unknown!")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold mode {threshold_mode} is unknown!")
        self.mode, self.threshold, self.threshold_mode = mode, threshold, threshold_mode
        self.factor, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        super().__init__(optimizer)
        lowest = min_lr if isinstance(min_lr, Sequence) else [min_lr] * len(self.base_lrs)
        if len(lowest) != len(self.base_lrs):
            raise ValueError(f"expected {len(self.base_lrs)} min_lrs, got {len(lowest)}")
        self.min_lrs = list(lowest)

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Go on to the next epoch, given the value of the quantity in this one."""
        value = float(metrics)
        self.last_epoch += 1
        if self._improves(value):
            self.best = value
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        if self.num_bad_epochs > self.patience:
            rates = [self._lowered(lr, lowest) for lr, lowest in zip(rates, self.min_lrs)]
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._set(rates)

    def _improves(self, value: float) -> bool:
        sign = 1 if self.mode == "max" else -1
        if self.threshold_mode == "rel":
            limit = self.best * (1 + sign * self.threshold)
        else:
            limit = self.best + sign * self.threshold
        return sign * value > sign * limit

    def _lowered(self, lr: float, lowest: float) -> float:
        lower = max(lr * self.factor, lowest)
        return lower if lr - lower > self.eps else lr
