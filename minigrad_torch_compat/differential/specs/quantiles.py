"""Specs of ``minigrad.ops.reducing.quantiles``, ``covariance``, and of what is counted."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import Array, booleans, integers, reals, shapes

WAYS = st.sampled_from(["linear", "lower", "higher", "midpoint", "nearest"])


@st.composite
def distinct(draw: st.DrawFn) -> Array:
    """Arrays without ties: elements between which no gradient is shared."""
    return draw(reals(shapes(0, 3, 1, 4), distinct=True))


@st.composite
def with_fractions(draw: st.DrawFn, holes: bool = False) -> Case:
    """An array, fractions, and where to look."""
    x = draw(distinct())
    if holes:
        x = np.where(draw(st.just(np.abs(x) < 0.5)), np.nan, x)
    fraction = st.integers(0, 20).map(lambda n: n / 20)
    q: Any = draw(st.one_of(fraction, reals(st.integers(1, 3).map(lambda n: (n,)), 0.0, 1.0)))
    # Between elements: exactly on one, PyTorch and we may round to either side.
    q = np.clip(np.asarray(q) * 0.93 + 0.013, 0, 1)
    q = q if q.ndim else float(q)
    options: dict[str, Any] = {"interpolation": draw(WAYS)}
    if draw(st.booleans()):
        dims = max(x.ndim, 1)
        options |= {"dim": draw(st.integers(-dims, dims - 1)), "keepdim": draw(st.booleans())}
    return Case((x, q), options, constants=frozenset({1}))


QUANTILE_ERRORS = st.sampled_from(
    [
        Case((np.ones(2), 1.5)),
        Case((np.ones(2), np.array([-0.5]))),
        Case((np.ones(2, np.int64), 0.5)),
        Case((np.ones(0), 0.5)),
        Case((np.ones((2, 0)), 0.5), {"dim": 0}),
        Case((np.ones(2), 0.5), {"dim": 1}),
        Case((np.ones(2), np.ones((1, 1)))),
        Case((np.ones(2), 0.5), {"interpolation": "none"}),
        Case((np.ones(2), np.ones(1, np.int64))),
    ]
)
register("quantile", mg.quantile, torch.quantile, with_fractions(), tier=2, errors=QUANTILE_ERRORS)
register(
    "nanquantile",
    mg.nanquantile,
    torch.nanquantile,
    with_fractions(holes=True),
    tier=2,
    errors=QUANTILE_ERRORS,
)


@st.composite
def reduced(draw: st.DrawFn, arrays: Any) -> Case:
    """An array, a dimension of it, keepdim."""
    x = draw(arrays)
    dims = max(x.ndim, 1)
    return Case((x, draw(st.integers(-dims, dims - 1))), {"keepdim": draw(st.booleans())})


HOLED = distinct().map(lambda x: np.where(np.abs(x) < 0.75, np.nan, x))
NO_DIM = st.sampled_from([Case((np.ones((2, 0)), 1)), Case((np.ones(2), 1))])
register("nanmedian", mg.nanmedian, torch.nanmedian, case(HOLED), tier=2)
register("nanmedian/dim", mg.nanmedian, torch.nanmedian, reduced(HOLED), tier=2, errors=NO_DIM)
FEW = st.one_of(
    integers(shapes(0, 3, 1, 4), 0, 2),
    integers(shapes(0, 3, 1, 4), 0, 2).map(lambda n: n.astype(np.float64)),
)
TIED = integers(shapes(0, 3, 1, 4), 0, 2).map(lambda n: n.astype(np.float64))
register("nanmedian/ties", mg.nanmedian, torch.nanmedian, case(TIED), tier=2)
register("mode", mg.mode, torch.mode, reduced(FEW), tier=2, errors=NO_DIM)
register("msort", mg.msort, torch.msort, case(reals(shapes(1, 3, 0, 4), distinct=True)), tier=2)

# --- counts ---------------------------------------------------------------------------------------

COUNTED = integers(st.integers(0, 6).map(lambda n: (n,)), 0, 5)
register(
    "bincount",
    mg.bincount,
    torch.bincount,
    st.one_of(
        case(COUNTED, minlength=st.integers(0, 8)),
        case(COUNTED).map(
            lambda c: Case((c.args[0], np.arange(c.args[0].size) / 4), constants=frozenset({1}))
        ),
    ),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.array([-1]),)),
            Case((np.ones(2),)),
            Case((np.ones((1, 1), np.int64),)),
            Case((np.ones(2, np.int64), np.ones(3))),
            Case((np.ones(2, np.int64),), {"minlength": -1}),
        ]
    ),
)
# Away from multiples of 1/64, where the engines' arithmetic may put an edge on either side.
OFF = reals(shapes(0, 2, 1, 5)).map(lambda x: x + 0.001)
register(
    "histc",
    mg.histc,
    torch.histc,
    case(OFF, st.integers(1, 5), st.sampled_from([-2, 0]), st.sampled_from([1, 2])),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.ones(2), 0)),
            Case((np.ones(2), 2, 3, 1)),
            Case((np.ones(2, np.int64), 2)),
            Case((np.array([np.nan, 1.0]), 2)),
        ]
    ),
)


def constant(arguments: Case) -> Case:
    """The same call, without gradients."""
    return Case(arguments.args, arguments.kwargs, frozenset(range(len(arguments.args))))


register(
    "histogram",
    mg.histogram,
    torch.histogram,
    case(
        OFF,
        st.one_of(st.integers(1, 4), st.just(np.array([-3.0, -1.0, 0.5, 4.0]))),
        density=st.booleans(),
    ).map(constant),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2, np.int64), 2)), Case((np.ones(2), 0))]),
)
register(
    "histogramdd",
    mg.histogramdd,
    torch.histogramdd,
    case(
        reals((5, 2)).map(lambda x: x + 0.001),
        st.sampled_from([[2, 3], 2]),
        density=st.booleans(),
        range=st.sampled_from([None, [-4.0, 4.0, -3.5, 3.5]]),
    ).map(constant),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2), 2)), Case((np.ones((2, 2)), [2]))]),
)


@st.composite
def searched(draw: st.DrawFn) -> Case:
    """Sorted boundaries, and values to look up in them."""
    lead = draw(st.sampled_from([(), (2,), (2, 1)]))
    boundaries = np.sort(draw(integers((*lead, draw(st.integers(0, 4))), -3, 3)), -1)
    width = draw(st.integers(0, 3))
    shape = (*lead, width) if lead else draw(st.sampled_from([(), (width,), (2, width)]))
    values = draw(integers(shape, -4, 4))
    if draw(st.booleans()):
        boundaries, values = boundaries.astype(np.float64), values / 2
    options: dict[str, Any] = {"right": draw(st.booleans()), "out_int32": draw(st.booleans())}
    return Case((boundaries, values), options, frozenset({0, 1}))


register(
    "searchsorted",
    mg.searchsorted,
    torch.searchsorted,
    searched(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.ones((2, 2)), np.ones(2))),
            Case((np.ones(2), np.ones(2)), {"side": "middle"}),
            Case((np.ones(2), np.ones(2)), {"side": "left", "right": True}),
            Case((np.ones(2), np.ones(2)), {"sorter": np.array([0])}),
        ]
    ),
)
register(
    "bucketize",
    mg.bucketize,
    torch.bucketize,
    case(integers(), integers((3,)).map(np.sort), right=st.booleans(), out_int32=st.booleans()),
    tier=2,
    errors=st.just(Case((np.ones(2), np.ones((1, 2))))),
)
register(
    "runs",  # the primitive: all that it returns
    lambda x, axis: mg.unique_consecutive(x, True, True, axis),
    lambda x, axis: torch.unique_consecutive(x, True, True, axis),
    case(integers(shapes(2, 3, 1, 3), 0, 1), axis=st.sampled_from([0, -1, None])),
)
register(
    "unique_consecutive",
    mg.unique_consecutive,
    torch.unique_consecutive,
    st.one_of(
        case(
            integers(shapes(1, 2, 0, 5), 0, 1),
            return_inverse=st.booleans(),
            return_counts=st.booleans(),
        ),
        case(
            integers(shapes(2, 3, 1, 3), 0, 1),
            return_inverse=st.booleans(),
            return_counts=st.booleans(),
            dim=st.sampled_from([0, -1]),
        ),
        case(booleans(shapes(1, 1, 0, 5))),
    ),
    tier=2,
    errors=st.just(Case((np.ones(2, np.int64),), {"dim": 1})),
)

# --- covariances, and norms -----------------------------------------------------------------------


@st.composite
def observed(draw: st.DrawFn) -> Case:
    """Observations, and their weights."""
    count = draw(st.integers(3, 5))
    x = draw(reals(draw(st.sampled_from([(count,), (1, count), (3, count)]))))
    options: dict[str, Any] = {"correction": draw(st.sampled_from([0, 1]))}
    if draw(st.booleans()):
        options["fweights"] = draw(integers((count,), 1, 3))
    if draw(st.booleans()):
        options["aweights"] = draw(reals((count,), 0.5, 2.0))
    return Case((x,), options)


register(
    "cov",
    mg.cov,
    torch.cov,
    observed(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.ones((1, 1, 1)),)),
            Case((np.ones(2, np.bool_),)),
            Case((np.ones(2),), {"fweights": np.ones(2)}),
            Case((np.ones(2),), {"fweights": np.array([1])}),
            Case((np.ones(2),), {"fweights": np.array([1, -1])}),
            Case((np.ones(2),), {"aweights": np.array([1.0, -1.0])}),
            Case((np.ones(2),), {"aweights": np.array([1, 1])}),
            Case((np.ones(2),), {"fweights": np.ones((1, 2), np.int64)}),
        ]
    ),
)
# The noise is what makes no two variables quite alike.
NOISE = np.random.default_rng(0).normal(size=(3, 5))
register(
    "corrcoef",
    mg.corrcoef,
    torch.corrcoef,
    case(reals((3, 5)).map(lambda x: x + NOISE)),
    tier=2,
    errors=st.just(Case((np.ones((1, 1, 1)),))),
)
register(
    "renorm",
    mg.renorm,
    torch.renorm,
    case(
        reals((2, 3), 0.25, 2.0),
        st.sampled_from([1.0, 2.0, 3.0]),
        st.sampled_from([0, 1, -1]),
        st.sampled_from([0.5, 2.2, 100.0]),
    ),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.ones(2), 2.0, 0, 1.0)),
            Case((np.ones((2, 2)), 2.0, 2, 1.0)),
            Case((np.ones((2, 2)), -1.0, 0, 1.0)),
            Case((np.ones((2, 2)), 2.0, 0, -1.0)),
        ]
    ),
)
