"""Schedules that raise the rate and lower it again, and move the momentum the other way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, checked_optimizer, one_per_group, put
from .ramps import half_cosine


class MomentumSchedule(LRScheduler):
    """Base class of both: a schedule that may set the momentum, or Adam's beta1, too."""

    cycle_momentum: bool

    def _start_momentum(self, lowest: Any, highest: Any, last_epoch: int) -> tuple[Any, Any]:
        """Return both bounds of the momentum, one for each group, and set the upper one.

        Raises:
            ValueError: if the optimizer has no momentum.
        """
        optimizer = self.optimizer
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ValueError(
                "optimizer must support momentum or beta1 with `cycle_momentum` option enabled"
            )
        self.use_beta1 = "betas" in optimizer.defaults
        bounds = (
            one_per_group("base_momentum", optimizer, lowest),
            one_per_group("max_momentum", optimizer, highest),
        )
        if last_epoch == -1:
            for group, low, high in zip(optimizer.param_groups, *bounds):
                self._set_momentum(group, high)
                group["max_momentum"], group["base_momentum"] = high, low
        return bounds

    def _set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class CyclicLR(MomentumSchedule):
    """Raise the rate from ``base_lr`` to ``max_lr`` and lower it again, along straight lines.

    To be stepped with every batch. The momentum falls while the rate rises.

    Args:
        optimizer, last_epoch: as in ``LRScheduler``.
        base_lr, max_lr: the bounds of the rate; a number, or a list of one per group.
        step_size_up, step_size_down: how many steps each half of a cycle takes.
        mode: how the height of the cycles changes: "triangular" not at all, "triangular2" is
            halved, "exp_range" is multiplied by ``gamma`` with every step.
        gamma: for "exp_range".
        scale_fn, scale_mode: a function of the height instead, and whether it is given the number
            of the "cycle" (from 1) or of "iterations".
        cycle_momentum: whether to move the momentum too.
        base_momentum, max_momentum: its bounds.

    Raises:
        ValueError: for an unknown mode, lists of a wrong length, optimizers without momentum.
        TypeError: if ``optimizer`` is none.

    Source: Smith, Cyclical learning rates for training neural networks (2017).
    """

    _functions = "_scale_fn_custom"

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(optimizer)
        base_lrs = one_per_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for lr, group in zip(base_lrs, optimizer.param_groups):
                put(group, "lr", lr)
        self.max_lrs = one_per_group("max_lr", optimizer, max_lr)
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up + down)
        self.step_ratio = step_size_up / self.total_size
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode, self.gamma = mode, gamma
        self._scale_fn_custom = scale_fn
        if scale_fn is None:
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        self.scale_mode = scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums, self.max_momentums = self._start_momentum(
                base_momentum, max_momentum, last_epoch
            )
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """Return the relative height of a cycle, or of an iteration, by its number."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "exp_range":
            return float(self.gamma**x)
        return 1 / 2.0 ** (x - 1) if self.mode == "triangular2" else 1.0

    def get_lr(self) -> list[Any]:
        """Return the rates, and set the momenta."""
        self._warn_outside_step()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums)
            for group, low, high in bounds:
                self._set_momentum(group, high - (high - low) * height * scale)
        return [
            low + (high - low) * height * scale for low, high in zip(self.base_lrs, self.max_lrs)
        ]


class OneCycleLR(MomentumSchedule):
    """Raise the rate to ``max_lr``, then lower it far below where it began: once, over all steps.

    To be stepped with every batch. The momentum falls while the rate rises.

    Args:
        optimizer, last_epoch: as in ``LRScheduler``.
        max_lr: the highest rate, or a list of one per group.
        total_steps: the number of steps; or ``epochs`` times ``steps_per_epoch``.
        pct_start: the share of steps that the rise takes.
        anneal_strategy: along half a cosine ("cos") or a straight line ("linear").
        cycle_momentum: whether to move the momentum too.
        base_momentum, max_momentum: its bounds.
        div_factor: the rate begins at ``max_lr / div_factor``.
        final_div_factor: it ends at its beginning divided by this.
        three_phase: fall back to the beginning first, as fast as it rose.

    Raises:
        ValueError: for settings out of range, optimizers without momentum, and steps beyond the
            last one.
        TypeError: if ``optimizer`` is none.

    Source: Smith and Topin, Super-convergence (2018).
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(optimizer)
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._anneal_func_type = anneal_strategy
        self._schedule_phases = _phases(self.total_steps, pct_start, three_phase)
        highest = one_per_group("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, highest):
                group["initial_lr"] = lr / div_factor
                group["max_lr"] = lr
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._start_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """Return the rates, and set the momenta."""
        self._warn_outside_step()
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(
                f"Tried to step {step} times. The specified number of total steps is "
                f"{self.total_steps}"
            )
        start = 0.0
        for phase in self._schedule_phases:
            if step <= phase["end_step"] or phase is self._schedule_phases[-1]:
                break
            start = phase["end_step"]
        share = (step - start) / (phase["end_step"] - start)
        groups = self.optimizer.param_groups
        if self.cycle_momentum:
            for group in groups:
                self._set_momentum(group, self._between(group, phase, "momentum", share))
        return [self._between(group, phase, "lr", share) for group in groups]

    def _between(
        self, group: dict[str, Any], phase: dict[str, Any], what: str, share: float
    ) -> Any:
        start, end = group[phase[f"start_{what}"]], group[phase[f"end_{what}"]]
        if self._anneal_func_type == "cos":
            return half_cosine(start, end, share)
        return (end - start) * share + start


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    counts = {"total_steps": total_steps}
    if total_steps is None:
        if epochs is None or steps_per_epoch is None:
            raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        counts = {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
    for name, count in counts.items():
        if not isinstance(count, int) or count <= 0:
            raise ValueError(f"Expected positive integer {name}, but got {count}")
    return math.prod(counts.values())  # type: ignore[arg-type]


def _phases(total: int, share: float, three: bool) -> list[dict[str, Any]]:
    """Return the phases: when each ends, and which settings of a group it leads from and to."""
    up = float(share * total) - 1
    ends = [up, float(2 * share * total) - 2, total - 1] if three else [up, total - 1]
    lr = ["initial_lr", "max_lr", "initial_lr", "min_lr"]
    momentum = ["max_momentum", "base_momentum", "max_momentum", "max_momentum"]
    if not three:
        del lr[2], momentum[3]
    return [
        {
            "end_step": end,
            "start_lr": lr[i],
            "end_lr": lr[i + 1],
            "start_momentum": momentum[i],
            "end_momentum": momentum[i + 1],
        }
        for i, end in enumerate(ends)
    ]
