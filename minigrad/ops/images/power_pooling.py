"""Power-average pooling: the p-norm of each window, between the sum and the maximum."""

from __future__ import annotations

from math import inf, prod
from typing import Any

from ..neurons.rectifiers import relu
from ..pointwise.elementwise import abs, sign
from ..pointwise.powers import pow
from .pooling import average_pool, maximum_pool
from .windows import Numbers, per_axis

__all__ = ["lp_pool1d", "lp_pool2d", "lp_pool3d"]


def lp_pool1d(
    input: Any,
    norm_type: float,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    ceil_mode: bool = False,
) -> Any:
    """Return the p-norm of each window along one spatial axis. See ``lp_pool2d``."""
    return _power(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Any,
    norm_type: float,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    ceil_mode: bool = False,
) -> Any:
    """Return ``sum(x ** p) ** (1 / p)`` over each window of two spatial axes.

    Args:
        input: images, as for ``avg_pool2d``.
        norm_type: p; an infinite one gives the largest (or smallest) absolute value.
        kernel_size: size of the windows; an int, or one per axis.
        stride: steps from window to window; by default the windows touch.
        ceil_mode: round the number of windows up; sums over fewer elements are scaled up.
    """
    return _power(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Any,
    norm_type: float,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    ceil_mode: bool = False,
) -> Any:
    """Return the p-norm of each window over three spatial axes. See ``lp_pool2d``."""
    return _power(3, input, norm_type, kernel_size, stride, ceil_mode)


def _power(
    ndim: int,
    input: Any,
    norm_type: float,
    kernel_size: Numbers,
    stride: Numbers | None,
    ceil_mode: bool,
) -> Any:
    if norm_type == inf:
        return maximum_pool(ndim, abs(input), kernel_size, stride, 0, 1, ceil_mode, False)
    if norm_type == -inf:
        return -maximum_pool(ndim, -abs(input), kernel_size, stride, 0, 1, ceil_mode, False)
    powers = pow(input, norm_type)
    means = average_pool(ndim, powers, kernel_size, stride, 0, ceil_mode, True, None)
    size = prod(per_axis("kernel_size", kernel_size, ndim))
    # sign * relu(abs): PyTorch's way, with its derivative of 0 where the sum is 0.
    return pow(sign(means) * relu(abs(means)) * size, 1.0 / norm_type)
