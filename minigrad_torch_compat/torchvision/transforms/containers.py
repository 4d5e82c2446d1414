"""Transforms made of others, and of any function."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from minigrad.data import transforms as planes
from minigrad.nn import Module

from .drawing import chance

__all__ = ["Compose", "Lambda", "RandomApply", "RandomChoice", "RandomOrder", "RandomTransforms"]

Transforms = Sequence[Callable[[Any], Any]]


def _listed(name: str, transforms: Any, after: str = "") -> str:
    """Return the name and the transforms, each in a line of its own."""
    lines = "".join(f"\n    {transform}" for transform in transforms)
    return f"{name}({after}{lines}\n)"


class Compose(planes.Compose):
    """One transform after the other."""


class Lambda(planes.Lambda):
    """A function as a transform."""


class RandomTransforms:
    """Transforms that are applied in some random way.

    Raises:
        TypeError: unless they come in a sequence.
    """

    def __init__(self, transforms: Transforms) -> None:
        if not isinstance(transforms, Sequence):
            raise TypeError("Argument transforms should be a sequence")
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        """Return the picture, changed."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to apply its transforms")

    def __repr__(self) -> str:
        return _listed(type(self).__name__, self.transforms)


class RandomApply(Module):
    """All of the transforms with probability ``p``, or none of them."""

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, img: Any) -> Any:
        """Return the picture, changed or not."""
        if not chance(self.p, inclusive=True):
            return img
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self) -> str:
        return _listed(type(self).__name__, self.transforms, f"\n    p={self.p}")


class RandomOrder(RandomTransforms):
    """All of the transforms, in random order (drawn by Python's ``random``)."""

    def __call__(self, img: Any) -> Any:
        """Return the picture, changed."""
        order = list(range(len(self.transforms)))
        random.shuffle(order)
        for i in order:
            img = self.transforms[i](img)
        return img


class RandomChoice(RandomTransforms):
    """One of the transforms (drawn by Python's ``random``), with probabilities ``p``."""

    def __init__(self, transforms: Transforms, p: Sequence[float] | None = None) -> None:
        super().__init__(transforms)
        if p is not None and not isinstance(p, Sequence):
            raise TypeError("Argument p should be a sequence")
        self.p = p

    def __call__(self, img: Any) -> Any:
        """Return the picture, changed."""
        return random.choices(self.transforms, weights=self.p)[0](img)

    def __repr__(self) -> str:
        return f"{super().__repr__()}(p={self.p})"
