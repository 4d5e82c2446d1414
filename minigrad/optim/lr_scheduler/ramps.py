"""Schedules that lead the rate from one value to another over a number of epochs."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler


class ConstantLR(LRScheduler):
    """Multiply the rate by ``factor`` until epoch ``total_iters``.

    Raises:
        ValueError: for a factor out of [0, 1].
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 <= factor <= 1:
            raise ValueError("Constant multiplicative factor expected to be between 0 and 1.")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1.0 / self.factor) if self.last_epoch == self.total_iters else lr

    def _closed(self, base: Any) -> Any:
        return base if self.last_epoch >= self.total_iters else base * self.factor


class LinearLR(LRScheduler):
    """Lead a factor of the rate from ``start_factor`` to ``end_factor`` in ``total_iters`` epochs.

    Raises:
        ValueError: for a start out of (0, 1] or an end out of [0, 1].
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(
                "Starting multiplicative factor expected to be greater than 0 and less or equal to "
                "1."
            )
        if not 0 <= end_factor <= 1:
            raise ValueError("Ending multiplicative factor expected to be between 0 and 1.")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        if self.last_epoch == 0:
            return lr * self.start_factor
        if self._is_initial or self.last_epoch > self.total_iters:
            return lr
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return lr * (1.0 + rise / before)

    def _closed(self, base: Any) -> Any:
        share = min(self.total_iters, self.last_epoch) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * share)


class PolynomialLR(LRScheduler):
    """Lower the rate to zero along a power of what is left: base (1 - t / total_iters)^power."""

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        if self._is_initial or self.last_epoch > self.total_iters:
            return lr
        now, before = (1.0 - t / self.total_iters for t in (self.last_epoch, self.last_epoch - 1))
        return lr * (now / before) ** self.power

    def _closed(self, base: Any) -> Any:
        return (
            base * (1.0 - min(self.total_iters, self.last_epoch) / self.total_iters) ** self.power
        )


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

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        epoch, period, least = self.last_epoch, self.T_max, self.eta_min
        if self._is_initial:
            return lr
        if self._step_count == 1 and epoch > 0:  # the first one after loading
            return self._closed(base)
        if (epoch - 1) % (2 * period) == period:  # from the bottom, where ``before`` is zero
            return lr + (base - least) * (1 - math.cos(math.pi / period)) / 2
        now, before = (1 + math.cos(math.pi * t / period) for t in (epoch, epoch - 1))
        return now / before * (lr - least) + least

    def _closed(self, base: Any) -> Any:
        return half_cosine(base, self.eta_min, self.last_epoch / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Lower the rate along half a cosine, jump back, and take longer each time.

    Args:
        optimizer, last_epoch: as in ``LRScheduler``.
        T_0: the number of epochs of the first descent.
        T_mult: by what that number is multiplied with each restart.
        eta_min: the lowest rate.

    Raises:
        ValueError: unless ``T_0`` and ``T_mult`` are positive integers, and ``eta_min`` a number.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts (2017).
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,  # noqa: N803 - PyTorch's name
        T_mult: int = 1,  # noqa: N803
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(T_0, int) or T_0 <= 0:
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if not isinstance(T_mult, int) or T_mult < 1:
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        if not isinstance(eta_min, float | int):
            raise ValueError(
                f"Expected float or int eta_min, but got {eta_min} of type {type(eta_min)}"
            )
        self.T_0 = T_0
        self.T_i = T_0  # of the present descent
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = last_epoch  # how far it is
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        return half_cosine(base, self.eta_min, self.T_cur / self.T_i)

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to a given one, which may be a fraction.

        Raises:
            ValueError: for a negative epoch.
        """
        if epoch is None and self.last_epoch >= 0:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        else:
            epoch = epoch or 0
            if epoch < 0:
                raise ValueError(f"Expected non-negative epoch, but got {epoch}")
            self._go_to(epoch)
        self.last_epoch = math.floor(epoch)
        self._set(self._asked_for_lr())

    def _go_to(self, epoch: float) -> None:
        self.T_cur, length = epoch, self.T_0
        if self.T_mult == 1:
            self.T_cur = epoch % self.T_0
        elif epoch >= self.T_0:  # n descents took T_0 (T_mult^n - 1) / (T_mult - 1) epochs
            n = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
            self.T_cur -= self.T_0 * (self.T_mult**n - 1) / (self.T_mult - 1)
            length *= self.T_mult**n
        self.T_i = length


def half_cosine(start: Any, end: Any, share: float) -> Any:
    """Return the value after a share of the way down half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
