"""Fitting a gradient to its operand: un-broadcasting and casting, once for all rules.

Complex numbers: inside a pass, the gradient ``g`` of a complex ``z`` is the linear form
``dL = Re(sum(g dz))``, so that rules need not conjugate: that of ``x * y`` is ``g * y`` for any
dtype. PyTorch's gradient, the direction of steepest ascent, is its conjugate; the engine conjugates
where gradients come in and where they are shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend.arrays import ndarray
from ..backend.sums import total
from .primitive import primitive


@primitive(x=lambda g, x_shape: sum_to(g, shape=x_shape), view=True)
def expand(x: Any, *, shape: tuple[int, ...]) -> Any:
    """Repeat along new and size-1 axes until the shape is ``shape``, without copying."""
    if x.__class__ is ndarray and not x.ndim:
        # A third of the time, and the gradient of every sum over all elements comes this way.
        out = ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
        out.flags.writeable = False
        return out
    return np.broadcast_to(x, shape)


@primitive(x=lambda g, x_shape: expand(g, shape=x_shape))
def sum_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    """Sum over the axes that broadcasting ``shape`` to the shape of ``x`` would repeat."""
    extra = x.ndim - len(shape)
    axes = tuple(range(extra))
    if x.shape[extra:] == shape:  # a bias: only whole axes in front
        return total(x, axes) if axes else x
    axes += tuple(
        extra + axis for axis, size in enumerate(shape) if size == 1 and x.shape[extra + axis] != 1
    )
    return total(x, axes, True).reshape(shape)


@primitive(x=lambda g: g)
def cast(x: Any, *, dtype: Any) -> Any:
    """Convert to ``dtype`` (the engine casts the gradient back)."""
    return x.astype(dtype)


@primitive(x=lambda g: g, view=True)
def real(x: Any) -> Any:
    """Return the real part, a view for complex numbers. A real gradient is a linear form as is."""
    return x.real


@primitive(x=lambda g: conj(g))
def conj(x: Any) -> Any:
    """Return the complex conjugate; ``Re(g conj(dz))`` is ``Re(conj(g) dz)``."""
    return np.conjugate(x)


def conjugated(gradient: Any) -> Any:
    """Return a gradient between PyTorch's convention and the pass's: real ones are the same."""
    return conj(gradient) if gradient.dtype.kind == "c" else gradient


def fit(gradient: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """Return a rule's gradient in the shape and dtype of the operand it belongs to."""
    if gradient.shape != shape:
        if not _broadcasts(shape, gradient.shape):
            raise RuntimeError(
                f"a derivative rule returned a gradient of shape {gradient.shape} for an operand "
                f"of shape {shape}"
            )
        gradient = sum_to(gradient, shape=shape)
    if gradient.dtype is not dtype and gradient.dtype != dtype:
        if gradient.dtype.kind == "c" and dtype.kind != "c":
            gradient = real(gradient)  # Re(g dx), for a real operand
        gradient = cast(gradient, dtype=dtype)
    return gradient


def _broadcasts(small: tuple[int, ...], large: tuple[int, ...]) -> bool:
    """Return True if an array of shape ``small`` broadcasts to exactly ``large``."""
    extra = len(large) - len(small)
    if extra < 0:
        return False
    return large[extra:] == small or all(m in (n, 1) for m, n in zip(small, large[extra:]))
