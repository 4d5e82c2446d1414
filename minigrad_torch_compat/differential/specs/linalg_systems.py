"""Specs of ``minigrad.linalg``: systems of equations, inverses, determinants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..matrices import definite, matrices, systems
from ..spec import Case, case, register
from ..strategies import reals

ONES = np.ones((2, 2))
SQUARE_ERRORS = [
    Case((np.ones((2, 3)),)),
    Case((np.ones(2),)),
    Case((np.ones((2, 2), np.int64),)),
]
SQUARE = st.sampled_from(SQUARE_ERRORS)
SINGULAR = st.sampled_from(
    [*SQUARE_ERRORS, Case((ONES,)), Case((np.stack([np.eye(2), np.zeros((2, 2))]),))]
)


def tier3(name: str, cases: Any, errors: Any = None, **options: Any) -> None:
    """Register a function of ``linalg`` under its name there; what follows a slash is a variant."""
    function = name.split("/")[0]
    ours, theirs = getattr(mg.linalg, function), getattr(torch.linalg, function)
    register(f"linalg.{name}", ours, theirs, cases, tier=3, errors=errors, **options)


def older(name: str, cases: Any, errors: Any = None, **options: Any) -> None:
    """Register a function of the top namespace."""
    function = name.split("/")[0]
    ours, theirs = getattr(mg, function), getattr(torch, function)
    register(name, ours, theirs, cases, tier=3, errors=errors, **options)


# --- systems --------------------------------------------------------------------------------------


@st.composite
def sided(draw: st.DrawFn, **keywords: st.SearchStrategy[Any]) -> Case:
    """Calls ``f(A, B, left=...)`` and other keyword arguments."""
    A, B = draw(systems())
    left = draw(st.booleans())
    named = {name: draw(value) for name, value in keywords.items()}
    return Case((A, B if left else B.swapaxes(-1, -2)), {"left": left, **named})


@st.composite
def vectors(draw: st.DrawFn) -> Case:
    """Calls ``f(A, b)`` with vectors: one, or as many as matrices."""
    A = draw(matrices())
    batch = draw(st.sampled_from([(), A.shape[:-2]]))
    return Case((A, draw(reals((*batch, A.shape[-1])))))


SYSTEM_ERRORS = st.sampled_from(
    [
        Case((np.zeros((2, 2)), ONES)),
        Case((np.ones((2, 3)), ONES)),
        Case((np.eye(2), np.ones(3))),
        Case((np.eye(2), np.ones((3, 2)))),
        Case((np.eye(2), np.ones((2, 3))), {"left": False}),
        Case((np.eye(2), np.ones(2)), {"left": False}),
        Case((np.eye(2), ONES.astype(np.int64))),
        Case((np.ones(2), np.ones(2))),
        Case((np.ones((2, 2, 2)) + np.eye(2), np.ones((3, 2, 2)))),
    ]
)
tier3("solve", sided(), SYSTEM_ERRORS)
tier3("solve/vectors", vectors())
tier3("solve_ex", sided(check_errors=st.booleans()))
TRIANGLES = {"upper": st.booleans(), "unitriangular": st.booleans()}
tier3(
    "solve_triangular",
    sided(**TRIANGLES),
    st.sampled_from(
        [
            Case((np.ones((2, 3)), ONES), {"upper": True}),
            Case((np.eye(2), np.ones(2)), {"upper": True}),
            Case((np.eye(2), np.ones((3, 2))), {"upper": False}),
            Case((np.eye(2), ONES)),
        ]
    ),
)
tier3(
    "solve_triangular/promotes",
    case(matrices(st.just(2)), st.just(np.array([[1, 2], [3, 4]])), **TRIANGLES),
)
older(
    "triangular_solve",
    st.builds(
        lambda pair, *flags: Case((pair[1], pair[0], *flags)),
        systems(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    st.sampled_from([Case((np.ones(2), ONES)), Case((np.ones((3, 2)), ONES))]),
)


def of_triangle(library: Any, name: str) -> Callable[..., Any]:
    """Return a function of the triangle that it reads: PyTorch sends gradients to the other, too.

    ``cholesky_inverse([[2, 0], [1, 3]])``, summed, gets -0.0741 at [0, 1], which it does not read.
    """
    function = getattr(library, name)

    def call(*arguments: Any) -> Any:
        *others, L, upper = arguments
        return function(*others, library.triu(L) if upper else library.tril(L), upper)

    return call


def of_triangles(name: str, cases: Any, errors: Any) -> None:
    """Register a function of a triangle."""
    ours, theirs = of_triangle(mg, name), of_triangle(torch, name)
    register(name, ours, theirs, cases, tier=3, errors=errors, method=None)


of_triangles(
    "cholesky_solve",
    st.builds(lambda pair, upper: Case((pair[1], pair[0], upper)), systems(), st.booleans()),
    st.sampled_from(
        [Case((np.ones(2), np.eye(2), False)), Case((np.ones((3, 2)), np.eye(2), True))]
    ),
)
of_triangles(
    "cholesky_inverse",
    case(matrices(), st.booleans()),
    st.sampled_from([Case((np.ones((2, 3)), False)), Case((np.ones((2, 2), np.int64), True))]),
)


@st.composite
def tensor_systems(draw: st.DrawFn) -> Case:
    """Calls ``tensorsolve(A, B, dims)``."""
    A = draw(matrices(st.just(6), batch=st.just(())))
    shape = draw(st.sampled_from([(2, 3, 6), (6, 2, 3), (3, 2, 1, 6), (6, 6)]))
    rows = {(2, 3, 6): (2, 3), (6, 2, 3): (6,), (3, 2, 1, 6): (3, 2, 1), (6, 6): (6,)}[shape]
    return Case((A.reshape(shape), draw(reals(rows))))


tier3("tensorsolve", tensor_systems(), st.just(Case((np.ones((2, 3, 4)), np.ones(2)))))
tier3(
    "tensorsolve/dims",
    st.builds(
        lambda A, B: Case((A.reshape(2, 6, 3), B, (0, 2))),
        matrices(st.just(6), batch=st.just(())),
        reals((6,)),
    ),
)
tier3(
    "tensorinv",
    st.builds(
        lambda A, form: Case((A.reshape(form[0]), form[1])),
        matrices(st.just(6), batch=st.just(())),
        st.sampled_from([((2, 3, 6), 2), ((6, 3, 2), 1), ((3, 2, 2, 3), 2), ((6, 6), 1)]),
    ),
    st.sampled_from(
        [Case((np.ones((2, 3, 4)),)), Case((ONES, 0)), Case((ONES, 1)), Case((ONES, -1))]
    ),
)

# --- inverses and determinants --------------------------------------------------------------------

tier3("inv", case(matrices()), SINGULAR)
tier3("inv_ex", case(matrices(), check_errors=st.booleans()), SQUARE)
older("inverse", case(matrices()), SINGULAR)
# The second derivative of a matrix of one number is 0, which PyTorch, and only it, knows exactly.
SEVERAL = st.sampled_from([0, 2, 3, 4])
tier3("det", case(matrices(SEVERAL)), SQUARE)
tier3("det/any", case(matrices(SEVERAL, diagonal=-1.0)), rtol=1e-8)


def minors(A: Any) -> Any:
    """The determinant as a polynomial. PyTorch's own has no second derivative if it is 0."""
    if A.shape[-1] == 1:
        return A[..., 0, 0]
    others = (torch.cat([A[..., 1:, :j], A[..., 1:, j + 1 :]], -1) for j in range(A.shape[-1]))
    return sum((-1) ** j * A[..., 0, j] * minors(other) for j, other in enumerate(others))


@st.composite
def singular(draw: st.DrawFn) -> Case:
    """A singular matrix, of rank 2 or less, and a regular one."""
    A = np.array(draw(reals((2, 3, 3), -2, 2)))
    A[1] += 3 * np.eye(3)
    A[0, draw(st.sampled_from([[1], [1, 2]]))] = A[0, 0] * draw(st.sampled_from([1, 0]))
    return Case((A,))


register("det/singular", mg.linalg.det, minors, singular(), tier=3, rtol=1e-8)
tier3("slogdet", case(matrices(diagonal=-0.6)), SQUARE, rtol=1e-8)
older("det", case(matrices(SEVERAL)), SQUARE)
older("slogdet", case(matrices()), SQUARE)
older("logdet", case(definite()), SQUARE)
