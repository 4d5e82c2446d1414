"""Specs of ``ops.criteria.class_margins``. PyTorch has no second derivatives of these losses."""

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, positive, reals
from .losses import reductions

X, T = np.ones((2, 3)), np.array([0, 2])


@st.composite
def classified(draw: st.DrawFn) -> Case:
    """Scores, true classes and every setting."""
    count, classes = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    shape, sizes = draw(
        st.sampled_from([((count, classes), (count,)), ((classes,), ()), ((classes,), (1,))])
    )
    settings = {
        "p": draw(st.sampled_from([1, 2])),
        "margin": draw(st.sampled_from([1.0, 0.5, -0.25])),
        "weight": draw(st.none() | positive((classes,))),
        "reduction": draw(reductions(shape)),
    }
    return Case((draw(reals(shape)), draw(integers(sizes, 0, classes - 1))), settings)


register(
    "multi_margin_loss",
    mg.multi_margin_loss,
    F.multi_margin_loss,
    classified(),
    second=False,
    tier=2,
    errors=st.sampled_from(
        [
            Case((X, T), {"p": 3}),
            Case((X, T), {"reduction": "max"}),
            Case((X, T), {"weight": np.ones(2)}),
            Case((X, T), {"weight": np.ones((1, 3))}),
            Case((X[None], T)),
            Case((X, T[:1])),
            Case((X, T[None])),
            Case((X, T + 1)),
            Case((X, T - 1)),
            Case((X, T.astype(np.int32))),
            Case((X.astype(int), T)),
            Case((X[:, :0], T)),
        ]
    ),
)


@st.composite
def labelled(draw: st.DrawFn) -> Case:
    """Scores and labels, of which the first -1 is the end."""
    shape = draw(st.sampled_from([(1, 3), (3, 4), (2, 1), (4,)]))
    labels = draw(integers(shape, -1, shape[-1] - 1))
    return Case((draw(reals(shape)), labels), {"reduction": draw(reductions(shape))})


Y = np.array([[0, 2, -1], [-1, 0, 0]])
register(
    "multilabel_margin_loss",
    mg.multilabel_margin_loss,
    F.multilabel_margin_loss,
    labelled(),
    second=False,
    tier=2,
    errors=st.sampled_from(
        [
            Case((X, Y), {"reduction": "max"}),
            Case((X, Y[:1])),
            Case((X, Y[0])),
            Case((X[None], Y[None])),
            Case((X, Y + 1)),
            Case((X, Y - 1)),
            Case((X, Y.astype(np.int32))),
            Case((X.astype(int), Y)),
            Case((X[:, :0], Y[:, :0])),
        ]
    ),
)
