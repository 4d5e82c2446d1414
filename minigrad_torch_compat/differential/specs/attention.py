"""Specs of ``minigrad.ops.sequences.attention``."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, reals
from .dropout import seeded

BATCHES = st.sampled_from([(), (2,), (2, 1, 2)])  # not two dimensions: see fused


@st.composite
def attentions(draw: st.DrawFn, batch: tuple[int, ...] | None = None, **options: Any) -> Case:
    """Queries, keys and values; a mask of bools or numbers, or a causal one, or none."""
    batch = draw(BATCHES) if batch is None else batch
    length, keys, width, values = (draw(st.integers(1, 4)) for _ in range(4))
    query, key, value = (
        draw(reals((*batch, *shape))) for shape in [(length, width), (keys, width), (keys, values)]
    )
    # (PyTorch's fused kernel refuses masks of one dimension, which its other one takes.)
    shape = draw(st.sampled_from([(length, keys), (1, keys), (*batch, length, keys)]))
    mask = draw(st.sampled_from(["none", "causal", "bools", "numbers"]))
    if mask == "causal":
        options["is_causal"] = True
    if draw(st.booleans()):
        options["scale"] = draw(st.sampled_from([0.5, -1.0, 2.0]))
    found = {"bools": booleans(shape), "numbers": reals(shape)}.get(mask, st.none())
    return Case((query, key, value, draw(found)), options)


def _refused() -> list[Case]:
    square, wide = np.ones((2, 2)), np.ones((2, 3))
    heads = np.ones((4, 2, 2))
    return [
        Case((square, wide, square)),
        Case((square, np.ones((3, 2)), square)),
        Case((np.ones(2), square, square)),
        Case((square, square, square, np.ones((2, 2), int))),
        Case((square, square, square, np.ones((3, 2), bool))),
        Case((square, square, square, np.ones((4, 2, 2), bool))),
        Case((square, square, square, np.ones((2, 2), bool), 0.0, True)),
        Case((square, square, square, None, 1.5)),
        Case((square, square, square.astype(int))),
        Case((square, square, [1.0])),
        Case((heads, heads[:3], heads[:3])),
        Case((heads, heads[:3], heads[:3]), {"enable_gqa": True}),
        Case((square, square, square), {"enable_gqa": True}),
    ]


register(
    "scaled_dot_product_attention",
    mg.scaled_dot_product_attention,
    F.scaled_dot_product_attention,
    attentions(),
    errors=st.sampled_from(_refused()),
)
# With four dimensions PyTorch takes a fused kernel, which has no second derivative.
register(
    "scaled_dot_product_attention/fused",
    mg.scaled_dot_product_attention,
    F.scaled_dot_product_attention,
    attentions((2, 2)),
    second=False,
)
register(
    "scaled_dot_product_attention/dropout",
    seeded(mg, mg.scaled_dot_product_attention),
    seeded(torch, F.scaled_dot_product_attention),
    attentions(dropout_p=0.5),
)


@st.composite
def groups(draw: st.DrawFn) -> Case:
    """Several heads of the query for each of the key and of the value."""
    query = draw(reals((4, 3, 2)))
    key, value = (draw(reals((draw(st.sampled_from([1, 2, 4])), 2, 2))) for _ in range(2))
    return Case((query, key, value), {"enable_gqa": True, "is_causal": draw(st.booleans())})


register(
    "scaled_dot_product_attention/groups",
    mg.scaled_dot_product_attention,
    F.scaled_dot_product_attention,
    groups(),
    tier=2,
)
