"""Specs of ``minigrad.ops.distances``."""

import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals


@st.composite
def vectors(draw: st.DrawFn, count: int = 2) -> Case:
    """Vectors of shape (N, D); their elements are not zero, so that norms have derivatives."""
    shape = draw(st.sampled_from([(3, 4), (1, 2), (0, 3), (2, 1)]))
    return Case(tuple(draw(reals(shape, away_from=(0.0,))) for _ in range(count)))


register("cosine_similarity", mg.cosine_similarity, F.cosine_similarity, vectors())
register("normalize", mg.normalize, F.normalize, vectors(1))
register(
    "pairwise_distance",
    mg.pairwise_distance,
    F.pairwise_distance,
    # Equal vectors are 1e-6 apart, where the second derivative is large.
    vectors().filter(lambda case: abs(case.args[0] - case.args[1]).min(initial=1) > 0.01),
)
