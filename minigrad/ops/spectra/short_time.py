"""Short-time Fourier transforms: spectra of overlapping windows of a signal, and back."""

from __future__ import annotations

import warnings
from typing import Any

from ..images.padding import pad
from ..pointwise.complex_numbers import view_as_real
from ..shaping.shapes import transpose
from ..shaping.strided import _fold as overlap_add
from ..shaping.strided import unfold
from .fourier import fft, ifft, irfft, rfft

__all__ = ["istft", "stft"]

_NO_WINDOW = (
    "A window was not provided. A rectangular window will be applied, which leaks from each "
    "frequency to others: pass window=hann_window(win_length), say, or ones to choose it."
)


def stft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
) -> Any:
    """Return the Fourier transforms of the windows of a signal, ``n_fft`` numbers each.

    Args:
        input: a signal (time) or a batch of them (batch, time), real or complex.
        n_fft: the size of each transform.
        hop_length: from each window to the next; by default a quarter of ``n_fft``.
        win_length: numbers in a window, in the middle of ``n_fft``; by default all.
        window: ``win_length`` weights; by default ones.
        center: pad the signal by ``n_fft // 2`` on either side, as ``pad_mode`` says.
        pad_mode: see ``pad``.
        normalized: divide by the square root of ``n_fft``.
        onesided: leave out the half that symmetry repeats; by default for real ones.
        return_complex: False shows pairs of real numbers. To be given for real signals.

    Returns:
        (..., frequency, window).

    Raises:
        RuntimeError: for arguments that do not fit each other.
    """
    is_complex = input.dtype.kind == "c" or (window is not None and window.dtype.kind == "c")
    if return_complex is None:
        if not is_complex:
            raise RuntimeError("stft requires the return_complex parameter for real inputs")
        return_complex = True
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    if input.dtype.kind not in "fc":
        raise RuntimeError(f"stft: expected a floating or complex input, got {input.dtype}")
    if input.ndim not in (1, 2):
        raise RuntimeError(f"stft: expected a 1-d or 2-d input, got shape {tuple(input.shape)}")
    signal = input.reshape(-1, input.shape[-1])
    if center:
        middle = n_fft // 2
        signal = pad(signal[:, None], (middle, middle), mode=pad_mode)[:, 0]
    if not 0 < n_fft <= signal.shape[1]:
        raise RuntimeError(f"stft: expected 0 < n_fft <= {signal.shape[1]}, got {n_fft}")
    weights = _weights("stft", input, n_fft, hop, size, window)
    onesided = not is_complex if onesided is None else onesided
    if onesided and is_complex:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    pieces = unfold(signal, 1, n_fft, hop)
    if weights is not None:
        pieces = pieces * weights
    spectra = (rfft if onesided else fft)(pieces, norm="ortho" if normalized else None)
    out = transpose(spectra, 1, 2)
    out = out if input.ndim == 2 else out[0]
    return out if return_complex else view_as_real(out)


def istft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Any:
    """Return the signal that has given spectra: the inverse of ``stft``.

    Windows are added where they lie, and the sum divided by that of their squared weights, which
    makes it the signal closest to the spectra. Source: Griffin and Lim, Signal estimation from
    modified short-time Fourier transform, 1984.

    Args:
        input: (..., frequency, window), complex.
        n_fft, hop_length, win_length, window, center, normalized, onesided: as given to ``stft``.
        length: of the signal, cut or filled up with zeros to; by default all that is known.
        return_complex: the signal is complex.

    Raises:
        RuntimeError: for arguments that do not fit each other, and for windows that leave gaps.
    """
    if input.dtype.kind != "c":
        raise RuntimeError(f"istft requires a complex-valued input tensor, got {input.dtype}")
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    if onesided is None:
        onesided = input.ndim < 2 or input.shape[-2] != n_fft
    if return_complex and onesided:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    rows = n_fft // 2 + 1 if onesided else n_fft
    if input.ndim not in (2, 3) or input.shape[-2] != rows or not input.shape[-1]:
        raise RuntimeError(
            f"istft: expected shape ([batch,] {rows}, windows), got {tuple(input.shape)}"
        )
    weights = _weights("istft", input, n_fft, hop, size, window)
    if hop > size:
        raise RuntimeError(f"istft: expected hop_length <= win_length = {size}, got {hop}")
    spectra = transpose(input.reshape(-1, *input.shape[-2:]), 1, 2)
    norm = "ortho" if normalized else None
    pieces = irfft(spectra, n_fft, norm=norm) if onesided else ifft(spectra, norm=norm)
    if not (onesided or return_complex):
        pieces = pieces.real
    squares = pieces.detach()[:1] * 0 + 1
    if weights is not None:
        pieces, squares = pieces * weights, squares * (weights * weights)
    total = (pieces.shape[1] - 1) * hop + n_fft
    sums = overlap_add(pieces, shape=(pieces.shape[0], total), dim=1, step=hop)
    envelope = overlap_add(squares, shape=(1, total), dim=1, step=hop)
    start = n_fft // 2 if center else 0
    end = total - start if length is None else min(start + length, total)
    sums, envelope = sums[:, start:end], envelope[:, start:end]
    if not (abs(envelope) > 1e-11).all():
        raise RuntimeError("istft: window overlap add min: the windows leave gaps in the signal")
    out = sums / envelope
    if length is not None and length > out.shape[1]:
        warnings.warn(
            f"istft: the signal is shorter than length={length} and filled up with zeros",
            stacklevel=2,
        )
        out = pad(out, (0, length - out.shape[1]))
    return out if input.ndim == 3 else out[0]


def _weights(name: str, input: Any, n_fft: int, hop: int, size: int, window: Any) -> Any:
    """Return the window in the middle of ``n_fft`` zeros, None if it is all ones."""
    if hop <= 0:
        raise RuntimeError(f"{name}: expected hop_length > 0, got {hop}")
    if not 0 < size <= n_fft:
        raise RuntimeError(f"{name}: expected 0 < win_length <= n_fft = {n_fft}, got {size}")
    if window is None:
        warnings.warn(_NO_WINDOW, stacklevel=3)
        if size == n_fft:
            return None
        window = input.new_ones(size)
    if tuple(window.shape) != (size,):
        raise RuntimeError(
            f"{name}: expected a 1-d window of size win_length = {size}, got shape "
            f"{tuple(window.shape)}"
        )
    left = (n_fft - size) // 2
    return pad(window, (left, n_fft - size - left)) if size < n_fft else window
