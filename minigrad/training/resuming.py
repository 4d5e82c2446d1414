"""What a training depends on: taken down in a checkpoint, and put back to the same bit.

In the middle of an epoch the order of its samples is not kept but drawn anew: from the random
states at its start, which are. Then the states of the checkpoint follow.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..data.dataloader import DataLoader
from ..random import Generator, default_generator
from .callbacks.callback import Callback
from .checkpoints import load_checkpoint, save_checkpoint
from .figures import Figures, Means

_FORMAT = 1


class Resuming:
    """The part of a trainer that can be saved: see ``Trainer``."""

    callbacks: list[Callback]
    epoch: int
    batch: int
    step: int
    history: list[Figures]
    means: Means
    loader: Any
    _at_start: dict[str, Any] | None = None

    def save(self, path: Any) -> None:
        """Write a checkpoint: model, optimizer, callbacks, random states, position and history."""
        save_checkpoint(path, self.state_dict())

    def load(self, path: Any) -> None:
        """Go on from a checkpoint.

        Raises:
            ValueError: if it is of another training: other parts, or other shapes.
        """
        self.load_state_dict(load_checkpoint(path))

    def state_dict(self) -> dict[str, Any]:
        """Return all that the rest of the training depends on."""
        return {
            "format": _FORMAT,
            "parts": {name: part.state_dict() for name, part in self._parts().items()},
            "position": {"epoch": self.epoch, "batch": self.batch, "step": self.step},
            "means": {"sums": self.means.sums, "counts": self.means.counts},
            "history": self.history,
            "random": _random_states(self.loader),
            "random_at_start": self._at_start if self.batch else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over a state that ``state_dict`` returned.

        Raises:
            ValueError: if it is of another training.
        """
        parts = self._parts()
        found = {"format": state.get("format"), "parts": sorted(state.get("parts", ()))}
        if found != {"format": _FORMAT, "parts": sorted(parts)}:
            raise ValueError(
                f"load: the checkpoint has format {found['format']} and parts {found['parts']}, "
                f"expected format {_FORMAT} and parts {sorted(parts)}"
            )
        for name, part in parts.items():
            part.load_state_dict(state["parts"][name])
        vars(self).update(state["position"])
        self.means = Means()
        vars(self.means).update(state["means"])
        self.history[:] = state["history"]
        self._at_start = state["random_at_start"]
        _set_random_states(state["random"], self.loader)

    def _parts(self) -> dict[str, Any]:
        """Return what has a state of its own, by name: attributes, and callbacks by their class."""
        found = {
            name: value
            for name, value in vars(self).items()
            if hasattr(value, "state_dict")
            and hasattr(value, "load_state_dict")
            and not isinstance(value, Callback)
        }
        for callback in self.callbacks:
            if callback.state_dict():
                kind = type(callback).__name__
                count = sum(name.partition(".")[0] == kind for name in found)
                found[f"{kind}.{count}" if count else kind] = callback
        return found

    def mark_start(self) -> None:
        """Note the random states at the start of an epoch."""
        self._at_start = _random_states(self.loader)

    @contextlib.contextmanager
    def replaying(self) -> Iterator[None]:
        """Return to the random states at the start of the epoch for a block."""
        now = _random_states(self.loader)
        _set_random_states(self._at_start, self.loader)
        yield
        _set_random_states(now, self.loader)


def _generators(loader: Any) -> dict[str, Generator]:
    """Return the generators that batches may be drawn from."""
    found = {"default": default_generator}
    if isinstance(loader, DataLoader):
        sources = (loader, loader.sampler, getattr(loader.batch_sampler, "sampler", None))
        for number, source in enumerate(sources):
            generator = getattr(source, "generator", None)
            if generator is not None and generator not in found.values():
                found[f"loader.{number}"] = generator
    return found


def _random_states(loader: Any) -> dict[str, Any]:
    """Return the states of all sources of random numbers."""
    return {
        "generators": {name: g.get_state() for name, g in _generators(loader).items()},
        "python": random.getstate(),
        "numpy": np.random.get_state(legacy=False),
    }


def _set_random_states(states: Any, loader: Any) -> None:
    generators = _generators(loader)
    if sorted(generators) != sorted(states["generators"]):
        raise ValueError(
            f"load: the checkpoint has states of the generators {sorted(states['generators'])}, "
            f"this training uses {sorted(generators)}"
        )
    for name, generator in generators.items():
        generator.set_state(states["generators"][name])
    random.setstate(states["python"])
    np.random.set_state(states["numpy"])
