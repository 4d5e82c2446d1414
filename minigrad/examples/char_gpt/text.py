"""A text as numbers; windows of it; and a bigram model, which is counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import minigrad as mg
from minigrad.data import Dataset, TensorDataset

ALICE = Path(__file__).with_name("alice.txt")
HELD_OUT = 0.1  # of the text: its end, which nothing is learned from


class Text:
    """A text whose characters are numbered in their order.

    Args:
        characters: the text.

    Attributes:
        alphabet: the different characters, sorted.
        train, test: the numbers of the characters of the beginning and of the end.
    """

    def __init__(self, characters: str) -> None:
        self.alphabet = "".join(sorted(set(characters)))
        numbers = self.encode(characters)
        cut = len(numbers) - int(HELD_OUT * len(numbers))
        self.train, self.test = numbers[:cut], numbers[cut:]

    def encode(self, characters: str) -> mg.Tensor:
        """Return the numbers of characters.

        Raises:
            ValueError: for one that is not in the alphabet.
        """
        unknown = sorted(set(characters) - set(self.alphabet))
        if unknown:
            raise ValueError(f"the text has no {unknown[0]!r}, so the model cannot read it")
        return mg.tensor([self.alphabet.index(character) for character in characters])

    def decode(self, numbers: mg.Tensor) -> str:
        """Return the characters of numbers."""
        return "".join(self.alphabet[number] for number in numbers.tolist())


class Windows(Dataset):
    """All windows of a text: ``length`` characters, and for each the one that follows it."""

    def __init__(self, numbers: mg.Tensor, length: int) -> None:
        self.numbers, self.length = numbers, length

    def __len__(self) -> int:
        return len(self.numbers) - self.length

    def __getitem__(self, start: int) -> tuple[mg.Tensor, mg.Tensor]:
        window = self.numbers[start : start + self.length + 1]
        return window[:-1], window[1:]


def side_by_side(numbers: mg.Tensor, length: int) -> TensorDataset:
    """Return windows that do not overlap: every character but the first is predicted once."""
    count = (len(numbers) - 1) // length
    inputs, targets = numbers[: count * length], numbers[1 : count * length + 1]
    return TensorDataset(inputs.reshape(count, length), targets.reshape(count, length))


def bigram_bits(text: Text, length: int) -> float:
    """Return the bits per character of a bigram model, for the windows of the held-out part.

    Formula: P(b after a) = (n(ab) + 1) / (n(a) + size of the alphabet), with n counted in the part
    that is learned from; the mean of -log2 P. The added one is for pairs that did not occur there.
    """
    size = len(text.alphabet)
    counts = np.ones((size, size))
    train = text.train.numpy()
    np.add.at(counts, (train[:-1], train[1:]), 1)
    chances = counts / counts.sum(1, keepdims=True)
    before, after = side_by_side(text.test, length).tensors
    return float(-np.log2(chances[before.numpy(), after.numpy()]).mean())
