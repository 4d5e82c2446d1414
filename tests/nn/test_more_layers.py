"""Further layers against PyTorch's: shapes, images, bags, adaptive softmax."""

import numpy as np
import pytest
import torch
from nn_compare import assert_same_layer, refuse_alike

import minigrad as mg

rng = np.random.default_rng(0)
BAGS = np.array([1, 4, 1, 5, 0, 4])

LAYERS = {
    "Hardshrink": (lambda nn: nn.Hardshrink(0.3), [(3, 4)]),
    "Softshrink": (lambda nn: nn.Softshrink(0.3), [(3, 4)]),
    "RReLU": (lambda nn: nn.RReLU(0.1, 0.4), [(3, 4)]),
    "RReLU in place": (
        lambda nn: nn.Sequential(nn.LeakyReLU(0.5), nn.RReLU(inplace=True)),
        [(3, 4)],
    ),
    "AlphaDropout": (lambda nn: nn.AlphaDropout(0.3), [(6, 4)]),
    "FeatureAlphaDropout": (lambda nn: nn.FeatureAlphaDropout(0.3), [(3, 4, 2, 2)]),
    "LocalResponseNorm": (lambda nn: nn.LocalResponseNorm(3, alpha=0.5, k=2.0), [(2, 5, 3, 2)]),
    "Upsample": (lambda nn: nn.Upsample(scale_factor=2), [(1, 2, 3, 2)]),
    "Upsample size": (lambda nn: nn.Upsample((5, 4), mode="bicubic"), [(1, 2, 3, 2)]),
    "Upsample 1-D": (
        lambda nn: nn.Upsample(None, (1.5,), "linear", align_corners=False),
        [(2, 2, 4)],
    ),
    "Upsample 3-D": (
        lambda nn: nn.Upsample(scale_factor=2, mode="trilinear", align_corners=True),
        [(1, 1, 2, 3, 2)],
    ),
    "UpsamplingNearest2d": (lambda nn: nn.UpsamplingNearest2d(scale_factor=3), [(1, 2, 3, 2)]),
    "UpsamplingBilinear2d": (lambda nn: nn.UpsamplingBilinear2d((5, 4)), [(1, 2, 3, 2)]),
    "PixelShuffle": (lambda nn: nn.PixelShuffle(2), [(2, 8, 3, 2)]),
    "PixelUnshuffle": (lambda nn: nn.PixelUnshuffle(2), [(2, 2, 4, 6)]),
    "ChannelShuffle": (lambda nn: nn.ChannelShuffle(2), [(2, 6, 3, 2)]),
    "Unfold": (lambda nn: nn.Unfold((2, 3), padding=1, stride=2), [(2, 3, 5, 6)]),
    "Fold": (lambda nn: nn.Fold((4, 5), (2, 2)), [(2, 12, 12)]),
    "FractionalMaxPool2d": (lambda nn: nn.FractionalMaxPool2d(2, output_ratio=0.6), [(1, 2, 7, 6)]),
    "FractionalMaxPool3d": (
        lambda nn: nn.FractionalMaxPool3d(2, output_size=(2, 3, 2)),
        [(1, 2, 5, 6, 5)],
    ),
    "LPPool3d": (lambda nn: nn.LPPool3d(2, 2), [(1, 2, 4, 4, 5)]),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name) -> None:
    build, shapes = LAYERS[name]
    assert_same_layer(build, [rng.normal(size=shape) for shape in shapes])


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_max_unpool(ndim) -> None:
    x = rng.normal(size=(2, 3, 6, 4, 6)[: ndim + 2])
    found = []
    for lib in (mg, torch):
        pool = getattr(lib.nn, f"MaxPool{ndim}d")(2, return_indices=True)
        unpool = getattr(lib.nn, f"MaxUnpool{ndim}d")(2)
        leaf = lib.tensor(x, requires_grad=True)
        values, places = pool(leaf)
        out = unpool(values, places, output_size=x.shape)
        (out**2).sum().backward()
        found.append((repr(unpool), out.detach().numpy(), leaf.grad.numpy()))
    assert found[0][0] == found[1][0]
    np.testing.assert_array_equal(found[0][1], found[1][1])
    np.testing.assert_array_equal(found[0][2], found[1][2])


# --- embedding bags -------------------------------------------------------------------------------

BAG_SETTINGS = {
    "mean": {},
    "sum": {"mode": "sum", "padding_idx": -2},
    "max": {"mode": "max"},
    "limited": {"max_norm": 1.0, "norm_type": 1.0},
}


@pytest.mark.parametrize("settings", BAG_SETTINGS.values(), ids=BAG_SETTINGS)
@pytest.mark.parametrize("offsets", [[0, 2, 2], None])
def test_embedding_bag(settings, offsets) -> None:
    def build(nn):
        return nn.EmbeddingBag(6, 3, **settings)

    arrays = [BAGS.reshape(2, 3)] if offsets is None else [BAGS, np.array(offsets)]
    assert_same_layer(build, arrays)


def test_weighted_embedding_bag() -> None:
    arrays = [BAGS, np.array([0, 2, 6]), rng.normal(size=6)]
    assert_same_layer(
        lambda nn: nn.EmbeddingBag(6, 3, mode="sum", include_last_offset=True), arrays
    )


def test_embedding_bag_by_frequency() -> None:
    """By hand: PyTorch divides by the frequencies of other numbers than those it should."""
    bag = mg.nn.EmbeddingBag(6, 1, scale_grad_by_freq=True, mode="sum")
    bag(mg.tensor(BAGS), mg.tensor([0, 2])).sum().backward()
    assert bag.weight.grad.reshape(-1).tolist() == [1.0, 1.0, 0.0, 0.0, 1.0, 1.0]


def test_pretrained_embedding_bag() -> None:
    table = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    frozen = mg.nn.EmbeddingBag.from_pretrained(table, mode="sum")
    assert not frozen.weight.requires_grad
    assert frozen(mg.tensor([[0, 1]])).tolist() == [[4.0, 6.0]]
    assert mg.nn.EmbeddingBag.from_pretrained(table, freeze=False).weight.requires_grad


# --- adaptive softmax -----------------------------------------------------------------------------


def adaptive(nn):
    return nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], div_value=2.0, head_bias=True)


@pytest.mark.parametrize("target", [[0, 11, 5, 2, 7], [1, 0, 2, 1, 0], [8, 8, 9, 11, 8]])
def test_adaptive_softmax(target) -> None:
    arrays = [rng.normal(size=(5, 8)), np.array(target)]
    assert_same_layer(adaptive, arrays)
    assert_same_layer(adaptive, [arrays[0][0], np.array(target[0])])


def test_adaptive_softmax_of_all_classes() -> None:
    x = rng.normal(size=(20, 8)) * 3
    found = []
    for lib in (mg, torch):
        lib.manual_seed(0)
        layer = adaptive(lib.nn).double()
        found.append((layer.log_prob(lib.tensor(x)), layer.predict(lib.tensor(x))))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-6)


# --- the last layer and its loss ------------------------------------------------------------------


def test_linear_cross_entropy() -> None:
    x = rng.normal(size=(5, 4))
    assert_same_layer(
        lambda nn: nn.LinearCrossEntropyLoss(4, 3, bias=True, label_smoothing=0.1),
        [x, np.array([0, 2, 1, 1, 0])],
    )
    assert_same_layer(
        lambda nn: nn.LinearCrossEntropyLoss(4, 3, out_features=(2,), reduction="none"),
        [x, np.array([[0, 2], [1, 1], [0, 0], [2, 1], [1, 2]])],
    )


# --- what PyTorch refuses -------------------------------------------------------------------------

WRONG = {
    "loss weight": lambda lib: lib.nn.LinearCrossEntropyLoss(4, 3, weight=lib.ones(2)),
    "loss smoothing": lambda lib: lib.nn.LinearCrossEntropyLoss(4, 3, label_smoothing=2.0),
    "no size": lambda lib: lib.nn.FractionalMaxPool2d(2),
    "both sizes": lambda lib: lib.nn.FractionalMaxPool2d(2, 3, 0.5),
    "large ratio": lambda lib: lib.nn.FractionalMaxPool3d(2, output_ratio=(0.5, 1.0, 0.5)),
    "bag padding": lambda lib: lib.nn.EmbeddingBag(3, 2, padding_idx=3),
    "bag table": lambda lib: lib.nn.EmbeddingBag.from_pretrained(lib.ones(3)),
    "bag shape": lambda lib: lib.nn.EmbeddingBag(3, 2, _weight=lib.ones(2, 3)),
    "no cutoffs": lambda lib: lib.nn.AdaptiveLogSoftmaxWithLoss(8, 12, []),
    "cutoff order": lambda lib: lib.nn.AdaptiveLogSoftmaxWithLoss(8, 12, [4, 4]),
    "cutoff range": lambda lib: lib.nn.AdaptiveLogSoftmaxWithLoss(8, 12, [12]),
    "adaptive target": lambda lib: adaptive(lib.nn)(lib.ones(1, 8), lib.tensor([12])),
    "adaptive batch": lambda lib: adaptive(lib.nn)(lib.ones(2, 8), lib.tensor([1])),
    "adaptive input": lambda lib: adaptive(lib.nn)(lib.ones(1, 8), lib.tensor(1)),
    "adaptive targets": lambda lib: adaptive(lib.nn)(lib.ones(1, 8), lib.tensor([[1]])),
    "alpha p": lambda lib: lib.nn.AlphaDropout(1.5),
    "pixels": lambda lib: lib.nn.PixelShuffle(2)(lib.ones(3, 3, 3)),
    "margin p": lambda lib: lib.nn.MultiMarginLoss(p=3),
    "margin weight": lambda lib: lib.nn.MultiMarginLoss(weight=lib.ones(2, 2)),
    "triplet margin": lambda lib: lib.nn.TripletMarginWithDistanceLoss(margin=0.0),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    refuse_alike(wrong)
