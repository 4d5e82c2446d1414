"""What all schedules do: hold the optimizer, count epochs, set the rates, save and load."""

from __future__ import annotations

import types
import warnings
from typing import Any

from ...tensor import Tensor
from ..optimizer import Optimizer


class LRScheduler:
    """Base class of schedules: a subclass says how a group's rate changes from epoch to epoch.

    It defines ``get_lr``, which returns the rates of all groups in ``last_epoch``, or ``_next``,
    the rate of one group; and ``_closed``, if the rate is known without those before it.

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

    _is_initial = False
    _get_lr_called_within_step = False
    _not_saved: tuple[str, ...] = ("optimizer",)
    _functions = ""  # the attribute with functions, of which only callable objects' state is saved
    base_lrs: list[Any]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(optimizer)
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", copied(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{number}] when resuming "
                    "an optimizer"
                )
        self.base_lrs = values(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        optimizer.stepped = bool(optimizer.stepped)  # from now on it notes its steps
        self._initial_step()

    # --- what a subclass defines ----------------------------------------------------------

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        """Return the rate in ``self.last_epoch`` of a group whose rate is ``lr`` as yet."""
        raise NotImplementedError(f"{type(self).__name__} defines neither get_lr nor _next")

    def _closed(self, base: Any) -> Any:
        """Return the rate in ``self.last_epoch`` of a group that started from ``base``."""
        raise NotImplementedError(f"{type(self).__name__} does not define _closed")

    def get_lr(self) -> list[Any]:
        """Return the rates of all groups in ``last_epoch``: to be called by ``step``."""
        self._warn_outside_step()
        groups = self.optimizer.param_groups
        return [
            self._next(copied(group["lr"]), base, index)
            for index, (group, base) in enumerate(zip(groups, self.base_lrs))
        ]

    # --- a step -----------------------------------------------------------------------------

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        self.step()
        self._is_initial = False

    def step(self, epoch: int | None = None) -> None:
        """Go on to the next epoch, or (as PyTorch did once) to a given one: set its rates."""
        if self._step_count == 1 and not self.optimizer.stepped:
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`: the first rate "
                "of the schedule is skipped. Call them in the opposite order.",
                stacklevel=2,
            )
        self._step_count += 1
        if epoch is not None:
            warn_of_epoch()
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if epoch is not None and type(self)._closed is not LRScheduler._closed:
            rates = [self._closed(base) for base in self.base_lrs]
        else:
            rates = self._asked_for_lr()
        self._set(rates)

    def _asked_for_lr(self) -> list[Any]:
        self._get_lr_called_within_step = True
        try:
            return self.get_lr()
        finally:
            self._get_lr_called_within_step = False

    def _warn_outside_step(self) -> None:
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use "
                "`get_last_lr()`.",
                stacklevel=3,
            )

    def _set(self, rates: list[Any]) -> None:
        for group, lr in zip(self.optimizer.param_groups, rates):
            put(group, "lr", lr)
        self._last_lr = values(self.optimizer, "lr")

    def get_last_lr(self) -> list[Any]:
        """Return the present rate of each group."""
        return self._last_lr

    # --- state --------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return the schedule's own state, without the optimizer and without functions.

        Of functions that are objects with ``__call__`` their attributes are saved.
        """
        state = {name: v for name, v in self.__dict__.items() if name not in self._not_saved}
        if self._functions:
            given = state[self._functions]
            several = isinstance(given, list)
            saved = [_saved(function) for function in (given if several else [given])]
            state[self._functions] = saved if several else saved[0]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a state that ``state_dict`` returned."""
        state = dict(state_dict)
        if self._functions:
            saved, own = state.pop(self._functions), getattr(self, self._functions)
            several = isinstance(own, list)
            for function, entries in zip(own, saved) if several else [(own, saved)]:
                if entries is not None:
                    function.__dict__.update(entries)
        self.__dict__.update(state)


def _saved(function: Any) -> dict[str, Any] | None:
    if function is None or isinstance(function, types.FunctionType):
        return None
    return dict(function.__dict__)


def checked_optimizer(optimizer: Any) -> Optimizer:
    """Return an optimizer.

    Raises:
        TypeError: if it is none.
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    return optimizer


def one_per_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """Return a list of values, one for each group, from such a list or from one value for all.

    Raises:
        ValueError: if the list has another length.
    """
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [copied(value) for _ in range(count)]
    if len(value) != count:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups. {name} has {len(value)} "
            f"values, param_groups has {count}."
        )
    return [copied(item) for item in value]


def values(optimizer: Optimizer, name: str) -> list[Any]:
    """Return a setting of all groups; of tensors copies."""
    return [copied(group[name]) for group in optimizer.param_groups]


def copied(value: Any) -> Any:
    """Return a number, or a copy of a tensor, which ``put`` would change."""
    return value.detach().clone() if isinstance(value, Tensor) else value


def put(group: dict[str, Any], name: str, value: Any) -> None:
    """Set a setting of a group; a tensor keeps its place, for others may hold on to it."""
    if isinstance(group[name], Tensor):
        group[name].fill_(float(value))
    else:
        group[name] = value


def warn_of_epoch() -> None:
    """Warn that ``step(epoch)`` is a thing of the past."""
    warnings.warn(
        "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated; "
        "please use `scheduler.step()`.",
        stacklevel=3,
    )
