"""Trainer: the loop over epochs and batches, and the joints where callbacks hang in."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..autograd.modes import no_grad
from .callbacks.callback import Callback
from .figures import Figures, Means, batch_size, numbers
from .resuming import Resuming

Metric = Callable[[Any, Any], Any]


class Trainer(Resuming):
    """Trains a model: batches (inputs ..., target) of a loader, for some epochs.

    For anything else than one model, one loss and one optimizer, derive a class and redefine
    ``training_step`` (and ``validation_step``). Whatever it holds that has a ``state_dict`` is part
    of its checkpoints.

    Args:
        model: maps the inputs of a batch to an output.
        loss: maps output and target to a number, of which gradients are taken; None if both steps
            are redefined.
        optimizer: of the model's parameters.
        metrics: more figures of output and target, by name; each a mean over samples.
        callbacks: told of each joint, in this order (checkpoints last, to find all others done).

    Attributes:
        epoch: how many epochs are complete.
        batch: how many batches of the present one are done.
        step: how many batches in all.
        history: the figures of each complete epoch; those of validation are "validation_...".
        stopping: set it to True, and training ends after the epoch.

    Example:
        >>> import minigrad as mg
        >>> from minigrad import nn
        >>> _ = mg.manual_seed(0)
        >>> x = mg.randn(64, 3)
        >>> data = mg.data.TensorDataset(x, x @ mg.tensor([[1.0], [-2.0], [0.5]]))
        >>> model = nn.Linear(3, 1)
        >>> trainer = Trainer(model, nn.MSELoss(), mg.optim.SGD(model.parameters(), lr=0.1))
        >>> history = trainer.fit(mg.data.DataLoader(data, batch_size=16, shuffle=True), epochs=20)
        >>> history[-1]["loss"] < 1e-3
        True
    """

    def __init__(
        self,
        model: Any,
        loss: Callable[[Any, Any], Any] | None,
        optimizer: Any,
        *,
        metrics: Mapping[str, Metric] | None = None,
        callbacks: Iterable[Callback] = (),
    ) -> None:
        self.model, self.optimizer = model, optimizer
        self.loss: Any = loss
        self.metrics = dict(metrics or {})
        self.callbacks = sorted(callbacks, key=lambda callback: callback.last)
        self.epoch = self.batch = self.step = 0
        self.epochs: int | None = None
        self.history: list[Figures] = []
        self.stopping = False
        self.loader: Any = None
        self.means = Means()

    # --- what a derived class may redefine --------------------------------------------------

    def training_step(self, batch: Any) -> Mapping[str, Any]:
        """Learn from a batch; return figures, each a number that is a mean over its samples."""
        *inputs, target = batch
        self.optimizer.zero_grad()
        output = self.model(*inputs)
        loss = self.loss(output, target)
        loss.backward()
        self.optimizer.step()
        return {"loss": loss, **self.measure(output.detach(), target)}

    def validation_step(self, batch: Any) -> Mapping[str, Any]:
        """Return figures of a batch that is not learned from."""
        *inputs, target = batch
        output = self.model(*inputs)
        return {"loss": self.loss(output, target), **self.measure(output, target)}

    def measure(self, output: Any, target: Any) -> dict[str, Any]:
        """Return the metrics of an output."""
        return {name: metric(output, target) for name, metric in self.metrics.items()}

    # --- the loop ---------------------------------------------------------------------------

    def fit(
        self,
        loader: Iterable[Any],
        epochs: int,
        validation: Iterable[Any] | None = None,
        resume: Any = None,
    ) -> list[Figures]:
        """Train until ``epochs`` epochs are complete; return the history.

        Args:
            loader: of the batches to learn from; iterated once an epoch.
            epochs: how many in all, those before a resumption included.
            validation: batches to measure on after each epoch.
            resume: a checkpoint to go on from; the result is the same to the bit.

        Raises:
            ValueError: if the loader gives no batch, or the checkpoint is of another training.
        """
        self.loader, self.epochs, self.stopping = loader, epochs, False
        if resume is not None:
            self.load(resume)
        self.tell("on_fit_start")
        try:
            while self.epoch < epochs and not self.stopping:
                self._train_an_epoch(loader, validation)
        finally:
            self.tell("on_fit_end")
        return self.history

    def _train_an_epoch(self, loader: Iterable[Any], validation: Iterable[Any] | None) -> None:
        self.model.train()
        for batch in self._batches(loader):
            figures = numbers(self.training_step(batch))
            self.means.add(figures, batch_size(batch))
            self.batch += 1
            self.step += 1
            self.tell("on_batch_end", figures)
        if not self.batch:
            raise ValueError("fit: the loader gives no batch; is its dataset empty?")
        figures = self.means.result()
        if validation is not None:
            measured = self.validate(validation)
            figures.update({f"validation_{name}": value for name, value in measured.items()})
        self.epoch, self.batch, self.means = self.epoch + 1, 0, Means()
        self.history.append(figures)
        self.tell("on_epoch_end", figures)

    def _batches(self, loader: Iterable[Any]) -> Iterator[Any]:
        """Iterate over what is left of the epoch: all of it, unless training was resumed in it."""
        done = self.batch
        if not done:
            self.mark_start()
            self.tell("on_epoch_start")
            yield from loader
            return
        with self.replaying():  # draws the same order anew, and leaves out what is done
            batches = iter(loader)
            list(itertools.islice(batches, done))
        yield from batches

    def validate(self, loader: Iterable[Any]) -> Figures:
        """Return the mean figures of ``validation_step`` over the batches of a loader."""
        means = Means()
        with self.evaluating():
            for batch in loader:
                means.add(numbers(self.validation_step(batch)), batch_size(batch))
        return means.result()

    @contextlib.contextmanager
    def evaluating(self) -> Iterator[None]:
        """Put the model into evaluation, and record nothing, for a block."""
        training = self.model.training
        self.model.eval()
        try:
            with no_grad():
                yield
        finally:
            self.model.train(training)

    def tell(self, joint: str, *figures: Figures) -> None:
        """Call a method of all callbacks."""
        for callback in self.callbacks:
            getattr(callback, joint)(self, *figures)
