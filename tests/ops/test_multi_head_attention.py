"""Multi-head attention: causal hints, dropout, warnings, one product for self-attention."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G

WIDTH, HEADS, LENGTH, BATCH = 8, 2, 5, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(LENGTH, BATCH, WIDTH))
PACKED = RNG.normal(size=(3 * WIDTH, WIDTH))
OUT = RNG.normal(size=(WIDTH, WIDTH))
FUTURE = np.triu(np.ones((LENGTH, LENGTH), bool), 1)


def call(engine, functional, masks=None, dropout_p=0.0, **options):
    x, packed, out = (engine.from_numpy(a) for a in (X, PACKED, OUT))
    masks = {name: engine.from_numpy(a) for name, a in (masks or {}).items()}
    engine.manual_seed(1)
    return functional.multi_head_attention_forward(
        *(x, x, x, WIDTH, HEADS, packed, None, None, None, False, dropout_p, out, None),
        **masks,
        **options,
    )


def agree(**options):
    ours, theirs = call(mg, G, **options), call(torch, F, **options)
    assert (ours[1] is None) == (theirs[1] is None)
    for a, b in zip(ours, theirs, strict=True):
        if b is not None:
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("need_weights", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_a_causal_hint_agrees_with_its_mask(need_weights, padded) -> None:
    masks = {"attn_mask": FUTURE}
    if padded:
        masks["key_padding_mask"] = np.arange(LENGTH) >= np.array([[5], [4], [2]])
    agree(masks=masks, is_causal=True, need_weights=need_weights)


@pytest.mark.parametrize("need_weights", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_the_same_weights_are_dropped(need_weights, training) -> None:
    agree(dropout_p=0.4, training=training, need_weights=need_weights)


def test_who_may_not_look_gets_nan_with_weights_and_zeros_without() -> None:
    masks = {"attn_mask": np.arange(LENGTH)[:, None] * np.ones(LENGTH) == 1}
    agree(masks=masks, need_weights=True)
    agree(masks=masks, need_weights=False)


def test_masks_of_two_types_are_deprecated() -> None:
    masks = {
        "attn_mask": np.zeros((LENGTH, LENGTH)),
        "key_padding_mask": np.zeros((BATCH, LENGTH), bool),
    }
    with pytest.warns(UserWarning, match="mismatched"):
        call(mg, G, masks)


def test_self_attention_is_one_product() -> None:
    def products(tensor):
        names, queue = [], [tensor.grad_fn]
        seen = set()
        while queue:
            node = queue.pop()
            if node is None or node in seen or not hasattr(node, "primitive"):
                continue
            seen.add(node)
            names.append(node.primitive.name)
            queue += [parent for parent, _ in node.next_functions]
        return names.count("linear")

    x, packed, out = (mg.from_numpy(a).requires_grad_() for a in (X, PACKED, OUT))
    rest = (WIDTH, HEADS, packed, None, None, None, False, 0.0, out, None)
    assert products(G.multi_head_attention_forward(x, x, x, *rest)[0]) == 2
    assert products(G.multi_head_attention_forward(x, x.clone(), x, *rest)[0]) == 4
