"""Specs of ``minigrad.linalg``: decompositions.

Signs of singular vectors and eigenvectors are the library's choice, and PyTorch's library need not
be NumPy's: what is compared does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.linear_algebra import lu

from ..matrices import FILLED, SIDES, definite, matrices
from ..spec import Case, case, register
from ..strategies import reals
from .linalg_systems import ONES, SQUARE, SQUARE_ERRORS, older, tier3


def without_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of detached tensors, to compare what has no derivative."""
    return lambda A, *arguments: function(A.detach(), *arguments)


# --- Cholesky -------------------------------------------------------------------------------------

INDEFINITE = st.sampled_from(
    [*SQUARE_ERRORS, Case((-np.eye(2),)), Case((np.stack([np.eye(2), np.zeros((2, 2))]),))]
)
tier3("cholesky", case(definite(), upper=st.booleans()), INDEFINITE)
tier3("cholesky/triangle", case(matrices(), upper=st.booleans()))
tier3("cholesky_ex", case(definite(), upper=st.booleans(), check_errors=st.booleans()), SQUARE)
older("cholesky", case(definite(), st.booleans()), INDEFINITE)

# --- LU -------------------------------------------------------------------------------------------

LU_ERRORS = st.sampled_from(
    [
        Case((np.ones(2),)),
        Case((np.ones((2, 2), np.int64),)),
        Case((np.eye(2),), {"pivot": False}),
    ]
)
# A small diagonal makes rows change places.
TURNED = matrices(SIDES, SIDES, diagonal=-1.0).map(lambda x: x[..., ::-1, :] + 0.0)
tier3("lu", case(TURNED), LU_ERRORS, rtol=1e-7)
tier3("lu_factor", case(TURNED), LU_ERRORS, rtol=1e-7)
tier3("lu_factor_ex", case(TURNED, check_errors=st.booleans()), LU_ERRORS, rtol=1e-7)
older("lu", case(TURNED, get_infos=st.booleans()), LU_ERRORS, rtol=1e-7)


def by_lu(library: Any) -> Callable[..., Any]:
    """Return a function that solves a system by its LU decomposition."""
    return lambda A, B, **options: library.linalg.lu_solve(
        *library.linalg.lu_factor(A), B, **options
    )


@st.composite
def turned_systems(draw: st.DrawFn) -> Case:
    """Calls ``f(A, B, left=..., adjoint=...)``."""
    A = draw(matrices(FILLED, batch=st.sampled_from([(), (2,), (1,)])))[..., ::-1, :] + 0.0
    left = draw(st.booleans())
    k = draw(st.integers(0, 3))
    sizes = (A.shape[-1], k) if left else (k, A.shape[-1])
    B = draw(reals((*draw(st.sampled_from([(), (2,)])), *sizes)))
    return Case((A, B), {"left": left, "adjoint": draw(st.booleans())})


register("linalg.lu_solve", by_lu(mg), by_lu(torch), turned_systems(), tier=3, rtol=1e-9)
PIVOTS = np.array([1, 2], np.int32)
tier3(
    "lu_solve/pivots",
    case(matrices(st.just(2), batch=st.just(())), st.just(PIVOTS), reals((2, 3))),
    st.sampled_from(
        [
            Case((ONES, PIVOTS, np.ones(2))),
            Case((ONES, PIVOTS, np.ones((3, 2)))),
            Case((ONES, PIVOTS.astype(np.int64), ONES)),
            Case((ONES, PIVOTS[None], ONES)),
        ]
    ),
)
older("lu_solve", case(reals((2, 3)), matrices(st.just(2), batch=st.just(())), st.just(PIVOTS)))
DECOMPOSED = matrices(st.just(2), st.integers(2, 3), batch=st.just(()))
SWAPPED = st.just(np.array([2, 2], np.int32))
older(
    "lu_unpack",
    case(DECOMPOSED, SWAPPED, st.just(True), st.booleans()),
    st.just(Case((ONES, PIVOTS.astype(np.int64)))),
)


def turned_rows(pivots: torch.Tensor) -> torch.Tensor:
    """Return PyTorch's permutation: for each column of P, the row of its one."""
    return torch.lu_unpack(torch.zeros(*pivots.shape[:-1], 4, 4), pivots).P.argmax(-2)


LAPACK = st.sampled_from([np.array([[2, 4, 3, 4], [1, 2, 3, 4], [4, 4, 4, 4]], np.int32)])
register(
    "row_order",
    lambda pivots: lu._row_order(pivots, m=4),
    turned_rows,
    case(LAPACK),
    tier=3,
    method=None,
)
register(
    "permutation_matrix",
    lambda order: lu._permutation_matrix(order, dtype=mg.float32),
    lambda order: torch.eye(3)[order].mT,
    case(st.permutations(range(3)).map(np.array)),
    tier=3,
    method=None,
)

# --- LDL ------------------------------------------------------------------------------------------

# A small diagonal asks for blocks of two rows.
INDEFINITE_MATRICES = matrices(diagonal=-2.5).map(lambda x: x + x.swapaxes(-1, -2))


def by_ldl(library: Any) -> Callable[..., Any]:
    """Return a function that solves a system by its LDL decomposition; it has no derivative."""

    def solved(A: Any, hermitian: bool) -> Any:
        LD, pivots = library.linalg.ldl_factor(A.detach(), hermitian=hermitian)
        B = library.linalg.vander(A.detach()[..., 0], N=3)
        return LD, pivots, library.linalg.ldl_solve(LD, pivots, B, hermitian=hermitian)

    return solved


register(
    "linalg.ldl_solve",
    by_ldl(mg),
    by_ldl(torch),
    case(INDEFINITE_MATRICES.filter(lambda x: x.shape[-1]), st.booleans()),
    tier=3,
    rtol=1e-8,
)
LDL_ERRORS = st.sampled_from(
    [*SQUARE_ERRORS, Case((np.zeros((2, 2)),)), Case((np.array([[0.0, 0.0], [0.0, 1.0]]),))]
)
for name, errors in {"ldl_factor": LDL_ERRORS, "ldl_factor_ex": SQUARE}.items():
    register(
        f"linalg.{name}",
        without_gradient(getattr(mg.linalg, name)),
        without_gradient(getattr(torch.linalg, name)),
        case(INDEFINITE_MATRICES),
        tier=3,
        errors=errors,
        rtol=1e-8,
    )

# --- QR -------------------------------------------------------------------------------------------

QR_ERRORS = st.sampled_from(
    [Case((np.ones(2),)), Case((ONES, "x")), Case((np.ones((2, 2), np.int64),))]
)
tier3("qr", case(matrices(SIDES, SIDES)), QR_ERRORS, rtol=1e-9)
tier3(
    "qr/complete",
    st.builds(
        lambda x, mode: Case((x if x.shape[-2] <= x.shape[-1] else x.swapaxes(-1, -2), mode)),
        matrices(SIDES, SIDES),
        st.just("complete"),
    ),
    rtol=1e-9,
)
older("qr", case(matrices(FILLED, FILLED), st.just(True)), rtol=1e-9)


# PyTorch fails to differentiate the parts that are left out: they are empty.
register(
    "lu_unpack/parts",
    without_gradient(mg.lu_unpack),
    without_gradient(torch.lu_unpack),
    case(DECOMPOSED, SWAPPED, st.just(False), st.booleans()),
    tier=3,
    method=None,
)
for mode in ("r", "complete"):
    register(
        f"linalg.qr/{mode} values",
        without_gradient(mg.linalg.qr),
        without_gradient(torch.linalg.qr),
        case(matrices(SIDES, SIDES), st.just(mode)),
        tier=3,
    )
register(
    "geqrf",
    without_gradient(mg.geqrf),
    without_gradient(torch.geqrf),
    case(matrices(FILLED, FILLED)),
    tier=3,
    errors=st.sampled_from([Case((np.ones(2),)), Case((np.ones((2, 2), np.int64),))]),
)


@st.composite
def reflections(draw: st.DrawFn) -> tuple[Any, Any]:
    """What ``geqrf`` returns, of a batch of matrices with no more columns than rows."""
    n = draw(FILLED)
    x = draw(matrices(st.integers(n, 4), st.just(n)))
    a, tau = torch.geqrf(torch.from_numpy(np.ascontiguousarray(x)))
    return a.numpy(), tau.numpy()


REFLECTION_ERRORS = st.sampled_from(
    [
        Case((np.ones((2, 3)), np.ones(3))),
        Case((np.ones((3, 2)), np.ones(3))),
        Case((np.ones(3), np.ones(3))),
        Case((np.ones((2, 3, 2)), np.ones(2))),
    ]
)
tier3("householder_product", reflections().map(Case), REFLECTION_ERRORS, rtol=1e-9)
older("orgqr", reflections().map(Case), REFLECTION_ERRORS, rtol=1e-9)


@st.composite
def multiplied(draw: st.DrawFn) -> Case:
    """Calls ``ormqr(input, tau, other, left, transpose)``."""
    a, tau = draw(reflections())
    left, m, n = draw(st.booleans()), a.shape[-2], draw(FILLED)
    other = draw(reals((*a.shape[:-2], *((m, n) if left else (n, m)))))
    return Case((a, tau, other, left, draw(st.booleans())))


older(
    "ormqr",
    multiplied(),
    st.sampled_from(
        [
            Case((np.ones((3, 2)), np.ones(2), np.ones((2, 3)))),
            Case((np.ones((3, 2)), np.ones(3), np.ones((3, 3)))),
        ]
    ),
    rtol=1e-9,
)

# --- eigenvalues ----------------------------------------------------------------------------------


def eigen(library: Any) -> Callable[..., Any]:
    """Return eigenvalues and what does not depend on the signs of the eigenvectors."""

    def found(A: Any, *options: Any) -> Any:
        L, V = library.linalg.eigh(A, *options)
        return L, V * V, V @ (library.sin(L)[..., None] * V.mT)

    return found


TRIANGLE = st.sampled_from(["L", "U", "l", "u"])
EIGH_ERRORS = st.sampled_from(
    [
        Case((np.ones((2, 3)),)),
        Case((np.ones(2),)),
        Case((ONES, "X")),
        Case((np.ones((2, 2), np.int64),)),
    ]
)
register("linalg.eigh", eigen(mg), eigen(torch), case(definite(), TRIANGLE), tier=3, rtol=1e-8)
register(
    "linalg.eigh/triangle", eigen(mg), eigen(torch), case(matrices(), TRIANGLE), tier=3, rtol=1e-8
)
tier3("eigh/errors", case(st.just(np.eye(1))), EIGH_ERRORS, second=False)
tier3("eigvalsh", case(definite(), TRIANGLE), EIGH_ERRORS, rtol=1e-8)

# --- singular values ------------------------------------------------------------------------------


def singular(library: Any, *options: Any) -> Callable[..., Any]:
    """Return singular values and what does not depend on the signs of their vectors."""

    def found(A: Any) -> Any:
        U, S, Vh = library.linalg.svd(A, *options)
        k = S.shape[-1]
        U, Vh = U[..., :k], Vh[..., :k, :]
        return S, U * U, Vh * Vh, U @ (library.sin(S)[..., None] * Vh)

    return found


SHAPED = matrices(SIDES, SIDES)
register("linalg.svd", singular(mg, False), singular(torch, False), case(SHAPED), tier=3, rtol=1e-8)
register("linalg.svd/full", singular(mg), singular(torch), case(SHAPED), tier=3, rtol=1e-8)
SVD_ERRORS = st.sampled_from(
    [
        Case((np.ones(2),)),
        Case((np.ones((2, 2), np.int64),)),
        Case((np.full((2, 2), np.nan),)),
        Case((np.eye(2),), {"driver": "gesvd"}),
    ]
)
tier3("svd/errors", case(st.just(np.eye(1))), SVD_ERRORS, second=False)
tier3("svdvals", case(SHAPED), SVD_ERRORS, rtol=1e-8)
older(
    "svd/values",
    case(matrices(FILLED, FILLED), st.booleans(), st.just(False)),
    SVD_ERRORS,
    rtol=1e-8,
)


def older_svd(library: Any) -> Callable[..., Any]:
    """Return what does not depend on signs, of the older function."""

    def found(A: Any, some: bool) -> Any:
        U, S, V = library.svd(A, some)
        k = S.shape[-1]
        return S, U[..., :k] @ (library.sin(S)[..., None] * V[..., :k].mT)

    return found


register("svd", older_svd(mg), older_svd(torch), case(SHAPED, st.booleans()), tier=3, rtol=1e-8)


# --- low rank -------------------------------------------------------------------------------------


def seeded(library: Any, name: str) -> Callable[..., Any]:
    """Return what does not depend on signs, from the same random numbers in both libraries."""

    def found(A: Any, *options: Any) -> Any:
        library.manual_seed(0)
        U, S, V = getattr(library, name)(A, *options)
        return S, (U * library.sin(S)[..., None, :]) @ V.mT

    return found


for name in ("svd_lowrank", "pca_lowrank"):
    register(
        name,
        seeded(mg, name),
        seeded(torch, name),
        case(
            matrices(st.integers(3, 4), st.integers(3, 4), diagonal=1.0),
            st.sampled_from([1, 2]),
            *([st.booleans()] if name == "pca_lowrank" else []),
            st.integers(0, 2),
        ),
        tier=3,
        rtol=1e-7,
        method=None,
        errors=st.sampled_from([Case((np.ones((3, 3)), -1)), Case((np.ones((3, 3)), 4))])
        if name == "pca_lowrank"
        else None,
    )
