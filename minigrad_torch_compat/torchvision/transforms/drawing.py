"""Random draws, each as torchvision makes it: the same seed gives the same pictures."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from minigrad.data.transforms.kinds import generator


def uniform(low: float, high: float) -> float:
    """Return a number in [low, high), drawn in float32."""
    return float(generator().uniform((1,), low, high, np.dtype(np.float32))[0])


def integer(low: int, high: int) -> int:
    """Return an integer in [low, high)."""
    return int(generator().integers((1,), low, high)[0])


def chance(p: float, inclusive: bool = False) -> bool:
    """Return True with probability ``p``; the limit itself is a success only if ``inclusive``."""
    drawn = uniform(0, 1)
    limit = float(np.float32(p))  # numbers are compared in float32
    return drawn <= limit if inclusive else drawn < limit


def interval(value: Any, name: str) -> tuple[float, float]:
    """Return (low, high): two numbers, or one for both signs.

    Raises:
        TypeError: if it is neither.
        ValueError: for a negative number, or other than two of them.
    """
    if isinstance(value, numbers.Number):
        if value < 0:  # type: ignore[operator]
            raise ValueError(f"If {name} is a single number, it must be positive.")
        return float(-value), float(value)  # type: ignore
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} should be a sequence of length 2.")
    if len(value) != 2:
        raise ValueError(f"{name} should be a sequence of length 2.")
    return float(value[0]), float(value[1])
