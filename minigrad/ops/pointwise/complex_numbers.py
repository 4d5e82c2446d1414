"""Complex numbers: their parts, how they are made, and how they are seen as pairs of real ones.

Inside a backward pass the gradient ``g`` of a complex ``z = x + iy`` stands for the linear form
``Re(g dz) = Re(g) dx - Im(g) dy`` (see ``autograd.fitting``): the rules below follow from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd import fitting
from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.dtypes import complex64, complex128, float32, float64
from ..shaping.shapes import contiguous, transpose
from .comparison import where
from .transcendental import cos, sin

__all__ = [
    "adjoint",
    "angle",
    "complex",
    "conj",
    "conj_physical",
    "imag",
    "is_conj",
    "is_neg",
    "polar",
    "real",
    "resolve_conj",
    "resolve_neg",
    "view_as_complex",
    "view_as_real",
]

_COMPLEX_OF = {float32: complex64, float64: complex128}

# --- parts ----------------------------------------------------------------------------------------


def real(x: Any) -> Any:
    """Return the real part, sharing memory; a real tensor itself.

    Derivative: ``Re(g) dx``: the real gradient is that of the complex number.
    """
    return fitting.real(x) if x.dtype.kind == "c" else x


@primitive(x=lambda g: g * -1j, view=True)
def _imag(x: Any) -> Any:
    return x.imag


def imag(x: Any) -> Any:
    """Return the imaginary part, sharing memory.

    Derivative: ``dy = Re(-i dz)``.

    Raises:
        RuntimeError: for real tensors, which have none.
    """
    if x.dtype.kind != "c":
        raise RuntimeError(
            f"imag is not implemented for tensors with non-complex dtypes: {x.dtype}"
        )
    return _imag(x)


def conj(x: Any) -> Any:
    """Return the complex conjugate, a new tensor (PyTorch's is a view); a real tensor itself."""
    return fitting.conj(x) if x.dtype.kind == "c" else x


def adjoint(x: Any) -> Any:
    """Return matrices, or batches of them, transposed and conjugated.

    Raises:
        RuntimeError: for a vector.
    """
    if x.ndim == 1:
        raise RuntimeError("adjoint() is only supported on matrices or batches of them, got 1-D")
    return conj(transpose(x, -2, -1) if x.ndim else x)


def conjugate_transpose(x: Any) -> Any:
    """Return a matrix transposed and conjugated.

    Raises:
        RuntimeError: for a tensor of one, or of more than two dimensions.
    """
    if x.ndim not in (0, 2):
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors), got {x.ndim}-D: see mH"
        )
    return adjoint(x)


def conj_physical(x: Any) -> Any:
    """Return the complex conjugate in memory of its own. See ``conj``."""
    return fitting.conj(x)


def resolve_conj(x: Any) -> Any:
    """Return the tensor itself: no conjugation is ever put off."""
    return x


def resolve_neg(x: Any) -> Any:
    """Return the tensor itself: no negation is ever put off."""
    return x


def is_conj(x: Any) -> bool:
    """Return False: no conjugation is ever put off."""
    return False


def is_neg(x: Any) -> bool:
    """Return False: no negation is ever put off."""
    return False


def _turn(g: Any, x: Any) -> Any:
    """``-i g / z``, since the angle grows by ``Im(dz / z)``; 0 at 0 and for real numbers."""
    if x.dtype.kind != "c":
        return g * 0
    zero = x == 0
    return where(zero, 0, g * -1j / where(zero, 1, x))


@primitive(
    x=_turn,
    dtypes="float",
)
def angle(x: Any) -> Any:
    """Return the angle to the positive real axis, in radians: 0 or pi for real numbers.

    Derivative: ``-i g / x`` for complex numbers, 0 for real ones and at 0.
    """
    if x.dtype.kind == "c":
        return np.angle(x)
    return np.where(np.isnan(x), x, np.where(x < 0, x.dtype.type(np.pi), x.dtype.type(0)))


# --- whole ----------------------------------------------------------------------------------------


def _pair(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    first, second = (array.dtype for array in arrays)
    if first not in (float32, float64) or second not in (float32, float64):
        raise RuntimeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {first} and {second}"
        )
    if first != second:
        raise RuntimeError(
            f"Expected object of scalar type {first} but got scalar type {second} for second "
            "argument"
        )
    return arrays


@primitive(
    real=lambda g: fitting.real(g),
    imag=lambda g: -_imag(g),
    dtypes=_pair,
)
def complex(real: Any, imag: Any) -> Any:
    """Return ``real + i imag``, of tensors of one floating dtype whose shapes broadcast.

    Raises:
        RuntimeError: for other dtypes.
    """
    shape = np.broadcast_shapes(real.shape, imag.shape)
    out = namespace(real).empty(shape, _COMPLEX_OF[real.dtype])
    out.real = real
    out.imag = imag
    return out


def polar(abs: Any, angle: Any) -> Any:
    """Return ``abs (cos(angle) + i sin(angle))``, of tensors of one floating dtype.

    Raises:
        RuntimeError: for other dtypes.
    """
    _pair((abs, angle))
    return complex(abs * cos(angle), abs * sin(angle))


# --- pairs ----------------------------------------------------------------------------------------


@primitive(x=lambda g: fitting.conj(_as_complex(contiguous(g))), view=True)
def _as_pairs(x: Any) -> Any:
    return x[..., None].view(x.real.dtype)


@primitive(x=lambda g: _as_pairs(fitting.conj(g)), view=True)
def _as_complex(x: Any) -> Any:
    dtype = _COMPLEX_OF[x.dtype]
    return x.view(dtype)[..., 0] if x.size else x[..., 0].astype(dtype)


def view_as_real(x: Any) -> Any:
    """Return a complex tensor as pairs (real, imaginary) along a new last dimension, a view.

    Raises:
        RuntimeError: for real tensors.
    """
    if x.dtype.kind != "c":
        raise RuntimeError(f"view_as_real is only supported for complex tensors, got {x.dtype}")
    return _as_pairs(x)


def view_as_complex(x: Any) -> Any:
    """Return the complex tensor whose real and imaginary parts lie along the last dimension.

    Raises:
        RuntimeError: for other dtypes than float32 and float64, for a last dimension that is not
            of size 2, or whose pairs do not lie side by side in memory.
    """
    if x.dtype not in _COMPLEX_OF:
        raise RuntimeError(
            f"view_as_complex is only supported for half, float and double tensors, got {x.dtype}"
        )
    if x.ndim == 0 or x.shape[-1] != 2:
        raise RuntimeError(
            f"Tensor must have a last dimension of size 2, got shape {tuple(x.shape)}"
        )
    itemsize = x._array.itemsize
    if x._array.size and x._array.strides[-1] != itemsize:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if x._array.size and any(step % (2 * itemsize) for step in x._array.strides[:-1]):
        raise RuntimeError(
            "Tensor must have a stride divisible by 2 for all but last dimension, got strides "
            f"{x.stride()}"
        )
    return _as_complex(x)
