"""``torch.utils.data.distributed``: the part of a dataset that a process takes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import minigrad as mg
from minigrad.data import Sampler

from ...distributed import get_rank, get_world_size
from ...missing import room as _room

__all__ = ["DistributedSampler"]


class DistributedSampler(Sampler):
    """Indices of one of several equal parts of a dataset.

    Args:
        dataset: what has a length.
        num_replicas, rank: how many parts there are, and which to take; by default those of
            ``torch.distributed``: all of it.
        shuffle: whether in random order, another one in each epoch (see ``set_epoch``).
        seed: of the order.
        drop_last: whether to drop what is over when parts are made equal, or to repeat the first.

    Raises:
        ValueError: for a rank that there is not.
    """

    def __init__(
        self,
        dataset: Any,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        self.num_replicas = get_world_size() if num_replicas is None else num_replicas
        self.rank = get_rank() if rank is None else rank
        if not 0 <= self.rank < self.num_replicas:
            raise ValueError(
                f"Invalid rank {self.rank}, rank should be in the interval "
                f"[0, {self.num_replicas - 1}]"
            )
        self.dataset = dataset
        self.epoch = 0
        self.drop_last = drop_last
        self.shuffle = shuffle
        self.seed = seed
        share = len(dataset) / self.num_replicas
        self.num_samples = math.floor(share) if drop_last else math.ceil(share)
        self.total_size = self.num_samples * self.num_replicas

    def __iter__(self) -> Iterator[int]:
        count = len(self.dataset)
        if self.shuffle:
            draws = mg.Generator().manual_seed(self.seed + self.epoch)
            order = mg.randperm(count, generator=draws).tolist()
        else:
            order = list(range(count))
        while len(order) < self.total_size:
            order += order[: self.total_size - len(order)]
        return iter(order[self.rank : self.total_size : self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch, which gives the order its seed."""
        self.epoch = epoch


__getattr__ = _room(globals(), code=True)
