"""Attention and transformers against PyTorch's."""

import warnings

import numpy as np
import pytest
import torch
from nn_compare import assert_same_layer, refuse_alike

import minigrad as mg

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(5, 3, 8)), rng.normal(size=(4, 3, 8))
K, V = rng.normal(size=(4, 3, 6)), rng.normal(size=(4, 3, 2))
PADDING = np.arange(5) >= np.array([[5], [3], [2]])  # (3, 5), the last keys


def lib_of(x):
    return mg if isinstance(x, mg.Tensor) else torch


ATTENTIONS = {
    "plain": ({}, [X, Y, Y]),
    "no bias": ({"bias": False}, [X, Y, Y]),
    "dropout": ({"dropout": 0.3}, [X, Y, Y]),
    "more keys": ({"add_bias_kv": True, "add_zero_attn": True}, [X, Y, Y]),
    "other sizes": ({"kdim": 6, "vdim": 2}, [X, K, V]),
    "batch first": ({"batch_first": True}, [X, X, X]),
    "no batch": ({"batch_first": True}, [X[:, 0], Y[:, 0], Y[:, 0]]),
}


@pytest.mark.parametrize(("settings", "arrays"), ATTENTIONS.values(), ids=ATTENTIONS)
@pytest.mark.parametrize("options", [{}, {"need_weights": False}, {"average_attn_weights": False}])
def test_attention(settings, arrays, options) -> None:
    assert_same_layer(
        lambda nn: nn.MultiheadAttention(8, 2, **settings),
        arrays,
        lambda layer, q, k, v: layer(q, k, v, **options),
    )


def test_attention_of_one_tensor_with_masks() -> None:
    def call(layer, x):
        lib = lib_of(x)
        mask = lib.tensor(np.triu(np.ones((5, 5), bool), 1))
        padding = lib.tensor(PADDING)
        return layer(x, x, x, padding, True, mask), layer(
            x, x, x, attn_mask=mask, need_weights=False, is_causal=True
        )

    assert_same_layer(
        lambda nn: nn.MultiheadAttention(8, 2, batch_first=True), [X.transpose(1, 0, 2)], call
    )


SETTINGS = {
    "plain": {},
    "norm first": {"norm_first": True, "activation": "gelu", "layer_norm_eps": 0.1},
    "batch first": {"batch_first": True, "bias": False, "dropout": 0.0},
}


def quiet(build):
    """PyTorch warns that it cannot take its shortcut for nested tensors."""

    def made(nn):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return build(nn)

    return made


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_layers(settings) -> None:
    if settings.get("batch_first"):
        x, y = X.transpose(1, 0, 2), Y.transpose(1, 0, 2)
    else:
        x, y = X, Y
    assert_same_layer(lambda nn: nn.TransformerEncoderLayer(8, 2, 6, **settings), [x])
    assert_same_layer(lambda nn: nn.TransformerDecoderLayer(8, 2, 6, **settings), [x, y])
    assert_same_layer(
        quiet(
            lambda nn: nn.TransformerEncoder(
                nn.TransformerEncoderLayer(8, 2, 6, **settings), 2, nn.LayerNorm(8)
            )
        ),
        [x],
    )


def test_activations() -> None:
    assert_same_layer(lambda nn: nn.TransformerEncoderLayer(8, 2, 6, activation=nn.Tanh()), [X])
    assert_same_layer(
        lambda nn: nn.TransformerDecoderLayer(8, 2, 6, activation=nn.functional.silu), [X, Y]
    )


@pytest.mark.parametrize("causal", [None, True, False])
@pytest.mark.parametrize("bools", [True, False])
def test_transformer(causal, bools) -> None:
    def call(model, x, y):
        lib = lib_of(x)
        mask = type(model).generate_square_subsequent_mask(4, dtype=lib.float64)
        padding = lib.tensor(PADDING)
        if bools:
            mask = mask != 0
        else:
            padding = lib.zeros(3, 5, dtype=lib.float64).masked_fill(padding, -float("inf"))
        return model(
            x, y, tgt_mask=mask, tgt_is_causal=causal,
            src_key_padding_mask=padding, memory_key_padding_mask=padding,
        )  # fmt: skip

    def build(nn):
        return nn.Transformer(8, 2, 2, 2, 6)

    assert_same_layer(quiet(build), [X, Y], call)


def test_transformer_without_batch() -> None:
    assert_same_layer(quiet(lambda nn: nn.Transformer(8, 2, 1, 1, 6)), [X[:, 0], Y[:, 0]])


def test_causal_mask() -> None:
    ours = mg.nn.Transformer.generate_square_subsequent_mask(3)
    theirs = torch.nn.Transformer.generate_square_subsequent_mask(3)
    assert ours.tolist() == theirs.tolist()
    assert ours.dtype == mg.float32


WRONG = {
    "heads": lambda lib: lib.nn.MultiheadAttention(8, 3),
    "no heads": lambda lib: lib.nn.MultiheadAttention(8, 0),
    "size": lambda lib: lib.nn.MultiheadAttention(8, 2)(*[lib.ones(4, 3, 6)] * 3),
    "hint": lambda lib: lib.nn.MultiheadAttention(8, 2)(*[lib.ones(4, 3, 8)] * 3, is_causal=True),
    "activation": lambda lib: lib.nn.TransformerEncoderLayer(8, 2, activation="tanh"),
    "batches": lambda lib: lib.nn.Transformer(8, 2, 1, 1, 6)(lib.ones(4, 3, 8), lib.ones(4, 2, 8)),
    "model": lambda lib: lib.nn.Transformer(8, 2, 1, 1, 6)(lib.ones(4, 3, 8), lib.ones(4, 3, 6)),
}


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    refuse_alike(wrong)
