"""Local response normalisation: each channel divided by what its neighbours say (AlexNet)."""

from __future__ import annotations

from math import prod
from typing import Any

from ..images.padding import pad
from ..images.pooling import avg_pool2d
from ..pointwise.powers import pow

__all__ = ["local_response_norm"]


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """Return ``input / (k + alpha * mean(input ** 2)) ** beta``, the mean over nearby channels.

    Shapes: (N, C, ...) to the same.

    Args:
        input: images.
        size: how many neighbouring channels the mean is taken over, zeros beyond the ends.
        alpha: how much they count.
        beta: the power of the divisor.
        k: the divisor of zeros.

    Raises:
        ValueError: for less than three dimensions.
        RuntimeError: for a size less than 1.

    Source: Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural
    networks", section 3.3.
    """
    if input.ndim < 3:
        raise ValueError(
            "local_response_norm: expected 3D or higher dimensionality input, got shape "
            f"{list(input.shape)}"
        )
    if not prod(input.shape):
        return input
    images, channels, *places = input.shape
    squares = (input * input).reshape((images, 1, channels, prod(places)))
    padded = pad(squares, (0, 0, size // 2, (size - 1) // 2))
    means = avg_pool2d(padded, (size, 1), stride=1).reshape(input.shape)
    return input / pow(means * alpha + k, beta)
