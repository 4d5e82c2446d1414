"""Specs of ``ops.reducing.cdist``. PyTorch has second derivatives of matrix products only."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals

INF = float("inf")
NORMS = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 3, INF])
BATCHES = st.sampled_from([((), ()), ((2,), (1,)), ((2, 1), (3,)), ((), (2,))])


@st.composite
def sets(draw: st.DrawFn, norms: st.SearchStrategy[float], *mode: str, min_side: int = 0) -> Case:
    """Two sets of vectors, some of them equal."""
    width = draw(st.integers(min_side, 3))
    sizes = [(*batch, draw(st.integers(min_side, 3)), width) for batch in draw(BATCHES)]
    return Case((*(draw(reals(size, -2, 2)) for size in sizes), draw(norms), *mode))


X, Y = np.ones((2, 3)), np.ones((4, 3))
register(
    "cdist",
    mg.cdist,
    torch.cdist,
    sets(NORMS),
    second=False,
    tier=2,
    errors=st.sampled_from(
        [
            Case((X, Y, 2.0, "fast")),
            Case((X, Y, -1.0)),
            Case((X[0], Y)),
            Case((X, Y[:, :2])),
            Case((X[None].repeat(2, 0), Y[None].repeat(3, 0))),
            Case((X.astype(int), Y)),
            Case((X, [1.0])),
        ]
    ),
)


def _apart(case: Case) -> bool:
    """Return whether no two vectors are equal: a product of matrices is not exact near 0."""
    x, y = case.args[:2]
    return bool((np.abs(x[..., :, None, :] - y[..., None, :, :]).max(-1, initial=0) > 0.2).all())


register(
    "cdist/product",
    mg.cdist,
    torch.cdist,
    sets(st.just(2.0), "use_mm_for_euclid_dist", min_side=1).filter(_apart),
    rtol=1e-9,  # the squares lose digits to cancellation
    tier=2,
)
register(
    "pdist",
    mg.pdist,
    F.pdist,
    # (PyTorch crashes in the backward pass of no vectors at all.)
    case(st.sampled_from([(3, 2), (4, 3), (2, 0), (1, 2)]).flatmap(reals), NORMS),
    second=False,
    tier=2,
    errors=st.sampled_from([Case((X[0],)), Case((X[None],)), Case((X, -1.0)), Case((X > 0,))]),
)
