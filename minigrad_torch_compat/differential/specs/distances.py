"""Specs of ``minigrad.ops.reducing.distances``."""

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import dims, reals


@st.composite
def vectors(draw: st.DrawFn, count: int = 2) -> Case:
    """Vectors of shape (N, D); their elements are not zero, so that norms have derivatives."""
    shape = draw(st.sampled_from([(3, 4), (1, 2), (0, 3), (2, 1)]))
    return Case(tuple(draw(reals(shape, away_from=(0.0,))) for _ in range(count)))


@st.composite
def broadcast(draw: st.DrawFn) -> Case:
    """Vectors that broadcast, along any dimension of what they broadcast to."""
    shapes = draw(st.sampled_from([((3, 4), (1, 4)), ((2, 3, 2), (3, 1)), ((2,), (2,))]))
    ndim = max(map(len, shapes))
    dim = draw(dims(ndim))
    return Case((*(draw(reals(shape, away_from=(0.0,))) for shape in shapes), dim))


X = np.ones((2, 3))
register(
    "cosine_similarity",
    mg.cosine_similarity,
    F.cosine_similarity,
    vectors() | broadcast(),
    errors=st.sampled_from(
        [
            Case((X, X, 2)),
            Case((X, np.ones((4, 3)))),
            Case((X, X, 1, -1.0)),
            Case((X.astype(int), X.astype(int))),
        ]
    ),
)
register(
    "normalize",
    mg.normalize,
    F.normalize,
    vectors(1),
    errors=st.sampled_from([Case((X, 2.0, 2)), Case((X.astype(int),))]),
)
register(
    "pairwise_distance",
    mg.pairwise_distance,
    F.pairwise_distance,
    # Equal vectors are 1e-6 apart, where the second derivative is large.
    vectors().filter(lambda case: abs(case.args[0] - case.args[1]).min(initial=1) > 0.01),
    errors=st.sampled_from([Case((X, np.ones((4, 3))))]),
)
