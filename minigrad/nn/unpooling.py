"""Unpooling and pooling by random windows, as modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import functional as F
from .module import Module

__all__ = [
    "FractionalMaxPool2d",
    "FractionalMaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]

Sizes = int | Sequence[int]


class _Windows(Module):
    """A module about windows in ``ndim`` dimensions; ``function`` does the work."""

    _ndim = 0
    _function: Callable[..., Any]

    def __init_subclass__(
        cls, ndim: int = 0, function: Callable[..., Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if function is not None:
            cls._ndim, cls._function = ndim, staticmethod(function)

    def _each(self, value: Any) -> tuple[Any, ...]:
        """Return a value for each dimension."""
        return tuple(value) if isinstance(value, Sequence) else (value,) * self._ndim


class _MaxUnpool(_Windows):
    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> None:
        super().__init__()
        self.kernel_size = self._each(kernel_size)
        self.stride = self.kernel_size if stride is None else self._each(stride)
        self.padding = self._each(padding)

    def forward(self, input: Any, indices: Any, output_size: Sequence[int] | None = None) -> Any:
        """Return zeros with the input's elements at their places.

        Args:
            input: maxima.
            indices: where they were, as the pooling with ``return_indices`` says.
            output_size: the size to get, of those that the pooling maps to the input's.
        """
        settings = (self.kernel_size, self.stride, self.padding)
        return self._function(input, indices, *settings, output_size)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool, ndim=1, function=F.max_unpool1d):
    """What ``MaxPool1d`` chose, back at its places."""


class MaxUnpool2d(_MaxUnpool, ndim=2, function=F.max_unpool2d):
    """What ``MaxPool2d`` chose, back at its places; the rest is 0.

    Args:
        kernel_size, stride, padding: those of the pooling.
    """


class MaxUnpool3d(_MaxUnpool, ndim=3, function=F.max_unpool3d):
    """What ``MaxPool3d`` chose, back at its places."""


class _FractionalMaxPool(_Windows):
    def __init__(
        self,
        kernel_size: Sizes,
        output_size: Sizes | None = None,
        output_ratio: float | Sequence[float] | None = None,
        return_indices: bool = False,
        _random_samples: Any = None,
    ) -> None:
        super().__init__()
        if output_size is None and output_ratio is None:
            raise ValueError(
                f"{type(self).__name__} requires specifying either an output size, or a pooling "
                "ratio"
            )
        if output_size is not None and output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        self.kernel_size = self._each(kernel_size)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else self._each(output_size)
        self.output_ratio = None if output_ratio is None else self._each(output_ratio)
        if self.output_ratio is not None and not all(0 < part < 1 for part in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def forward(self, input: Any) -> Any:
        """Return the maxima of windows drawn anew, and where they lie if that is asked for."""
        return self._function(
            input,
            self.kernel_size,
            self.output_size,
            self.output_ratio,
            self.return_indices,
            _random_samples=self._random_samples,
        )


class FractionalMaxPool2d(_FractionalMaxPool, ndim=2, function=F.fractional_max_pool2d):
    """The maxima of windows of (N, C, H, W) or (C, H, W) at random distances.

    Args:
        kernel_size: the windows' size.
        output_size: how many windows; or
        output_ratio: their number as a share of the input's size, between 0 and 1.
        return_indices: return where the maxima lie too.

    Raises:
        ValueError: unless exactly one of size and ratio is given.

    Source: Graham, Fractional max-pooling (2014).
    """


class FractionalMaxPool3d(_FractionalMaxPool, ndim=3, function=F.fractional_max_pool3d):
    """The maxima of windows of (N, C, D, H, W) or (C, D, H, W): see ``FractionalMaxPool2d``."""
