"""Schedules made of others: one after another, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, put, values
from .plateau import ReduceLROnPlateau


class Composed(LRScheduler):
    """Base class of both."""

    _not_saved = ("optimizer", "_schedulers")
    _schedulers: Sequence[LRScheduler]

    def _check(self, schedulers: Sequence[Any], optimizer: Any) -> None:
        name = type(self).__name__
        for index, schedule in enumerate(schedulers):
            if not hasattr(schedule, "optimizer"):
                raise TypeError(
                    f"{name} at index {index} should have `optimizer` as its attribute."
                )
            if isinstance(schedule, ReduceLROnPlateau):
                raise ValueError(
                    f"{name} does not support `ReduceLROnPlateau`, whose `step` needs a value, but "
                    f"got one at index {index}."
                )
            if schedule.optimizer is not optimizer:
                raise ValueError(
                    f"{name} expects all schedulers to belong to the same optimizer, but that at "
                    f"index {index} has another one."
                )

    def state_dict(self) -> dict[str, Any]:
        """Return the state of this schedule and of those it is made of."""
        state = super().state_dict()
        state["_schedulers"] = [schedule.state_dict() for schedule in self._schedulers]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a state that ``state_dict`` returned."""
        state = dict(state_dict)
        for schedule, saved in zip(self._schedulers, state.pop("_schedulers")):
            schedule.load_state_dict(saved)
        super().load_state_dict(state)


class SequentialLR(Composed):
    """Follow one schedule after another.

    Args:
        optimizer: theirs.
        schedulers: the schedules.
        milestones: the epochs at which the second, the third ... begin.
        last_epoch: as in ``LRScheduler``.

    Raises:
        ValueError: for none, for different optimizers, a plateau, or a wrong number of milestones.
        TypeError: for anything but schedules.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: list[LRScheduler],
        milestones: list[int],
        last_epoch: int = -1,
    ) -> None:
        if len(schedulers) < 1:
            raise ValueError("SequentialLR expects at least one scheduler, but got no scheduler.")
        self._check(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "SequentialLR expects one milestone less than schedulers, but got "
                f"{len(schedulers)} schedulers and {len(milestones)} milestones"
            )
        self._schedulers = schedulers
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        self.optimizer = optimizer
        for group in optimizer.param_groups:  # each schedule has set its first rate already:
            put(group, "lr", group["initial_lr"])  # take that back
        _undo(self)
        first = schedulers[bisect_right(milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:  # type: ignore[override]
        """Go on to the next epoch of the present schedule, or to the first of the next one."""
        self.last_epoch += 1
        index = bisect_right(self._milestones, self.last_epoch)
        schedule = self._schedulers[index]
        if index > 0 and self._milestones[index - 1] == self.last_epoch:
            schedule._update_lr(0)
        else:
            schedule.step()
        self._last_lr = schedule.get_last_lr()


def _undo(schedule: Any) -> None:
    """Take back the first step of all simple schedules in a composed one."""
    if isinstance(schedule, Composed):
        for part in schedule._schedulers:
            _undo(part)
    else:
        schedule.last_epoch -= 1


class ChainedScheduler(Composed):
    """Follow several schedules at once: each changes the rate that the one before it left.

    Args:
        schedulers: the schedules.
        optimizer: theirs; that of the first one by default.

    Raises:
        ValueError: for none, for different optimizers, or a plateau.
        TypeError: for anything but schedules.
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        if len(schedulers) < 1:
            raise ValueError(
                "ChainedScheduler expects at least one scheduler to be chained, but got no "
                "scheduler."
            )
        optimizer = optimizer or schedulers[0].optimizer
        self._check(schedulers, optimizer)
        self._schedulers = schedulers
        self.optimizer = optimizer
        self._last_lr = values(optimizer, "lr")

    def step(self) -> None:  # type: ignore[override]
        """Go on to the next epoch of all schedules."""
        for schedule in self._schedulers:
            schedule.step()
        self._last_lr = values(self.optimizer, "lr")
