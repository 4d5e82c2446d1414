"""Sequences of different lengths: padded to one tensor, or packed without gaps.

A packed batch holds the first elements of all sequences, then the second elements of those that
have one, and so on: each step of a recurrent layer finds its rows side by side. For that the
sequences are sorted, longest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...backend.arrays import to_host
from ...backend.dtypes import float16, float32, float64
from ...creation import from_numpy, full
from ...creation import tensor as new_tensor
from ...ops import cat, stack
from ...tensor import Tensor

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Packed(NamedTuple):
    data: Any
    batch_sizes: Any
    sorted_indices: Any
    unsorted_indices: Any


class PackedSequence(_Packed):
    """Sequences of different lengths without gaps, as recurrent layers take and return them.

    Made by ``pack_sequence`` and ``pack_padded_sequence``.

    Attributes:
        data: the elements, those of each step side by side.
        batch_sizes: how many sequences last to each step.
        sorted_indices: the sequences, longest first; None if they were given so.
        unsorted_indices: the inverse permutation.
    """

    def __new__(
        cls,
        data: Any,
        batch_sizes: Any = None,
        sorted_indices: Any = None,
        unsorted_indices: Any = None,
    ) -> PackedSequence:
        """Take the parts, the first two of them perhaps as a pair."""
        if batch_sizes is None:
            if not isinstance(data, tuple | list) or len(data) != 2:
                raise AssertionError("Expected data to be a list or tuple of length 2")
            data, batch_sizes = data
        elif batch_sizes.is_cuda:
            raise ValueError(
                "batch_sizes should always be on CPU. PackedSequences are made by pack_sequence "
                "and pack_padded_sequence"
            )
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """Return the sequences in another dtype or on another device: as ``Tensor.to``."""
        data = self.data.to(*args, **kwargs)
        if data is self.data:
            return self
        order = (t if t is None else t.to(data.device) for t in self[2:])
        return type(self)(data, self.batch_sizes, *order)

    def cpu(self) -> PackedSequence:
        """Return the sequences on the CPU."""
        return self.to("cpu")

    def cuda(self, device: int | None = None) -> PackedSequence:
        """Return the sequences on a GPU."""
        return self.to("cuda" if device is None else f"cuda:{device}")

    def double(self) -> PackedSequence:
        """Return the sequences in float64."""
        return self.to(dtype=float64)

    def float(self) -> PackedSequence:
        """Return the sequences in float32."""
        return self.to(dtype=float32)

    def half(self) -> PackedSequence:
        """Return the sequences in float16."""
        return self.to(dtype=float16)

    @property
    def is_cuda(self) -> bool:
        """Whether the data is on a GPU."""
        return bool(self.data.is_cuda)


def invert_permutation(permutation: Any) -> Any:
    """Return the permutation that undoes another one; None for None."""
    return None if permutation is None else permutation.argsort()


# --- packing --------------------------------------------------------------------------------------


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Return padded sequences packed.

    Shapes: input (L, N, ...), or (N, L, ...) if ``batch_first``; lengths (N,).

    Args:
        input: sequences, filled up to one length.
        lengths: their lengths.
        batch_first: the first dimension is that of the batch.
        enforce_sorted: the sequences come longest first; otherwise they are sorted.

    Raises:
        RuntimeError: for lengths that do not fit, are not positive, or should be sorted.
    """
    sizes = to_host(lengths._array) if isinstance(lengths, Tensor) else np.asarray(lengths)
    sizes, order = sizes.astype(np.int64), None
    padded = input.transpose(0, 1) if batch_first else input
    _check_lengths(padded, sizes, enforce_sorted)
    if not enforce_sorted:
        places = np.argsort(-sizes, kind="stable")
        sizes, order = sizes[places], new_tensor(places, device=input.device)
        padded = padded.index_select(1, order)
    counts = (sizes > np.arange(sizes[0])[:, None]).sum(1)
    step, column = np.nonzero(np.arange(len(sizes)) < counts[:, None])
    return PackedSequence(padded[step, column], from_numpy(counts.astype(np.int64)), order)


def _check_lengths(padded: Any, sizes: Any, enforce_sorted: bool) -> None:
    if sizes.shape != padded.shape[1:2]:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {sizes.size} "
            f"(batch_size={padded.shape[1]})"
        )
    if not sizes.size or sizes.min() <= 0:
        raise RuntimeError(f"Length of all samples has to be greater than 0, got {sizes.tolist()}")
    if enforce_sorted and (np.diff(sizes) > 0).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. "
            f"You can pass `enforce_sorted=False`, got {sizes.tolist()}"
        )
    if sizes.max() > padded.shape[0]:
        raise RuntimeError(
            f"Expected lengths of at most {padded.shape[0]}, the input's, got {sizes.tolist()}"
        )


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Any, Any]:
    """Return packed sequences filled up to one length, and their lengths.

    Args:
        sequence: packed sequences.
        batch_first: return (N, L, ...) instead of (L, N, ...).
        padding_value: what to fill up with.
        total_length: the length to fill up to, at least that of the longest.

    Raises:
        ValueError: if ``total_length`` is less.
    """
    counts = to_host(sequence.batch_sizes._array)
    longest = len(counts)
    if total_length is not None and total_length < longest:
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but "
            f"got total_length={total_length} and max sequence length being {longest}"
        )
    data = sequence.data
    length, batch = total_length or longest, int(counts[0])
    present = np.zeros((length, batch), bool)
    present[:longest] = np.arange(batch) < counts[:, None]
    # Rows of the data, and behind it one of padding for all places that have none.
    row = np.where(present, np.cumsum(present).reshape(present.shape) - 1, len(data))
    filler = full((1, *data.shape[1:]), padding_value, dtype=data.dtype, device=data.device)
    lengths = present.sum(0)
    if sequence.unsorted_indices is not None:
        places = to_host(sequence.unsorted_indices._array)
        row, lengths = row[:, places], lengths[places]
    padded = cat([data, filler])[row.T if batch_first else row]
    return padded, from_numpy(lengths.astype(np.int64))


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Return sequences (L, ...) packed.

    Raises:
        RuntimeError: if they should be sorted, longest first, and are not.
    """
    lengths = [len(sequence) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """Return the sequences, each as a tensor of its own."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


# --- padding --------------------------------------------------------------------------------------


def pad_sequence(
    sequences: Iterable[Any],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Any:
    """Return sequences (L, ...) filled up to one length, in one tensor (longest, N, ...).

    Args:
        sequences: tensors that agree in all dimensions but the first.
        batch_first: return (N, longest, ...).
        padding_value: what to fill up with.
        padding_side: "right" fills up behind a sequence, "left" before it.

    Raises:
        RuntimeError: for anything but tensors that fit, or another side.
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            "pad_sequence: Expected iterable for input sequences, but got arg of type: "
            f"{type(sequences)}"
        )
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, got {padding_side}")
    several = list(sequences)
    if not several:
        raise RuntimeError("received an empty list of sequences")
    longest = max(len(sequence) for sequence in several)
    padded = []
    for sequence in several:
        missing = (longest - len(sequence), *sequence.shape[1:])
        filler = full(missing, padding_value, dtype=sequence.dtype, device=sequence.device)
        padded.append(cat([sequence, filler] if padding_side == "right" else [filler, sequence]))
    return stack(padded, 0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """Return the sequences of a padded tensor, each as a tensor of its own."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]
