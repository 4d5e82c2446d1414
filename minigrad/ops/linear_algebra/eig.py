"""Eigenvalues and eigenvectors of any square matrices: complex, also of real ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...backend.dtypes import complex64, complex128
from ..pointwise.complex_numbers import real
from ..shaping.diagonals import diag_embed, diagonal, tril, triu
from .adjoints import adjoint, check_phases, steepest
from .checks import LinAlgError, check_floating, check_square
from .results import linalg_eig
from .solve import _solve_ex
from .svd import _gaps


@steepest
def _eig_rule(g: Any, out: Any) -> Any:
    """dA = V^-H [gL + (V^H gV - V^H V Re(diag(V^H gV))) / conj(E)] V^H, E[i, j] = L[j] - L[i].

    The subtracted part is what changes the lengths of the vectors, which are 1.

    Source: C. Boeddeker et al., On the Computation of Complex-valued Gradients with Application to
    Statistically Optimum Beamforming (2017), 4.77.
    """
    (gL, gV), (L, V) = g, out
    inner: Any = 0
    if gL is not None:
        inner = diag_embed(gL)
    if gV is not None:
        turned = adjoint(V) @ gV
        check_phases("linalg_eig", diagonal(turned, 0, -2, -1))
        lengths = real(diagonal(turned, 0, -2, -1))
        lengths = lengths.reshape((*lengths.shape[:-1], 1, lengths.shape[-1]))
        turned = turned - (adjoint(V) @ V) * lengths
        inner = inner + (tril(turned, -1) + triu(turned, 1)) / conjugated(_gaps(L))
    return _solve_ex(adjoint(V), inner @ adjoint(V))[0]


@primitive(A=_eig_rule)
def _eig(A: Any) -> Any:
    dtype = complex64 if A.dtype.itemsize == 4 or A.dtype == complex64 else complex128
    try:
        values, vectors = np.linalg.eig(A)
    except np.linalg.LinAlgError as error:
        raise LinAlgError(f"linalg.eig: {error}") from None
    return values.astype(dtype, copy=False), vectors.astype(dtype, copy=False)


# The eigenvalues' gradient is finite where that of the vectors is not, even if the latter is 0.
_eig.primitive.fills = False


@open_to_transforms
def eig(A: Any) -> Any:
    """Return the eigenvalues and, as columns of length 1, the eigenvectors of square matrices.

    Both are complex, in no particular order.

    Shapes: ``(..., n, n) -> (..., n), (..., n, n)``.

    Derivative: finite for the eigenvectors only if the eigenvalues differ. The vectors' phases are
    arbitrary: a loss must not depend on them.

    Raises:
        RuntimeError: for matrices that are not square, not floating, or not finite.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.eig(mg.tensor([[0.0, -1.0], [1.0, 0.0]])).eigenvalues
        tensor([0.+1.j, 0.-1.j])
    """
    check_square("linalg.eig", A)
    check_floating("linalg.eig", A, half=NotImplementedError)
    if not np.isfinite(A._array).all():
        raise RuntimeError("linalg.eig: input tensor should not contain infs or NaNs.")
    return linalg_eig(*_eig(A))


@open_to_transforms
def eigvals(A: Any) -> Any:
    """Return the eigenvalues of square matrices, complex, in no particular order. See ``eig``.

    Derivative: ``V^-H diag(g) V^H``.
    """
    return eig(A).eigenvalues
