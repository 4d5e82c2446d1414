"""Specs of ``minigrad.ops.pointwise.elementwise``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, broadcastable, integers, pairs, reals

NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, -1.25, 2.0]))
WITH_NUMBER = st.one_of(st.tuples(reals(), NUMBERS), st.tuples(NUMBERS, reals()))
BINARY = st.one_of(
    pairs(),
    WITH_NUMBER,
    pairs(integers, integers),
    pairs(integers, reals),
    pairs(booleans, reals),
    st.tuples(integers(), NUMBERS),
).map(Case)

# Subtraction refuses bools.
NUMERIC = st.one_of(
    pairs(),
    WITH_NUMBER,
    pairs(integers, integers),
    pairs(reals, integers),
    st.tuples(integers(), NUMBERS),
).map(Case)

ALPHAS = st.sampled_from([1, 2, -3])

X, N, B = np.ones(2), np.arange(2), np.array([True, False])
SHAPES = [Case((X, np.ones(3))), Case((X, "a")), Case((X, None)), Case((X,))]
REFUSED = st.sampled_from([*SHAPES, Case((N, N), {"alpha": 0.5})])
BOOLS = st.just(Case((B,)))


register("add", mg.add, torch.add, BINARY, errors=REFUSED)
register("add/alpha", mg.add, torch.add, case(reals((2, 3)), reals((3,)), alpha=ALPHAS))
register("add/bool", mg.add, torch.add, pairs(booleans, booleans).map(Case))
register(
    "sub",
    mg.sub,
    torch.sub,
    NUMERIC,
    errors=REFUSED | st.sampled_from([Case((B, B)), Case((X, B))]),
)
register("sub/alpha", mg.sub, torch.sub, case(reals((2, 3)), reals((3,)), alpha=ALPHAS))
register("mul", mg.mul, torch.mul, BINARY, errors=st.sampled_from(SHAPES))
register("mul/bool", mg.mul, torch.mul, pairs(booleans, booleans).map(Case))
NUMBER = st.one_of(reals(), integers()).map(lambda x: Case((x,)))
register("neg", mg.neg, torch.neg, NUMBER, errors=BOOLS)


@st.composite
def weighted(draw: st.DrawFn) -> Case:
    """Two ends and a weight, which may be a number."""
    a, b, w = draw(broadcastable(3))
    weight = draw(st.one_of(reals(w), st.sampled_from([0.25, 0.5, 1.0, -2.0])))
    return Case((draw(reals(a)), draw(reals(b)), weight))


register(
    "lerp",
    mg.lerp,
    torch.lerp,
    weighted(),
    errors=st.sampled_from(
        [
            Case((N, N, 0.5)),
            Case((X, N, 2)),
            Case((X, X, N)),
            Case((X, np.ones(3), 2)),
            Case((X, X)),
        ]
    ),
)

ANY = st.one_of(reals(), integers()).map(lambda x: Case((x,)))
ORDERED = st.one_of(pairs(), pairs(integers, integers), pairs(integers, reals)).map(Case)
register("abs", mg.abs, torch.abs, ANY, errors=BOOLS)
register("sign", mg.sign, torch.sign, st.one_of(ANY, case(booleans())))
register("maximum", mg.maximum, torch.maximum, ORDERED, errors=st.sampled_from(SHAPES))
register("minimum", mg.minimum, torch.minimum, ORDERED, errors=st.sampled_from(SHAPES))

BOTH = st.sampled_from(
    [Case((np.ones(2), np.ones(3))), Case((np.ones(2), 1.0)), Case((1.0, np.ones(2)))]
)
register("fmax", mg.fmax, torch.fmax, ORDERED, errors=BOTH)
register("fmin", mg.fmin, torch.fmin, ORDERED, errors=BOTH)
register(
    "rsub",
    mg.rsub,
    torch.rsub,
    case(
        st.one_of(reals((2, 3)), integers((2, 3))), st.one_of(integers((3,)), NUMBERS), alpha=ALPHAS
    ),
    errors=st.sampled_from(
        [
            Case((np.ones(2) > 0, np.ones(2) > 0)),
            Case((np.arange(2), np.arange(2)), {"alpha": 0.5}),
            Case((np.ones(2), np.ones(3))),
        ]
    ),
)
register("positive", mg.positive, torch.positive, ANY, errors=st.just(Case((np.ones(2) > 0,))))

BOUND = st.one_of(st.none(), st.integers(-2, 2), st.sampled_from([-0.5, 0.5]))
register(
    "clamp",
    mg.clamp,
    torch.clamp,
    case(st.one_of(reals(), integers()), BOUND, BOUND).filter(
        lambda c: c.args[1] is not None or c.args[2] is not None
    ),
    errors=st.sampled_from([Case((X,)), Case((X, "a")), Case((X, np.ones(3))), Case((B, True))]),
)


@st.composite
def clamped(draw: st.DrawFn) -> Case:
    """A tensor and one or two tensors of bounds, which may cross or meet."""
    shapes = draw(broadcastable(3))
    x, low, high = (np.asarray(np.round(draw(reals(shape)) * 2) / 2) for shape in shapes)
    # PyTorch fails to widen x to a size of 0.
    x = np.asarray(x + np.zeros(np.broadcast_shapes(*shapes)))
    return Case((x, *draw(st.sampled_from([(low, high), (None, high), (low, None)]))))


register("clamp/tensors", mg.clamp, torch.clamp, clamped())
