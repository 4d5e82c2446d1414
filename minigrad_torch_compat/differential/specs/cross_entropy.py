"""Specs of ``minigrad.ops.criteria.cross_entropy``."""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import positive, reals
from .losses import reductions

SHAPES = st.sampled_from([(3,), (1,), (4, 3), (2, 1), (0, 3), (2, 3, 4), (2, 3, 0), (3, 2, 2, 2)])


@st.composite
def classified(draw: st.DrawFn, smoothing: bool = True) -> Case:
    """Scores of classes, numbers of true ones (some ignored), and weights."""
    shape = draw(SHAPES)
    axis = min(len(shape) - 1, 1)
    classes, rest = shape[axis], shape[:axis] + shape[axis + 1 :]
    settings: dict[str, Any] = {"reduction": draw(reductions(shape))}
    numbers = st.integers(0, classes - 1)
    if draw(st.booleans()):
        settings["ignore_index"] = ignored = draw(st.sampled_from([-100, -1, 0, classes]))
        numbers |= st.just(ignored)
    count = int(np.prod(rest))
    target = np.array(draw(st.lists(numbers, min_size=count, max_size=count)), np.int64)
    if draw(st.booleans()):
        settings["weight"] = draw(positive((classes,)))
        settings["weight"][draw(st.lists(st.integers(0, classes - 1), max_size=1))] = 0
    if smoothing:
        settings["label_smoothing"] = draw(st.sampled_from([0.0, 0.1, 1.0]))
    scores = draw(reals(shape, -4, 4))
    if not smoothing and scores.ndim == 4:  # PyTorch's second derivative refuses other layouts
        scores = np.ascontiguousarray(scores)
    return Case((scores, target.reshape(rest)), settings)


@st.composite
def probable(draw: st.DrawFn) -> Case:
    """Scores of classes, probabilities of them (not normalised), and weights."""
    shape = draw(SHAPES)
    settings: dict[str, Any] = {
        "reduction": draw(reductions(shape)),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1, 1.0])),
    }
    if draw(st.booleans()):
        settings["weight"] = draw(positive((shape[min(len(shape) - 1, 1)],)))
    return Case((draw(reals(shape, -4, 4)), draw(reals(shape, 0, 1))), settings)


X, T = np.ones((2, 3)), np.array([0, 2])
REFUSED = [
    Case((X, T), {"reduction": "max"}),
    Case((X, T[:1])),
    Case((X, T[None])),
    Case((X[:, 0], T)),
    Case((X, T + 1)),
    Case((X, T - 1)),
    Case((X, T.astype(np.int32))),
    Case((X, T), {"weight": np.ones(2)}),
    Case((X[..., None], T)),
]

register(
    "nll_loss",
    mg.nll_loss,
    F.nll_loss,
    classified(smoothing=False),
    errors=st.sampled_from([*REFUSED, Case((np.float64(1), T[0]))]),
)
register(
    "cross_entropy",
    mg.cross_entropy,
    F.cross_entropy,
    classified(),
    errors=st.sampled_from([*REFUSED, Case((X, T), {"label_smoothing": 1.5})]),
)
register("cross_entropy/probabilities", mg.cross_entropy, F.cross_entropy, probable())
