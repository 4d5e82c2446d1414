"""Specs of ``minigrad.ops.sequences.embedding_bag``. PyTorch has no second derivatives of it."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, reals


@st.composite
def bags(draw: st.DrawFn) -> Case:
    """Bags of any size (in one dimension), or all of one size (in two)."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    options: dict[str, Any] = {"mode": draw(st.sampled_from(["sum", "mean", "max"]))}
    offsets = None
    if draw(st.booleans()):
        shape: tuple[int, ...] = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    else:
        sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
        shape = (sum(sizes),)
        offsets = np.cumsum([0, *sizes])
        options["include_last_offset"] = draw(st.booleans())
        if not options["include_last_offset"]:
            offsets = offsets[:-1]
    if draw(st.booleans()):
        options["padding_idx"] = draw(st.integers(-rows, rows - 1))
    # (PyTorch scales gradients by the frequency of the wrong rows: see the operator's tests.)
    factors = draw(reals(shape)) if options["mode"] == "sum" and draw(st.booleans()) else None
    index = draw(integers(shape, 0, rows - 1))
    return Case((index, draw(reals((rows, columns))), offsets, factors), options)


def _call(function: Any) -> Any:
    """Return the function with weights of the samples as an operand."""

    def call(input: Any, weight: Any, offsets: Any, factors: Any, **options: Any) -> Any:
        return function(input, weight, offsets, per_sample_weights=factors, **options)

    return call


W, N, STARTS = np.ones((4, 2)), np.array([0, 1, 2, 3, 1]), np.array([0, 2, 4])
register(
    "embedding_bag/all",
    _call(mg.embedding_bag),
    _call(F.embedding_bag),
    bags(),
    second=False,
    tier=2,
)
register(
    "embedding_bag",
    mg.embedding_bag,
    F.embedding_bag,
    bags().map(lambda case: Case(case.args[:3], case.kwargs)),
    second=False,
    tier=2,
    errors=st.sampled_from(
        [
            Case((N, W, STARTS + 1)),
            Case((N, W, STARTS * 2)),
            Case((N, W, STARTS[:0]), {"include_last_offset": True}),
            Case((N + 1, W, STARTS)),
            Case((N - 1, W, STARTS)),
            Case((N, W, STARTS), {"padding_idx": 4}),
            Case((N, W, STARTS), {"padding_idx": -5}),
            Case((N, W, STARTS), {"per_sample_weights": np.ones(5)}),
            Case((N, W, STARTS), {"per_sample_weights": np.ones(4), "mode": "sum"}),
            Case((N, W, STARTS), {"per_sample_weights": np.ones(5, int), "mode": "sum"}),
            Case((N, W, STARTS), {"mode": "median"}),
            Case((N, W, STARTS), {"mode": "max", "scale_grad_by_freq": True}),
            Case((N, W, STARTS), {"mode": "max", "sparse": True}),
            Case((N[None, None], W)),
            Case((N, W)),
            Case((N[None], W, STARTS)),
            Case((N, W, STARTS[None])),
            Case((N, W[0], STARTS)),
            Case((N * 1.0, W, STARTS)),
            Case((N, W, STARTS * 1.0)),
            Case((N, W.astype(int), STARTS)),
            Case((N[None, :0], W)),
        ]
    ),
)


def _renormed(engine: Any) -> Any:
    def call(table: Any, *rest: Any) -> Any:
        return engine.embedding_renorm_(table.clone(), *rest)

    return call


register(
    "embedding_renorm_",
    _renormed(mg),
    _renormed(torch),
    st.tuples(
        reals((4, 3)),
        integers((5,), 0, 3),
        st.sampled_from([0.5, 2.0]),
        st.sampled_from([1.0, 2.0]),
    ).map(lambda args: Case(args, constants=frozenset({0}))),
    tier=2,
    errors=st.sampled_from([Case((W[0], N, 1.0, 2.0)), Case((W, N + 3, 1.0, 2.0))]),
)
