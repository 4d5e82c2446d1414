"""Fetching: from the keys of a batch (or of one sample) to what the loader yields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .collating import default_collate
from .dataset import IterableDataset


class Fetching(NamedTuple):
    """What to fetch from, and how.

    Attributes:
        dataset: where samples are from.
        batched: whether keys come in lists, one for each batch.
        collate: what is done to a list of samples, or to one.
        drop_last: whether a stream's last batch is left out if it is shorter.
    """

    dataset: Any
    batched: bool
    collate: Callable[[Any], Any]
    drop_last: bool

    def start(self) -> Callable[[Any], Any]:
        """Return a function of keys; that of a stream raises StopIteration at its end."""
        if isinstance(self.dataset, IterableDataset):
            return _Stream(self).fetch
        return self._fetch

    def _fetch(self, keys: Any) -> Any:
        if not self.batched:
            return self.collate(self.dataset[keys])
        if self.collate is default_collate and keys:
            quick = getattr(self.dataset, "collated", None)
            batch = None if quick is None else quick(keys)
            if batch is not None:
                return batch
        several = getattr(self.dataset, "__getitems__", None)
        return self.collate(several(keys) if several else [self.dataset[key] for key in keys])


class _Stream:
    """A stream that is being read; of the keys only their number matters."""

    def __init__(self, fetching: Fetching) -> None:
        self.fetching = fetching
        self.samples = iter(fetching.dataset)
        self.ended = False

    def fetch(self, keys: Sequence[Any]) -> Any:
        """Return the next batch or sample."""
        if self.ended:
            raise StopIteration
        if not self.fetching.batched:
            return self.fetching.collate(next(self.samples))
        batch = []
        for _ in keys:
            try:
                batch.append(next(self.samples))
            except StopIteration:
                self.ended = True
                break
        if not batch or (self.fetching.drop_last and len(batch) < len(keys)):
            raise StopIteration
        return self.fetching.collate(batch)
