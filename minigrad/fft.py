"""Fourier transforms, under the names of ``torch.fft``. They are defined in ``ops.fourier``."""

from __future__ import annotations

from typing import Any

from . import creation
from .backend.dtypes import get_default_dtype
from .ops.spectra import fourier
from .tensor import Tensor

fft = fourier.fft
fft2 = fourier.fft2
fftn = fourier.fftn
fftshift = fourier.fftshift
hfft = fourier.hfft
hfft2 = fourier.hfft2
hfftn = fourier.hfftn
ifft = fourier.ifft
ifft2 = fourier.ifft2
ifftn = fourier.ifftn
ifftshift = fourier.ifftshift
ihfft = fourier.ihfft
ihfft2 = fourier.ihfft2
ihfftn = fourier.ihfftn
irfft = fourier.irfft
irfft2 = fourier.irfft2
irfftn = fourier.irfftn
rfft = fourier.rfft
rfft2 = fourier.rfft2
rfftn = fourier.rfftn


def fftfreq(
    n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return the frequencies of ``fft``: ``[0, 1, ..., -n/2, ..., -1] / (d n)``.

    Args:
        n: number of points.
        d: distance between points.
        dtype: a floating dtype, the default one if none is given.
        device: where to put it.
        requires_grad: collect its gradient.
    """
    steps = creation.arange(n)
    return _scaled(steps - n * (steps >= (n + 1) // 2), n, d, dtype, device, requires_grad)


def rfftfreq(
    n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return the frequencies of ``rfft``: ``[0, 1, ..., n/2] / (d n)``. See ``fftfreq``."""
    return _scaled(creation.arange(n // 2 + 1), n, d, dtype, device, requires_grad)


def _scaled(steps: Any, n: int, d: float, dtype: Any, device: Any, requires_grad: bool) -> Any:
    made = steps.to(get_default_dtype() if dtype is None else dtype) * (1.0 / (n * d))
    return (made if device is None else made.to(device)).requires_grad_(requires_grad)
