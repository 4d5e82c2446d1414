"""Blurred pictures: each pixel a mean of those around it, weighted by a bell curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg
from minigrad import Tensor
from minigrad.nn.functional import conv2d, pad

from .conversions import pil_to_tensor, to_pil_image
from .pictures import check_picture

__all__ = ["gaussian_blur"]


def gaussian_blur(img: Any, kernel_size: Any, sigma: Any = None) -> Any:
    """Return the picture blurred.

    Args:
        img: the picture.
        kernel_size: odd, one number or (x, y).
        sigma: the width of the bell curve, one number or (x, y); by default it fits the size.

    Raises:
        ValueError: for other sizes and widths.
    """
    size = checked_size(kernel_size)
    if sigma is None:
        sigma = [0.3 * ((n - 1) * 0.5 - 1) + 0.8 for n in size]
    widths = [float(s) for s in (sigma if isinstance(sigma, list | tuple) else [sigma])]
    widths = widths * (2 // len(widths))
    if len(widths) != 2 or min(widths) <= 0:
        raise ValueError(f"sigma should have one or two positive values. Got {sigma}")
    if check_picture(img):
        found = _blurred(pil_to_tensor(img), size, widths)
        return to_pil_image(found, mode=img.mode)
    return _blurred(img, size, widths)


def _blurred(img: Tensor, size: Sequence[int], sigma: Sequence[float]) -> Tensor:
    """Return a picture (..., C, H, W) blurred by a kernel of ``size`` (kx, ky)."""
    dtype = img.dtype if img.is_floating_point() else np.dtype(np.float32)
    batch = img.reshape(1, -1, *img.shape[-2:]).to(dtype)
    across, down = (_bell(n, s, dtype) for n, s in zip(size, sigma))
    planes = batch.shape[1]
    kernel = mg.mm(down[:, None], across[None, :]).expand(planes, 1, size[1], size[0])
    border = [size[0] // 2, size[0] // 2, size[1] // 2, size[1] // 2]
    found = conv2d(pad(batch, border, mode="reflect"), kernel, groups=planes)
    found = found.reshape(img.shape)
    return found if img.is_floating_point() else mg.round(found).to(img.dtype)


def _bell(size: int, sigma: float, dtype: Any) -> Tensor:
    half = (size - 1) * 0.5
    curve = mg.exp(-0.5 * (mg.linspace(-half, half, size, dtype=dtype) / sigma).pow(2))
    return curve / curve.sum()


def checked_size(size: Any) -> list[int]:
    """Return [kx, ky].

    Raises:
        ValueError: unless they are two positive odd numbers.
    """
    found = [size, size] if isinstance(size, int) else list(size)
    if len(found) != 2:
        raise ValueError(f"If kernel_size is a sequence its length should be 2. Got {len(found)}")
    for n in found:
        if n % 2 == 0 or n < 0:
            raise ValueError(
                f"kernel_size should have odd and positive integers. Got {tuple(found)}"
            )
    return found
