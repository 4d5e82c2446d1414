"""Fractional max pooling: images shrink by any ratio, through windows at random distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.device import device_of, place
from ...backend.fractional import window_starts, window_winners
from ...backend.random import default_generator
from .adaptive_pooling import read_planes
from .windows import Numbers, batched, per_axis, unbatched

__all__ = ["fractional_max_pool2d", "fractional_max_pool3d"]


@primitive(dtypes="real floating")
def fractional_max_pool_indices(
    x: Any, samples: Any, *, kernel: tuple[int, ...], counts: tuple[int, ...]
) -> Any:
    """Where in its plane each window attains its maximum."""
    order = (1, 0) if len(kernel) == 2 else (0, 1, 2)  # which sample is for which axis
    axes = zip(order, x.shape[2:], counts, kernel, strict=True)
    starts = [window_starts(samples[: len(x), :, i], *numbers) for i, *numbers in axes]
    return window_winners(x, starts, kernel)


def fractional_max_pool2d(
    input: Any,
    kernel_size: Numbers,
    output_size: Numbers | None = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:
    """Return the maxima of windows at random distances over two spatial axes.

    Shapes: input (N, C, H, W) or (C, H, W); result (N, C, H', W') of the size asked for.

    Args:
        input: images.
        kernel_size: size of the windows; an int, or one per axis.
        output_size: (H', W'), or an int for both.
        output_ratio: H' / H and W' / W instead, rounded down.
        return_indices: return also where in its plane each maximum lies, as ``row * W + column``.
        _random_samples: numbers from [0, 1), of shape (N, C, 2); drawn if left out.

    Derivative: ``g`` goes to each window's maximum, the first of equal ones.

    Raises:
        ValueError: if neither size nor ratio is given, or not one ratio per axis.
        RuntimeError: for windows that do not fit, or samples of another shape or dtype.
        NotImplementedError: for integers.

    Source: Graham, "Fractional max-pooling" (2014).
    """
    return _pool(2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def fractional_max_pool3d(
    input: Any,
    kernel_size: Numbers,
    output_size: Numbers | None = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:
    """Return the maxima of windows over three spatial axes. See ``fractional_max_pool2d``."""
    return _pool(3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def _pool(
    ndim: int,
    input: Any,
    kernel_size: Numbers,
    output_size: Numbers | None,
    output_ratio: Any,
    return_indices: bool,
    samples: Any,
) -> Any:
    name = f"fractional_max_pool{ndim}d"
    x = batched(name, input, ndim)
    kernel = per_axis("kernel_size", kernel_size, ndim)
    if output_size is None:
        output_size = _by_ratio(name, x.shape[2:], output_ratio)
    counts = per_axis("output_size", output_size, ndim, least=0)
    if not all(x.shape[1:]):
        raise RuntimeError(
            f"{name}: expected input to have non-zero size for non-batch dimensions, but got "
            f"{list(input.shape)}"
        )
    if x.dtype.kind != "f":
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}: expected floats')
    # PyTorch asks for an element more than is needed in three dimensions.
    spare = 0 if ndim == 2 else 1
    if any(m + k - 1 + spare > n for n, k, m in zip(x.shape[2:], kernel, counts, strict=True)):
        raise RuntimeError(
            f"{name}: kernel_size={kernel} too large relative to input {list(input.shape)} for "
            f"output_size={counts}"
        )
    drawn = _samples(name, x, samples)
    indices = fractional_max_pool_indices(x, drawn, kernel=kernel, counts=counts)
    out = unbatched(read_planes(x, indices), input)
    return (out, unbatched(indices, input)) if return_indices else out


def _by_ratio(name: str, size: tuple[int, ...], ratio: Any) -> tuple[int, ...]:
    """Return the size of the result that a ratio asks for."""
    if ratio is None:
        raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
    ratios = tuple(ratio) if isinstance(ratio, Sequence) else (ratio,) * len(size)
    if len(ratios) != len(size):
        raise ValueError(f"{name} requires one output_ratio, or {len(size)}, got {ratio}")
    return tuple(int(n * r) for n, r in zip(size, ratios, strict=True))


def _samples(name: str, x: Any, samples: Any) -> Any:
    """Return an array of random numbers, (images, channels, axes), drawn if there is none."""
    shape = (*x.shape[:2], x.ndim - 2)
    array = samples._array if isinstance(samples, Traced) else samples
    if array is None:
        image = x._array if isinstance(x, Traced) else x
        return place(default_generator.uniform(shape, dtype=x.dtype), device_of(image))
    if array.dtype != x.dtype:
        raise RuntimeError(
            f"{name}: expected _random_samples of the dtype of input, {x.dtype}, got {array.dtype}"
        )
    if array.ndim != 3 or array.shape[1:] != shape[1:] or len(array) < shape[0]:
        raise RuntimeError(
            f"{name}: expected _random_samples of shape {list(shape)}, got {list(array.shape)}"
        )
    return array
