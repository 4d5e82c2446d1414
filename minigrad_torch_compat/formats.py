"""Layouts and memory formats: names that programs pass on."""

from __future__ import annotations

__all__ = [
    "channels_last",
    "channels_last_3d",
    "contiguous_format",
    "layout",
    "memory_format",
    "preserve_format",
    "sparse_coo",
    "strided",
]


class _Named:
    """A value that is its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __reduce__(self) -> str:
        return self._name


class layout(_Named):
    """How elements lie in memory: ``torch.strided`` for all but sparse tensors."""


class memory_format(_Named):
    """The order of dimensions in memory: taken without effect (see NAMES.md)."""


strided = layout("strided")
sparse_coo = layout("sparse_coo")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")
contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
