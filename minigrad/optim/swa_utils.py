"""Averages of a model's weights over training: stochastic weight averaging, moving averages.

Source: Izmailov et al., Averaging weights leads to wider optima and better generalization (2018).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import chain
from typing import Any

from ..autograd.modes import no_grad
from ..backend.dtypes import int64
from ..nn.channel_norms import _BatchNorm
from ..nn.module import Module
from ..tensor import Tensor
from .lr_scheduler.base import LRScheduler, one_per_group
from .optimizer import Optimizer

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

Average = Callable[[Any, Any, Any], Any]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """Return the rule of a moving average: a <- decay a + (1 - decay) p.

    Raises:
        ValueError: for a decay out of [0, 1].
    """
    if not 0.0 <= decay <= 1.0:
        raise ValueError(
            f"Invalid decay value {decay} provided. Please provide a value in [0,1] range."
        )

    def average(averaged: Any, current: Any, count: Any) -> Any:
        with no_grad():
            return decay * averaged + (1 - decay) * current

    return average


def get_swa_avg_fn() -> Average:
    """Return the rule of the mean of all: a <- a + (p - a) / (count + 1)."""

    def average(averaged: Any, current: Any, count: Any) -> Any:
        with no_grad():
            return averaged + (current - averaged) / (count + 1)

    return average


def get_ema_multi_avg_fn(decay: float = 0.999) -> Average:
    """Return ``get_ema_avg_fn`` for lists of tensors, changed in place.

    Raises:
        ValueError: for a decay out of [0, 1].
    """
    return _for_lists(get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> Average:
    """Return ``get_swa_avg_fn`` for lists of tensors, changed in place."""
    return _for_lists(get_swa_avg_fn())


def _for_lists(average: Average) -> Average:
    def averages(averaged: Any, current: Any, count: Any) -> None:
        with no_grad():
            for a, p in zip(averaged, current):
                a.copy_(average(a, p, count))

    return averages


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of those the model has had.

    Args:
        model: the model.
        device: where the copy lives; that of the model by default.
        avg_fn: makes a new average of the old one, the present parameter and the number of those
            averaged so far; the mean of all by default.
        multi_avg_fn: the same for lists of tensors, in place.
        use_buffers: whether to average buffers too, rather than copy them.

    Raises:
        AssertionError: for both rules at once.
    """

    n_averaged: Any

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Average | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", Tensor(0, dtype=int64, device=device))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the averaged model makes of the input."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Let the averages take in the present parameters of the model."""
        mine, theirs = self._averaged(self.module), self._averaged(model)
        with no_grad():
            theirs = [p.detach().to(a.device) for a, p in zip(mine, theirs)]
            if int(self.n_averaged) == 0:
                for a, p in zip(mine, theirs):
                    a.copy_(p)
            else:
                self._rule()([a.detach() for a in mine], theirs, self.n_averaged)
            if not self.use_buffers:
                for a, p in zip(self.module.buffers(), model.buffers()):
                    a.copy_(p.detach().to(a.device))
            self.n_averaged += 1

    def _averaged(self, model: Module) -> list[Any]:
        buffers = model.buffers() if self.use_buffers else ()
        return list(chain(model.parameters(), buffers))

    def _rule(self) -> Average:
        return self.multi_avg_fn or _for_lists(self.avg_fn or get_swa_avg_fn())


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Let batch norms collect their statistics anew: averaged weights make other activations.

    Args:
        loader: batches; of lists and tuples the first item is the input.
        model: run on every batch, in training mode.
        device: where to move the inputs first.
    """
    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    training = model.training
    model.train()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    with no_grad():
        for batch in loader:
            inputs = batch[0] if isinstance(batch, list | tuple) else batch
            model(inputs if device is None else inputs.to(device))
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """Lead the rate from what it is to ``swa_lr``, and stay there while weights are averaged.

    Args:
        optimizer, last_epoch: as in ``LRScheduler``.
        swa_lr: the rate to reach, or a list of one per group.
        anneal_epochs: how many epochs that takes.
        anneal_strategy: along half a cosine ("cos") or a straight line ("linear").

    Raises:
        ValueError: for an unknown strategy, and for a number of epochs that is no integer >= 0.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        for group, lr in zip(optimizer.param_groups, one_per_group("swa_lr", optimizer, swa_lr)):
            group["swa_lr"] = lr
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _next(self, lr: Any, base: Any, index: int) -> Any:
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        goal = self.optimizer.param_groups[index]["swa_lr"]
        before, now = self._share(step - 1), self._share(step)
        # The rate is a mixture of a start and the goal: find the start, mix anew.
        start = goal if before == 1 else (lr - before * goal) / (1 - before)
        return goal * now + start * (1 - now)

    def _share(self, step: int) -> float:
        """Return the goal's share of the rate."""
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t
