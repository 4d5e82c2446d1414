"""Specs of ``minigrad.linalg``: functions of matrices, norms, products of vectors and matrices."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..matrices import FILLED, SIDES, matrices
from ..spec import Case, case, register
from ..strategies import broadcastable, dims, integers, reals, shapes
from .linalg_systems import ONES, SQUARE, older, tier3

# --- functions of matrices ------------------------------------------------------------------------

MATRIX_ERRORS = st.sampled_from(
    [Case((np.ones(2),)), Case((np.ones((2, 2), np.int64),)), Case((np.array(1.0),))]
)
SMALL = st.integers(0, 3)


def row_by_row(diagonal: float) -> st.SearchStrategy[Case]:
    """Calls on matrices whose batches PyTorch's matrix_exp can flatten without a copy."""
    return matrices(SMALL, diagonal=diagonal).map(lambda A: Case((np.ascontiguousarray(A),)))


tier3("matrix_exp", row_by_row(-1.0), SQUARE, rtol=1e-9)
tier3("matrix_exp/large", row_by_row(9.0), rtol=1e-8)
older("matrix_exp", row_by_row(3.0), SQUARE, rtol=1e-9)
POWER_ERRORS = st.sampled_from(
    [
        Case((np.ones((2, 3)), 2)),
        Case((np.zeros((2, 2)), -1)),
        Case((ONES, 0.5)),
        Case((np.ones(2), 2)),
        Case((np.ones((2, 2), np.int64), -1)),
    ]
)
tier3("matrix_power", case(matrices(), st.integers(-3, 6)), POWER_ERRORS, rtol=1e-9)
tier3("matrix_power/integers", case(integers((2, 3, 3)), st.integers(0, 4)))
older("matrix_power", case(matrices(), st.integers(-1, 3)), POWER_ERRORS)

# --- norms ----------------------------------------------------------------------------------------

ORDERS = st.sampled_from(["fro", "nuc", 2, -2, 1, -1, math.inf, -math.inf])


@st.composite
def norms(draw: st.DrawFn) -> Case:
    """Calls ``matrix_norm(A, ord, dim, keepdim)``."""
    A = draw(matrices(FILLED, FILLED, batch=shapes(1, 2, 1, 2)))
    first = draw(st.sampled_from([0, -1]))
    A = np.moveaxis(A, -1, first)
    return Case((A, draw(ORDERS), (-1 if first == 0 else -2, first), draw(st.booleans())))


NORM_ERRORS = st.sampled_from(
    [
        Case((np.ones(2),)),
        Case((ONES, "x")),
        Case((ONES, 3)),
        Case((ONES, "fro", (0, 0))),
        Case((ONES, "fro", (0, 5))),
        Case((ONES, "fro", (0,))),
        Case((ONES.astype(np.int64),)),
    ]
)
tier3("matrix_norm", norms(), NORM_ERRORS, rtol=1e-9)
tier3(
    "matrix_norm/empty",
    case(
        matrices(st.just(0), SIDES),
        st.sampled_from(["fro", "nuc", 1, 2, math.inf]),
    ),
    second=False,  # 0 times infinity
)
tier3("matrix_norm/dtype", case(matrices(FILLED), dtype=st.none()))


@st.composite
def general_norms(draw: st.DrawFn) -> Case:
    """Calls ``norm(x, ord, dim, keepdim)`` of every meaning."""
    x = draw(matrices(FILLED, FILLED, batch=st.sampled_from([(), (2,)])))
    meaning = draw(st.sampled_from(["all", "vector", "matrix"]))
    if meaning == "all":
        return Case((x,), {"keepdim": draw(st.booleans())})
    if meaning == "vector":
        order = draw(st.sampled_from([None, 0, 1, 2, 3, math.inf, -math.inf]))
        return Case((x, order, draw(dims(x.ndim)), draw(st.booleans())))
    return Case((x, draw(ORDERS), (-2, -1), draw(st.booleans())))


tier3(
    "norm",
    general_norms(),
    st.sampled_from(
        [
            Case((np.ones((2, 2, 2)), 2)),
            Case((ONES, "nuc", 0)),
            Case((ONES, 0.5, (0, 1))),
            Case((np.ones((2, 2, 2)), 2, (0, 1, 2))),
            Case((np.ones(3), "fro")),
            Case((ONES.astype(np.int64),)),
        ]
    ),
    rtol=1e-9,
)
tier3("norm/vector", case(reals((4,), away_from=(0.0,), distinct=True), st.sampled_from([1, 2, 3])))
tier3("vector_norm", case(reals(shapes(min_side=1), away_from=(0.0,), distinct=True)))
COND_ERRORS = st.sampled_from(
    [
        Case((np.ones(2),)),
        Case((np.ones((2, 3)), 1)),
        Case((np.ones((2, 3)), "nuc")),
        Case((ONES, 3)),
        Case((ONES.astype(np.int64),)),
    ]
)
SINGULAR_ORDERS = st.sampled_from([None, "nuc", 2, -2])
tier3("cond", case(matrices(FILLED), SINGULAR_ORDERS), COND_ERRORS, rtol=1e-8)


def cond(library: Any) -> Callable[..., Any]:
    """Return the function without its gradient, on which PyTorch fails for these orders.

    "one of the variables needed for gradient computation has been modified by an inplace operation"
    is what it says to ``cond(tensor([[1.0]]), "fro").backward()``.
    """
    return lambda A, *order: library.linalg.cond(A.detach(), *order)


register(
    "linalg.cond/by the inverse",
    cond(mg),
    cond(torch),
    st.one_of(
        case(matrices(FILLED), st.sampled_from(["fro", 1, -1, math.inf, -math.inf])),
        case(st.sampled_from([ONES, np.zeros((2, 2))]), st.sampled_from(["fro", 1, math.inf])),
    ),
    tier=3,
)
tier3("cond/wide", case(matrices(FILLED, FILLED), st.sampled_from([None, 2, -2])), rtol=1e-8)
older("nuclear_norm", case(matrices(FILLED, FILLED, st.just(())), st.booleans()), rtol=1e-9)
older(
    "nuclear_norm/dim",
    case(matrices(FILLED, FILLED, st.just((2,))), st.just((1, 2)), st.booleans()),
    st.sampled_from([Case((np.ones(2),)), Case((ONES, (0, 0)))]),
    rtol=1e-9,
)
older(
    "frobenius_norm",
    case(matrices(FILLED, FILLED, st.just((2,))), st.sampled_from([(0, 1), (1,), 2, ()])),
    st.just(Case((np.ones((2, 2, 2)), (0, 1, 2)))),
)
register(
    "norm/nuclear",
    mg.norm,
    torch.norm,
    case(matrices(FILLED, FILLED, st.just(())), st.just("nuc"), keepdim=st.booleans()),
    tier=3,
    errors=st.sampled_from([Case((np.ones(2), "nuc")), Case((np.ones((2, 2, 2)), "nuc"))]),
    rtol=1e-9,
)

# --- ranks, pseudoinverses, least squares ---------------------------------------------------------

SHAPED = matrices(SIDES, SIDES)
tier3("matrix_rank", case(SHAPED), MATRIX_ERRORS)
register(
    "matrix_rank",
    mg.linalg.matrix_rank,
    torch.linalg.matrix_rank,
    case(SHAPED, hermitian=st.just(False)),
    tier=3,
    method=None,
)
tier3("matrix_rank/tol", case(matrices(SIDES, SIDES), st.sampled_from([0.1, 3.5, 4.5])))
tier3(
    "matrix_rank/tolerances",
    case(
        matrices(),
        hermitian=st.booleans(),
        atol=st.sampled_from([None, 0.0, 3.5]),
        rtol=st.sampled_from([None, 0.7]),
    ),
)
tier3("pinv", case(SHAPED), MATRIX_ERRORS, rtol=1e-9)
tier3(
    "pinv/tolerances",
    case(
        matrices(FILLED, FILLED),
        atol=st.sampled_from([None, 0.0, 0.5]),
        rtol=st.sampled_from([None, 0.1]),
    ),
    rtol=1e-9,
)
tier3(
    "pinv/hermitian",
    matrices(FILLED).map(lambda x: Case((x + x.swapaxes(-1, -2),), {"hermitian": True})),
    rtol=1e-9,
)
older("pinverse", case(SHAPED), MATRIX_ERRORS, rtol=1e-9)


@st.composite
def least_squares(draw: st.DrawFn) -> Case:
    """Calls ``lstsq(A, B, driver=...)``."""
    A = draw(matrices(FILLED, FILLED, batch=st.sampled_from([(), (2,), (2, 1)])))
    B = draw(reals((*A.shape[:-1], draw(st.integers(1, 3)))))
    driver = draw(st.sampled_from([None, "gels", "gelsy", "gelsd", "gelss"]))
    return Case((A, B), {"driver": driver})


tier3(
    "lstsq",
    least_squares(),
    st.sampled_from(
        [
            Case((np.ones((4, 2)), np.ones(4)), {"driver": "x"}),
            Case((np.ones((4, 2)), np.ones((3, 1)))),
            Case((np.ones(4), np.ones(4))),
            Case((np.ones((4, 2)), np.ones((4, 1), np.int64))),
        ]
    ),
    rtol=1e-9,
)
tier3(
    "lstsq/vectors",
    matrices(st.just(4), st.just(2)).map(lambda A: Case((A, A[..., 0] + A[..., 1] ** 2))),
    rtol=1e-9,
)

# --- products -------------------------------------------------------------------------------------


@st.composite
def chains(draw: st.DrawFn) -> Case:
    """Calls ``multi_dot(matrices)``, maybe with a vector at an end."""
    sizes = draw(st.lists(st.integers(0, 4), min_size=3, max_size=6))
    chain = [draw(reals((m, n))) for m, n in itertools.pairwise(sizes)]
    if draw(st.booleans()):
        chain[0] = draw(reals((sizes[1],)))
    if draw(st.booleans()):
        chain[-1] = draw(reals((sizes[-2],)))
    return Case((chain,))


tier3(
    "multi_dot",
    chains(),
    st.sampled_from(
        [
            Case(([np.ones(2)],)),
            Case(([np.ones(2), np.ones((3, 2))],)),
            Case(([ONES, np.ones(2), ONES],)),
            Case(([np.ones((2, 2, 2)), ONES],)),
        ]
    ),
)
older(
    "chain_matmul",
    chains().map(lambda case: Case(tuple(x for x in case.args[0] if x.ndim == 2) or (ONES,))),
    st.sampled_from([Case(()), Case((ONES, np.ones(2)))]),
)


@st.composite
def vector_pairs(draw: st.DrawFn, size: st.SearchStrategy[int]) -> Case:
    """Two tensors of shapes that broadcast, with a dimension of one size, and ``dim``."""
    a, b = draw(broadcastable(max_dims=2))
    ndim = max(len(a), len(b))
    a, b = ((1,) * (ndim - len(shape)) + shape for shape in (a, b))
    axis, n = draw(st.integers(0, ndim)), draw(size)
    a, b = ((*shape[:axis], n, *shape[axis:]) for shape in (a, b))
    dim = draw(st.sampled_from([axis, axis - ndim - 1]))
    return Case((draw(reals(a)), draw(reals(b))), {"dim": dim})


tier3(
    "vecdot",
    vector_pairs(SIDES),
    st.sampled_from(
        [
            Case((np.ones((2, 3)), np.ones((4, 3)))),
            Case((np.ones((2, 3)), np.ones((2, 3))), {"dim": 5}),
            Case((np.ones(3, np.int64), np.ones(3, np.int64))),
        ]
    ),
)
CROSS_ERRORS = [
    Case((ONES, ONES)),
    Case((np.ones((3, 2)), np.ones((1, 2))), {"dim": 0}),
    Case((np.ones(3), np.ones((2, 3)))),
]
tier3("cross", vector_pairs(st.just(3)), st.sampled_from(CROSS_ERRORS))
tier3("cross/integers", case(integers((2, 3)), integers((2, 3))))
older("cross/dim", vector_pairs(st.just(3)))
older(
    "cross/first",
    case(*(reals((2, 3, 3)) for _ in range(2))),
    st.sampled_from(CROSS_ERRORS[:2]),
)
tier3(
    "vander",
    st.one_of(
        case(reals(shapes(1, 2, 2, 4)), N=st.sampled_from([None, 2, 3, 5])),
        case(integers((3,))),
    ),
    st.sampled_from(
        [
            Case((np.ones(3),), {"N": 1}),
            Case((np.array(1.0),)),
            Case((np.ones(2, bool),)),
            Case((ONES,), {"N": 0}),
        ]
    ),
)


@st.composite
def inners(draw: st.DrawFn) -> Case:
    """Calls ``inner(x, y)``."""
    n = draw(SIDES)
    x, y = (draw(reals((*draw(shapes(max_dims=2, max_side=3)), n))) for _ in range(2))
    if draw(st.booleans()):
        x = draw(reals(()))
    return Case((x, y))


older("inner", inners(), st.just(Case((np.ones((2, 3)), np.ones((4, 2))))))
older(
    "vdot",
    SIDES.flatmap(lambda n: case(reals((n,)), reals((n,)))),
    st.sampled_from([Case((ONES, np.ones(2))), Case((np.ones(2), np.ones(3)))]),
)
older(
    "ger",
    case(reals(shapes(1, 1)), reals(shapes(1, 1))),
    st.sampled_from([Case((ONES, np.ones(2))), Case((np.ones(2), np.array(1.0)))]),
)
FACTORS = {"beta": st.sampled_from([0, 1, 2, 0.5]), "alpha": st.sampled_from([1, 2, -0.5])}


@st.composite
def added(draw: st.DrawFn, batch: bool, broadcast: bool = True) -> Case:
    """Calls ``addr(input, vec1, vec2)`` or ``addbmm(input, batch1, batch2)``."""
    n, m, k, b = (draw(SIDES) for _ in range(4))
    x = draw(reals(draw(st.sampled_from([(n, m), (1, m), (m,), ()][: 4 if broadcast else 1]))))
    factors = {name: draw(value) for name, value in FACTORS.items()}
    if batch:
        return Case((x, draw(reals((b, n, k))), draw(reals((b, k, m)))), factors)
    return Case((x, draw(reals((n,))), draw(reals((m,)))), factors)


older(
    "addr",
    added(False),
    st.sampled_from(
        [
            Case((np.ones((2, 3)), np.ones(2), np.ones(4))),
            Case((ONES, np.ones((2, 1)), np.ones(2))),
        ]
    ),
)
older(
    "addbmm",
    added(True, broadcast=False),
    st.sampled_from(
        [
            Case((ONES, np.ones((2, 2, 2)), np.ones((3, 2, 2)))),
            Case((np.ones((3, 3)), np.ones((2, 2, 2)), np.ones((2, 2, 2)))),
        ]
    ),
)
# No form in place: PyTorch's gives the tensor another shape instead of refusing.
older("addbmm/broadcast", added(True), method=None)
tier3("matmul", case(reals((2, 3)), reals((3, 4))), st.just(Case((ONES, np.ones(3)))))
tier3("diagonal", case(reals(shapes(2, 3)), offset=st.integers(-2, 2)))
