"""Window functions: the weights that fade a piece of a signal in and out."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .backend.dtypes import as_dtype, get_default_dtype
from .backend.scipy import evaluate
from .tensor import Tensor

__all__ = [
    "bartlett_window",
    "blackman_window",
    "hamming_window",
    "hann_window",
    "kaiser_window",
]


def bartlett_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Return a triangle from 0 up to 1 and down again. See ``hann_window`` for the arguments."""
    return _window(window_length, periodic, lambda t: 1 - np.abs(2 * t - 1), options)


def blackman_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Return ``0.42 - 0.5 cos(2 pi t) + 0.08 cos(4 pi t)``. See ``hann_window``."""

    def values(t: Any) -> Any:
        return 0.42 - 0.5 * np.cos(2 * np.pi * t) + 0.08 * np.cos(4 * np.pi * t)

    return _window(window_length, periodic, values, options)


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    **options: Any,
) -> Tensor:
    """Return ``alpha - beta cos(2 pi t)``. See ``hann_window``."""

    def values(t: Any) -> Any:
        return alpha - beta * np.cos(2 * np.pi * t)

    return _window(window_length, periodic, values, options)


def hann_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Return ``(1 - cos(2 pi t)) / 2`` for t from 0 to 1.

    Args:
        window_length: how many weights.
        periodic: leave out the last of one more, so that repeated windows join; otherwise the
            window is symmetric.
        **options: ``dtype`` (floating; the default one), ``device``, ``requires_grad``.

    Raises:
        RuntimeError: for a negative length, or a dtype that is not floating.
        TypeError: for other options.

    Example:
        >>> import minigrad as mg
        >>> mg.hann_window(4)
        tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window(window_length, periodic, lambda t: 0.5 - 0.5 * np.cos(2 * np.pi * t), options)


def kaiser_window(
    window_length: int, periodic: bool = True, beta: float = 12.0, **options: Any
) -> Tensor:
    """Return ``I0(beta sqrt(1 - (2 t - 1)^2)) / I0(beta)``. See ``hann_window``.

    Raises:
        ModuleNotFoundError: if SciPy is not installed.
    """

    def values(t: Any) -> Any:
        inside = np.sqrt(np.maximum(1 - (2 * t - 1) ** 2, 0))
        return evaluate("i0", beta * inside) / evaluate("i0", np.asarray(float(beta)))

    return _window(window_length, periodic, values, options)


def _window(length: int, periodic: bool, values: Any, options: dict[str, Any]) -> Tensor:
    """Return the values at ``length`` points from 0 to 1 (the end left out if periodic)."""
    given = {"dtype": None, "device": None, "layout": None, "requires_grad": False}
    unknown = options.keys() - given.keys()
    if unknown:
        raise TypeError(f"unexpected keyword arguments {sorted(unknown)}; expected {list(given)}")
    given.update(options)
    dtype = as_dtype(given["dtype"] or get_default_dtype())
    if dtype.kind != "f":
        raise RuntimeError(f"a window expects a floating-point dtype, got {dtype}")
    length = operator.index(length)
    if length < 0:
        raise RuntimeError(f"a window requires a non-negative window_length, got {length}")
    steps = length if periodic else length - 1
    points = np.arange(length) / max(steps, 1)
    weights = values(points) if length > 1 else np.ones(length)
    return Tensor(
        weights,
        dtype=dtype,
        device=given["device"],
        requires_grad=bool(given["requires_grad"]),
    )
