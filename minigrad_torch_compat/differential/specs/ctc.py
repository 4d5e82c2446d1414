"""Specs of ``minigrad.ops.sequences.ctc``."""

import itertools
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals


@st.composite
def utterances(draw: st.DrawFn) -> Case:
    """Scores (normalised or not), and targets that may be too long for their input."""
    times, count, classes = (draw(st.integers(1, most)) for most in (6, 3, 4))
    classes += 1
    single = draw(st.booleans())
    count = 1 if single else count
    blank = draw(st.integers(0, classes - 1))
    # (PyTorch's gradient is wrong if a label is blank, which it should not be.)
    labels = st.integers(0, classes - 1).filter(lambda label: label != blank)
    sizes = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    inputs = draw(st.lists(st.integers(1, times), min_size=count, max_size=count))
    targets = [draw(st.lists(labels, min_size=n, max_size=n)) for n in sizes]
    if draw(st.booleans()):
        rows = np.zeros((count, max(sizes) + draw(st.integers(0, 1))), np.int64)
        for row, target in zip(rows, targets, strict=True):
            row[: len(target)] = target
    else:
        rows = np.array([label for target in targets for label in target], np.int64)
    shape = (times, classes) if single else (times, count, classes)
    scores = draw(reals(shape))
    lengths = (np.array(inputs), np.array(sizes))
    if draw(st.booleans()):
        lengths = (inputs, tuple(sizes))
    settings = {
        "blank": blank,
        "reduction": draw(st.sampled_from(["mean", "sum", "none"])),
        "zero_infinity": draw(st.booleans()),
    }
    return Case((scores, rows, *lengths), settings)


X, T = np.zeros((4, 2, 3)), np.array([[1, 2], [2, 1]])
N, S = np.array([4, 3]), np.array([2, 1])
register(
    "ctc_loss",
    mg.ctc_loss,
    F.ctc_loss,
    utterances(),
    second=False,  # PyTorch has none: see "ctc_loss/paths"
    tier=2,
    errors=st.sampled_from(
        [
            Case((X, T, N, S), {"reduction": "max"}),
            Case((X, T, N, S), {"blank": 3}),
            Case((X, T, N, S), {"blank": -1}),
            Case((X, T, (4, 3), S)),
            Case((X, T, N, (2, 1))),
            Case((X, T, N + 1, S)),
            Case((X, T, N - 5, S)),
            Case((X, T, N, S + 1)),
            Case((X, T, N, S - 2)),
            Case((X, T, N[:1], S)),
            Case((X, T, N, S[:1])),
            Case((X, T[:1], N, S)),
            Case((X, T[None], N, S)),
            Case((X, T[0], N, S)),
            Case((X, T, N * 1.0, S)),
            Case((X.astype(int), T, N, S)),
            Case((X[0, 0], T, N, S)),
            Case((X[None], T, N, S)),
            Case((X[:, :0], T[:0], N[:0], S[:0])),
            Case((X[:0], T, N * 0, S)),
        ]
    ),
)


# --- second derivatives, which PyTorch has not ----------------------------------------------------


def by_paths(scores: Any, target: tuple[int, ...]) -> Any:
    """Add up the likelihoods of all paths that say a target, the blank being 0."""
    rows = torch.log_softmax(scores, -1)
    paths = [
        sum(rows[time, label] for time, label in enumerate(path))
        for path in itertools.product(range(scores.shape[1]), repeat=len(scores))
        if tuple(label for label, _ in itertools.groupby(path) if label) == target
    ]
    return -torch.logsumexp(torch.stack(paths), 0)


def by_lattice(scores: Any, target: tuple[int, ...]) -> Any:
    """The same, by the operator."""
    labels = mg.tensor([target], dtype=mg.int64)
    rows = mg.log_softmax(scores, -1)[:, None]
    return mg.ctc_loss(rows, labels, (len(scores),), (len(target),), reduction="sum")


register(
    "ctc_loss/paths",
    by_lattice,
    by_paths,
    st.tuples(reals((4, 3)), st.sampled_from([(1,), (1, 2), (1, 1), (2, 1, 2)])).map(Case),
    tier=2,
)
