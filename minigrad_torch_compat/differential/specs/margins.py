"""Specs of ``minigrad.ops.criteria.margins``."""

from functools import partial
from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import Array, positive, reals
from .losses import reductions

SHAPES = st.sampled_from([(3, 4), (1, 2), (2, 1), (5,)])
# Margins that no difference of the inputs equals: there the losses have kinks.
MARGINS = st.sampled_from([0.505, 1.005])


@st.composite
def signs(draw: st.DrawFn, shape: tuple[int, ...]) -> Array:
    """Arrays of 1 and -1."""
    flags = draw(st.lists(st.booleans(), min_size=(n := int(np.prod(shape))), max_size=n))
    return np.where(np.array(flags, bool), 1, -1).reshape(shape)


@st.composite
def ranked(draw: st.DrawFn, inputs: int, sides: int | None = None, margin: bool = True) -> Case:
    """Inputs of one shape, and 1 or -1 for each element (or for each row)."""
    shape = draw(SHAPES)
    settings: dict[str, Any] = {"reduction": draw(reductions(shape))}
    if margin:
        settings["margin"] = draw(MARGINS)
    args = [draw(reals(shape, away_from=(0.0,))) for _ in range(inputs)]
    return Case((*args, draw(signs(shape[:sides]))), settings)


@st.composite
def triplets(draw: st.DrawFn) -> Case:
    """Three vectors that are not equal."""
    shape = draw(SHAPES)
    settings = {
        "reduction": draw(reductions(shape)),
        "margin": draw(MARGINS),
        "swap": draw(st.booleans()),
    }
    anchor = draw(reals(shape, -1, 1))
    return Case((anchor, anchor + draw(positive(shape)), anchor - draw(positive(shape))), settings)


X = np.ones((2, 3))
MAX = {"reduction": "max"}

register(
    "hinge_embedding_loss",
    mg.hinge_embedding_loss,
    F.hinge_embedding_loss,
    ranked(1),
    errors=st.sampled_from([Case((X, X), MAX), Case((X, X[:, :2]))]),
)
register(
    "margin_ranking_loss",
    mg.margin_ranking_loss,
    F.margin_ranking_loss,
    ranked(2),
    errors=st.sampled_from([Case((X, X, X), MAX), Case((X, X, X[0])), Case((X, X[:, :2], X))]),
)
register(
    "cosine_embedding_loss",
    mg.cosine_embedding_loss,
    F.cosine_embedding_loss,
    ranked(2, sides=-1),
    errors=st.sampled_from(
        [
            Case((X, X, X[:, 0]), MAX),
            Case((X, X, X)),
            Case((X, X, X[0, 0])),
            Case((X[0], X, X[:, 0])),
            Case((X, X[:, :2], X[:, 0])),
        ]
    ),
)
register(
    "triplet_margin_loss",
    mg.triplet_margin_loss,
    F.triplet_margin_loss,
    triplets(),
    errors=st.sampled_from(
        [
            Case((X, X, X), MAX),
            Case((X, X, X), {"margin": 0.0}),
            Case((X, X, X[0])),
            Case((X, X, X[:, :2])),
        ]
    ),
)
register(
    "triplet_margin_with_distance_loss",
    mg.triplet_margin_with_distance_loss,
    F.triplet_margin_with_distance_loss,
    triplets(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((X, X, X), MAX),
            Case((X, X, X), {"margin": -1.0}),
            Case((X, X, X[0])),
            Case((X, X, X[:, :2])),
        ]
    ),
)


def _difference(x: Any, y: Any) -> Any:
    return ((x - y) * (x - y)).sum(-1)


register(
    "triplet_margin_with_distance_loss/function",
    partial(mg.triplet_margin_with_distance_loss, distance_function=_difference),
    partial(F.triplet_margin_with_distance_loss, distance_function=_difference),
    triplets(),
    tier=2,
)
register(
    "soft_margin_loss",
    mg.soft_margin_loss,
    F.soft_margin_loss,
    ranked(1, margin=False),
    errors=st.sampled_from([Case((X, X), MAX), Case((X, X[:, :2]))]),
)


@st.composite
def labelled(draw: st.DrawFn) -> Case:
    """Logits and labels of several classes, perhaps with weights."""
    shape = draw(SHAPES)
    settings: dict[str, Any] = {"reduction": draw(reductions(shape))}
    if draw(st.booleans()):
        settings["weight"] = draw(positive(shape[-1:]))
    return Case((draw(reals(shape)), draw(reals(shape, 0, 1))), settings)


register(
    "multilabel_soft_margin_loss",
    mg.multilabel_soft_margin_loss,
    F.multilabel_soft_margin_loss,
    labelled(),
    errors=st.sampled_from(
        [Case((X, X), MAX), Case((X, X[:, :2])), Case((X, X), {"weight": np.ones(2)})]
    ),
)
