"""Specs of ``minigrad.ops.sequences.multi_head_attention``."""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import Array, booleans, reals

HEADS, WIDTH = 2, 4


def _call(function: Any, same: bool) -> Any:
    """Return the function, perhaps with one tensor for query, key and value."""

    def call(query: Any, key: Any, value: Any, *rest: Any) -> Any:
        out = function(query, query, query, *rest) if same else function(query, key, value, *rest)
        return out if out[1] is not None else out[:1]

    return call


@st.composite
def attentions(draw: st.DrawFn, need_weights: bool, same: bool = False) -> Case:
    """Calls with every argument, positionally, so that all tensors receive gradients."""

    def maybe(strategy: Any) -> Any:
        return draw(strategy) if draw(st.booleans()) else None

    batch = draw(st.sampled_from([None, 1, 2]))
    length = draw(st.integers(1, 3))
    keys = length if same else draw(st.integers(1, 3))
    apart = not same and draw(st.booleans())
    widths = (3, 5) if apart else (WIDTH, WIDTH)
    middle = () if batch is None else (batch,)
    count = batch or 1

    def sequence(size: int, width: int) -> Array:
        return draw(reals((size, *middle, width)))

    extra = draw(st.sampled_from(["none", "bias", "static"]))
    static = (count * HEADS, keys, WIDTH // HEADS)
    mask_shape = draw(st.sampled_from([(length, keys), (count * HEADS, length, keys)]))
    padding, mask = draw(_masks((*middle, keys), mask_shape))
    return Case(
        (
            sequence(length, WIDTH),
            sequence(keys, widths[0]),
            sequence(keys, widths[1]),
            WIDTH,
            HEADS,
            None if apart else draw(reals((3 * WIDTH, WIDTH), -1, 1)),
            maybe(reals((3 * WIDTH,))),
            *(draw(reals((1, 1, WIDTH))) if extra == "bias" else None for _ in "kv"),
            draw(st.booleans()),  # add_zero_attn
            0.0,
            draw(reals((WIDTH, WIDTH))),
            maybe(reals((WIDTH,))),
            True,
            padding,
            need_weights,
            mask,
            apart,
            *(draw(reals((WIDTH, w), -1, 1)) if apart else None for w in (WIDTH, *widths)),
            *(draw(reals(static)) if extra == "static" else None for _ in "kv"),
            draw(st.booleans()),  # average_attn_weights
            False,  # is_causal, which goes with a causal mask: see the tests of the operator
        )
    )


@st.composite
def _masks(draw: st.DrawFn, padding: tuple[int, ...], mask: tuple[int, ...]) -> tuple[Any, Any]:
    """Two masks, of one type as PyTorch recommends, that let every query look somewhere."""
    kind = draw(st.sampled_from([booleans, reals]))
    found = [draw(kind(shape)) if draw(st.booleans()) else None for shape in (padding, mask)]
    if kind is booleans:
        for array in found:
            if array is not None:
                array[..., 0] = False
    return found[0], found[1]


def _refused() -> list[Case]:
    x = np.ones((3, 2, WIDTH))
    packed, square = np.ones((3 * WIDTH, WIDTH)), np.ones((WIDTH, WIDTH))
    bias = np.ones((1, 1, WIDTH))

    def refused(query: Any = x, key: Any = x, value: Any = x, **changed: Any) -> Case:
        arguments = {
            "embed_dim_to_check": WIDTH,
            "num_heads": HEADS,
            "in_proj_weight": packed,
            "in_proj_bias": None,
            "bias_k": None,
            "bias_v": None,
            "add_zero_attn": False,
            "dropout_p": 0.0,
            "out_proj_weight": square,
            "out_proj_bias": None,
        }
        return Case((query, key, value), arguments | changed)

    return [
        refused(np.ones(WIDTH)),
        refused(key=x[0]),
        refused(x[0]),
        refused(value=np.ones((4, 2, WIDTH))),
        refused(embed_dim_to_check=5),
        refused(num_heads=3),
        refused(is_causal=True),
        refused(attn_mask=np.ones((2, 2), bool)),
        refused(attn_mask=np.ones((2, 3, 3), bool)),
        refused(attn_mask=np.ones(3, bool)),
        refused(attn_mask=np.ones((3, 3), int)),
        refused(key_padding_mask=np.ones((3, 2), bool)),
        refused(key_padding_mask=np.ones(3, bool)),
        refused(key_padding_mask=np.ones((2, 3), int)),
        refused(bias_k=bias),
        refused(bias_v=bias),
        refused(bias_k=bias, bias_v=bias, static_k=np.ones((4, 3, 2))),
        refused(static_k=np.ones((3, 3, 2))),
        refused(static_v=np.ones((4, 3, 3))),
        refused(in_proj_weight=None),
        refused(use_separate_proj_weight=True),
        refused(
            use_separate_proj_weight=True,
            q_proj_weight=square,
            k_proj_weight=packed,
            v_proj_weight=square,
        ),
        refused(out_proj_weight=packed.T),
        refused(in_proj_weight=square),
    ]


register(
    "multi_head_attention_forward",
    mg.multi_head_attention_forward,
    F.multi_head_attention_forward,
    attentions(True),
    errors=st.sampled_from(_refused()),
)
register(
    "multi_head_attention_forward/self",
    _call(mg.multi_head_attention_forward, True),
    _call(F.multi_head_attention_forward, True),
    attentions(True, True),
)
# Without weights PyTorch takes a fused kernel, which has no second derivative.
register(
    "multi_head_attention_forward/fused",
    _call(mg.multi_head_attention_forward, False),
    _call(F.multi_head_attention_forward, False),
    attentions(False),
    second=False,
)
