"""Discrete Fourier transforms, of one and several dimensions; ``minigrad.fft`` shows them.

The matrix of a transform is symmetric, so its derivative rule is the transform itself: gradients
inside a backward pass are linear forms (see ``autograd.fitting``) and nothing is conjugated. A
transform of real numbers is one followed by leaving out what conjugate symmetry repeats.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.dtypes import complex64, complex128, float16, float32, get_default_dtype
from ..dims import along, normalize_dim, normalize_dims
from ..pointwise.complex_numbers import conj
from ..shaping.turning import roll

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "fftshift",
    "hfft",
    "hfft2",
    "hfftn",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "ihfft2",
    "ihfftn",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]

Sizes = int | Sequence[int] | None
Dims = int | Sequence[int] | None

# The norm under which the opposite transform has the same factor.
_MIRRORED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}

# --- the transforms -------------------------------------------------------------------------------


@primitive(
    x=lambda g, dims, norm, inverse: _fft(g, dims=dims, norm=norm, inverse=inverse),
)
def _fft(x: Any, *, dims: tuple[int, ...], norm: Any, inverse: bool) -> Any:
    """Transform complex numbers along some dimensions, whose sizes stay."""
    transform = np.fft.ifftn if inverse else np.fft.fftn
    return transform(x, axes=dims, norm=norm)


@primitive(
    x=lambda g, x_shape, dim, norm: _fft(
        _resized(g, dim=dim, size=x_shape[dim]), dims=(dim,), norm=norm, inverse=False
    ),
)
def _rfft(x: Any, *, dim: int, norm: Any) -> Any:
    """Transform real numbers, and leave out the second half, the conjugate of the first."""
    return np.fft.rfft(x, axis=dim, norm=norm)


@primitive(
    x=lambda g, dim, n, norm: _doubled(conj(_rfft(g, dim=dim, norm=_MIRRORED[norm])), dim=dim, n=n),
)
def _irfft(x: Any, *, dim: int, n: int, norm: Any) -> Any:
    """Transform ``n // 2 + 1`` numbers, the first half of a symmetric whole, to ``n`` real ones.

    Derivative: all but the first (and, if ``n`` is even, the last) stand for two.
    """
    return np.fft.irfft(x, n, axis=dim, norm=norm)


@primitive(
    x=lambda g, dim, n: _doubled(g, dim=dim, n=n),
)
def _doubled(x: Any, *, dim: int, n: int) -> Any:
    """Double the numbers that stand for two, in the first half of ``n`` symmetric ones."""
    out = x * 2
    out[along(dim, 0)] *= 0.5
    if n % 2 == 0:
        out[along(dim, n // 2)] *= 0.5
    return out


@primitive(
    x=lambda g, x_shape, dim: _resized(g, dim=dim, size=x_shape[dim]),
)
def _resized(x: Any, *, dim: int, size: int) -> Any:
    """Cut a dimension to ``size``, or fill it up with zeros."""
    shape = (*x.shape[:dim], size, *x.shape[dim + 1 :])
    out = namespace(x).zeros(shape, x.dtype)
    both = along(dim, slice(min(size, x.shape[dim])))
    out[both] = x[both]
    return out


# --- arguments ------------------------------------------------------------------------------------


def _floating(input: Any, name: str) -> Any:
    if input.dtype == float16:
        raise RuntimeError(f"{name}: unsupported dtype float16")
    return cast(input, dtype=get_default_dtype()) if input.dtype.kind in "biu" else input


def _complex(input: Any, name: str) -> Any:
    input = _floating(input, name)
    if input.dtype.kind == "c":
        return input
    return cast(input, dtype=complex64 if input.dtype == float32 else complex128)


def _real(input: Any, name: str) -> Any:
    if input.dtype.kind == "c":
        raise RuntimeError(f"{name} expects a real input tensor, but got {input.dtype}")
    return _floating(input, name)


def _check(norm: str | None, *sizes: int) -> None:
    if norm not in _MIRRORED:
        raise RuntimeError(f"Invalid normalization mode: {norm!r}")
    for size in sizes:
        if size < 1:
            raise RuntimeError(f"Invalid number of data points ({size}) specified")


def _sized(input: Any, n: Any, dim: int) -> Any:
    size = input.shape[dim] if n is None else operator.index(n)
    return input if size == input.shape[dim] else _resized(input, dim=dim, size=size)


def _places(input: Any, s: Sizes, dim: Dims) -> tuple[list[Any], tuple[int, ...]]:
    """Return the sizes (None where they stay) and dimensions of a transform of several.

    Raises:
        RuntimeError: for sizes and dimensions that do not fit each other, or the input.
    """
    sizes: Any = [s] if isinstance(s, int) else None if s is None else list(s)
    if dim is None:
        count = input.ndim if sizes is None else len(sizes)
        if count > input.ndim:
            raise RuntimeError(
                f"Got shape with {count} values but input tensor only has {input.ndim} dimensions."
            )
        dims = tuple(range(input.ndim - count, input.ndim))
    else:
        given = [dim] if isinstance(dim, int) else list(dim)
        dims = tuple(normalize_dim(d, input.ndim) for d in given)
        if len(set(dims)) < len(dims):
            raise RuntimeError(f"FFT dims must be unique, got {given}")
    if sizes is not None and len(sizes) != len(dims):
        raise RuntimeError(
            "When given, dim and shape arguments must have the same length, got "
            f"{len(dims)} and {len(sizes)}"
        )
    return [None if n == -1 else n for n in sizes or [None] * len(dims)], dims


def _several(
    input: Any, sizes: Sequence[Any], dims: tuple[int, ...], norm: str | None, inverse: bool
) -> Any:
    """Transform complex numbers along any number of dimensions, resized before."""
    _check(norm, *(input.shape[d] if n is None else n for n, d in zip(sizes, dims)))
    for n, d in zip(sizes, dims):
        input = _sized(input, n, d)
    return _fft(input, dims=dims, norm=norm, inverse=inverse) if dims else input


# --- one dimension --------------------------------------------------------------------------------


def fft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Return the discrete Fourier transform ``sum_j x_j exp(-2 pi i j k / n)`` along ``dim``.

    Args:
        input: a tensor; real ones count as complex.
        n: the size to cut or fill up with zeros to; by default that of ``dim``.
        dim: the dimension.
        norm: "backward" (the default) divides the inverse transform by ``n``, "forward" this one,
            "ortho" both by the square root.

    Derivative: ``fft(g)`` of the linear form, since the matrix is symmetric.

    Raises:
        RuntimeError: for an empty dimension, an unknown ``norm``, or float16.
        IndexError: if ``dim`` is out of range.
    """
    return _one(input, n, dim, norm, "fft", inverse=False)


def ifft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Return the inverse of ``fft``, with the same arguments."""
    return _one(input, n, dim, norm, "ifft", inverse=True)


def _one(input: Any, n: Any, dim: int, norm: str | None, name: str, inverse: bool) -> Any:
    dims = (normalize_dim(dim, input.ndim),)
    if not input.ndim:
        raise IndexError(f"{name}: expected a tensor with dimensions, got a 0-d one")
    return _several(_complex(input, name), [n], dims, norm, inverse)


def rfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Return the first half, ``n // 2 + 1`` numbers, of the transform of a real tensor.

    The other half is its conjugate. Arguments as of ``fft``.

    Raises:
        RuntimeError: for complex tensors, and as ``fft``.
    """
    input = _real(input, "rfft")
    dim = normalize_dim(dim, input.ndim)
    input = _sized(input, n, dim)
    _check(norm, input.shape[dim])
    return _rfft(input, dim=dim, norm=norm)


def irfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Return the inverse of ``rfft``: ``n`` real numbers, by default ``2 (size - 1)``.

    Arguments as of ``fft``.

    Raises:
        RuntimeError: as ``fft``.
    """
    input = _complex(input, "irfft")
    dim = normalize_dim(dim, input.ndim)
    size = 2 * (input.shape[dim] - 1) if n is None else operator.index(n)
    _check(norm, size)
    return _irfft(_sized(input, size // 2 + 1, dim), dim=dim, n=size, norm=norm)


def hfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Return the real transform of a conjugate-symmetric signal, given its first half.

    Arguments as of ``fft``; ``n`` is the size of the result, by default ``2 (size - 1)``.
    """
    return irfft(conj(_complex(input, "hfft")), n, dim, _mirrored(norm))


def ihfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Return the inverse of ``hfft``: the first half of a conjugate-symmetric signal.

    Raises:
        RuntimeError: for complex tensors, and as ``fft``.
    """
    return conj(rfft(_real(input, "ihfft"), n, dim, _mirrored(norm)))


def _mirrored(norm: str | None) -> str:
    _check(norm)
    return _MIRRORED[norm]


# --- several dimensions ---------------------------------------------------------------------------


def fftn(input: Any, s: Sizes = None, dim: Dims = None, norm: str | None = None) -> Any:
    """Return the discrete Fourier transform along several dimensions. See ``fft``.

    Args:
        input: a tensor.
        s: sizes to cut or fill up to, -1 where they stay.
        dim: the dimensions; by default all, or as many of the last as ``s`` has sizes.
        norm: as of ``fft``.

    Raises:
        RuntimeError: for sizes and dimensions that do not fit, and as ``fft``.
    """
    input = _complex(input, "fftn")
    return _several(input, *_places(input, s, dim), norm, inverse=False)


def ifftn(input: Any, s: Sizes = None, dim: Dims = None, norm: str | None = None) -> Any:
    """Return the inverse of ``fftn``, with the same arguments."""
    input = _complex(input, "ifftn")
    return _several(input, *_places(input, s, dim), norm, inverse=True)


def rfftn(input: Any, s: Sizes = None, dim: Dims = None, norm: str | None = None) -> Any:
    """Return the transform of a real tensor along several dimensions, the last one halved.

    Arguments as of ``fftn``; see ``rfft``.

    Raises:
        RuntimeError: for complex tensors, without a dimension, and as ``fftn``.
    """
    (*sizes, n), (*dims, last) = _at_least_one(_real(input, "rfftn"), s, dim, "rfftn")
    half = _complex(rfft(input, n, last, norm), "rfftn")
    return _several(half, sizes, tuple(dims), norm, inverse=False)


def irfftn(input: Any, s: Sizes = None, dim: Dims = None, norm: str | None = None) -> Any:
    """Return the inverse of ``rfftn``, with the same arguments."""
    input = _complex(input, "irfftn")
    (*sizes, n), (*dims, last) = _at_least_one(input, s, dim, "irfftn")
    return irfft(_several(input, sizes, tuple(dims), norm, inverse=True), n, last, norm)


def hfftn(input: Any, s: Sizes = None, dim: Dims = None, norm: str | None = None) -> Any:
    """Return the real transform of a signal symmetric along its last dimension. See ``hfft``."""
    input = _complex(input, "hfftn")
    (*sizes, n), (*dims, last) = _at_least_one(input, s, dim, "hfftn")
    return hfft(_several(input, sizes, tuple(dims), norm, inverse=False), n, last, norm)


def ihfftn(input: Any, s: Sizes = None, dim: Dims = None, norm: str | None = None) -> Any:
    """Return the inverse of ``hfftn``, with the same arguments."""
    (*sizes, n), (*dims, last) = _at_least_one(_real(input, "ihfftn"), s, dim, "ihfftn")
    return _several(ihfft(input, n, last, norm), sizes, tuple(dims), norm, inverse=True)


def _at_least_one(input: Any, s: Sizes, dim: Dims, name: str) -> tuple[list[Any], tuple[int, ...]]:
    sizes, dims = _places(input, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    return sizes, dims


def _of_two(function: Any) -> Any:
    """Return the form of a transform that works on the last two dimensions by default."""

    @functools.wraps(function)
    def call(input: Any, s: Sizes = None, dim: Dims = (-2, -1), norm: str | None = None) -> Any:
        return function(input, s, dim, norm)

    call.__name__ = call.__qualname__ = f"{function.__name__[:-1]}2"
    call.__doc__ = f"Transform two dimensions, by default the last. See ``{function.__name__}``."
    return call


fft2 = _of_two(fftn)
ifft2 = _of_two(ifftn)
rfft2 = _of_two(rfftn)
irfft2 = _of_two(irfftn)
hfft2 = _of_two(hfftn)
ihfft2 = _of_two(ihfftn)

# --- order ----------------------------------------------------------------------------------------


def fftshift(input: Any, dim: Dims = None) -> Any:
    """Roll the frequency zero, the first, to the middle: of all dimensions by default."""
    dims = normalize_dims(dim, input.ndim)
    return roll(input, [input.shape[d] // 2 for d in dims], dims) if dims else input


def ifftshift(input: Any, dim: Dims = None) -> Any:
    """Undo ``fftshift``."""
    dims = normalize_dims(dim, input.ndim)
    return roll(input, [-(input.shape[d] // 2) for d in dims], dims) if dims else input
