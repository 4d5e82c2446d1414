"""Normalized, orthogonal and fused weights against PyTorch's."""

import copy
import pickle

import numpy as np
import pytest
import torch
from nn_compare import assert_same_layer, close, refuse_alike

import minigrad as mg

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 4))
IMAGE = rng.normal(size=(2, 4, 5, 3))


def tools(nn):
    return (mg if nn is mg.nn else torch).nn.utils


LAYERS = {
    "weight norm": lambda nn: tools(nn).weight_norm(nn.Linear(4, 3)),
    "weight norm in one": lambda nn: tools(nn).weight_norm(nn.Linear(4, 3), dim=None),
    "weight norm 1": lambda nn: tools(nn).weight_norm(nn.Linear(4, 3), "weight", 1),
    "spectral norm": lambda nn: tools(nn).spectral_norm(nn.Linear(4, 3)),
    "spectral norm 2": lambda nn: tools(nn).spectral_norm(nn.Linear(4, 3), "weight", 2, 0.1, 1),
    "parametrized weight norm": lambda nn: tools(nn).parametrizations.weight_norm(nn.Linear(4, 3)),
    "parametrized in one": lambda nn: tools(nn).parametrizations.weight_norm(
        nn.Linear(4, 3), dim=None
    ),
    "parametrized spectral norm": lambda nn: tools(nn).parametrizations.spectral_norm(
        nn.Linear(4, 3)
    ),
    "spectral norm of a bias": lambda nn: tools(nn).parametrizations.spectral_norm(
        nn.Linear(4, 3), "bias"
    ),
    "orthogonal": lambda nn: tools(nn).parametrizations.orthogonal(nn.Linear(4, 4)),
    "cayley": lambda nn: tools(nn).parametrizations.orthogonal(nn.Linear(4, 3), "weight", "cayley"),
    "householder": lambda nn: tools(nn).parametrizations.orthogonal(
        nn.Linear(4, 3), use_trivialization=False
    ),
    "householder square": lambda nn: tools(nn).parametrizations.orthogonal(
        nn.Linear(4, 4), orthogonal_map="householder"
    ),
    "twice": lambda nn: tools(nn).parametrizations.weight_norm(
        tools(nn).parametrizations.weight_norm(nn.Linear(4, 3)), "bias"
    ),
}
CONVOLUTIONS = {
    "weight norm": lambda nn: tools(nn).weight_norm(nn.Conv2d(4, 3, 2), dim=1),
    "spectral norm": lambda nn: tools(nn).spectral_norm(nn.ConvTranspose2d(4, 3, 2)),
    "parametrized spectral norm": lambda nn: tools(nn).parametrizations.spectral_norm(
        nn.ConvTranspose2d(4, 3, 2)
    ),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm. is deprecated:FutureWarning")
@pytest.mark.filterwarnings("ignore:nn.utils.weight_norm is deprecated:FutureWarning")
@pytest.mark.parametrize("name", LAYERS)
def test_linear(name) -> None:
    initial = 1e-4 if name in ("cayley", "householder") else 1e-6  # a decomposition in float32
    assert_same_layer(LAYERS[name], [X], rtol=1e-6, initial=initial)


@pytest.mark.filterwarnings("ignore:.*weight_norm. is deprecated:FutureWarning")
@pytest.mark.filterwarnings("ignore:nn.utils.weight_norm is deprecated:FutureWarning")
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution(name) -> None:
    assert_same_layer(CONVOLUTIONS[name], [IMAGE], rtol=1e-6)


def test_removal() -> None:
    x = mg.tensor(X, dtype=mg.float32)
    for add, remove in (
        (mg.nn.utils.weight_norm, mg.nn.utils.remove_weight_norm),
        (mg.nn.utils.spectral_norm, mg.nn.utils.remove_spectral_norm),
    ):
        layer = mg.nn.Linear(4, 3).eval()
        if add is mg.nn.utils.weight_norm:
            with pytest.warns(FutureWarning, match="deprecated") as caught:
                add(layer)
            assert caught[0].filename == __file__
        else:
            add(layer)
        before = layer(x)
        remove(layer)
        assert sorted(layer.state_dict()) == ["bias", "weight"]
        np.testing.assert_allclose(layer(x).detach().numpy(), before.detach().numpy(), rtol=1e-5)


# --- parametrize ----------------------------------------------------------------------------------


def symmetric(nn):
    class Symmetric(nn.Module):
        def forward(self, x):
            return x.triu() + x.triu(1).mT

        def right_inverse(self, x):
            return x.triu()

    class Halved(nn.Module):
        def forward(self, x):
            return x / 2

    parametrize = tools(nn).parametrize
    layer = parametrize.register_parametrization(nn.Linear(4, 4), "weight", Symmetric())
    return parametrize.register_parametrization(layer, "weight", Halved())


def test_own_parametrizations() -> None:
    assert_same_layer(symmetric, [X])
    layer = symmetric(mg.nn)
    assert mg.nn.utils.parametrize.is_parametrized(layer, "weight")
    assert not mg.nn.utils.parametrize.is_parametrized(layer, "bias")
    assert mg.nn.utils.parametrize.type_before_parametrizations(layer) is mg.nn.Linear
    with mg.nn.utils.parametrize.cached():
        assert layer.weight is layer.weight
    assert layer.weight is not layer.weight


def test_assignment_and_copies() -> None:
    for lib in (mg, torch):
        layer = lib.nn.utils.parametrizations.orthogonal(lib.nn.Linear(3, 3))
        twin = copy.deepcopy(layer)
        turned = lib.eye(3).flip(0)
        layer.weight = turned
        close(layer.weight.detach().numpy(), turned.numpy(), 1e-6, "assigned")
        assert not np.allclose(twin.weight.detach().numpy(), turned.numpy())
        with pytest.raises(RuntimeError, match="state_dict"):
            pickle.dumps(layer)


@pytest.mark.parametrize("keep", [True, False])
def test_parametrizations_removed(keep) -> None:
    found = []
    for lib in (mg, torch):
        lib.manual_seed(0)
        layer = symmetric(lib.nn)
        lib.nn.utils.parametrize.remove_parametrizations(layer, "weight", keep)
        assert type(layer) is lib.nn.Linear
        assert isinstance(layer.weight, lib.nn.Parameter)
        found.append(layer.weight.detach().numpy())
    close(*found, 1e-6, "weight")


def test_parametrizations_of_two_tensors_removed() -> None:
    layer = mg.nn.utils.parametrizations.weight_norm(mg.nn.Linear(4, 3))
    before = layer.weight.detach().numpy()
    mg.nn.utils.parametrize.remove_parametrizations(layer, "weight")
    close(layer.weight.detach().numpy(), before, 1e-6, "weight")
    assert layer.weight.requires_grad


# --- fusion ---------------------------------------------------------------------------------------

PAIRS = {
    "Conv2d": (lambda nn: (nn.Conv2d(4, 3, 2), nn.BatchNorm2d(3)), IMAGE),
    "Conv2d plain": (
        lambda nn: (nn.Conv2d(4, 3, 2, bias=False), nn.BatchNorm2d(3, affine=False)),
        IMAGE,
    ),
    "ConvTranspose2d": (lambda nn: (nn.ConvTranspose2d(4, 3, 2), nn.BatchNorm2d(3)), IMAGE),
    "Linear": (lambda nn: (nn.Linear(4, 3, bias=False), nn.BatchNorm1d(3)), X),
}


@pytest.mark.parametrize("name", PAIRS)
def test_fusion(name) -> None:
    build, x = PAIRS[name]
    found = []
    for lib in (mg, torch):
        lib.manual_seed(0)
        pair = lib.nn.Sequential(*build(lib.nn)).double()
        pair(lib.tensor(x))
        pair.eval()
        if name == "Linear":
            fused = lib.nn.utils.fuse_linear_bn_eval(*pair)
        else:
            fused = lib.nn.utils.fuse_conv_bn_eval(*pair, transpose="Transpose" in name)
        out = fused(lib.tensor(x)).detach().numpy()
        close(out, pair(lib.tensor(x)).detach().numpy(), 1e-9, "fused")
        found.append({key: value.numpy() for key, value in fused.state_dict().items()})
    for key, value in found[0].items():
        close(value, found[1][key], 1e-6, key)


# --- what PyTorch refuses -------------------------------------------------------------------------


def linear(lib):
    return lib.nn.Linear(4, 3)


def twice(lib, name):
    function = getattr(lib.nn.utils, name)
    return function(function(linear(lib)))


WRONG = {
    "twice weighted": lambda lib: twice(lib, "weight_norm"),
    "twice spectral": lambda lib: twice(lib, "spectral_norm"),
    "no weight norm": lambda lib: lib.nn.utils.remove_weight_norm(linear(lib)),
    "no spectral norm": lambda lib: lib.nn.utils.remove_spectral_norm(linear(lib)),
    "no steps": lambda lib: lib.nn.utils.spectral_norm(linear(lib), n_power_iterations=0),
    "no parameter": lambda lib: lib.nn.utils.spectral_norm(linear(lib), "x"),
    "lazy": lambda lib: lib.nn.utils.spectral_norm(lib.nn.LazyLinear(3)),
    "steps": lambda lib: lib.nn.utils.parametrizations.spectral_norm(linear(lib), "weight", 0),
    "dim": lambda lib: lib.nn.utils.parametrizations.spectral_norm(linear(lib), dim=2),
    "name": lambda lib: lib.nn.utils.parametrizations.orthogonal(linear(lib), "x"),
    "vector": lambda lib: lib.nn.utils.parametrizations.orthogonal(linear(lib), "bias"),
    "map": lambda lib: lib.nn.utils.parametrizations.orthogonal(linear(lib), "weight", "x"),
    "cayley assigned": lambda lib: setattr(
        lib.nn.utils.parametrizations.orthogonal(
            linear(lib), "weight", "cayley", use_trivialization=False
        ),
        "weight",
        lib.ones(3, 4),
    ),
    "shape assigned": lambda lib: setattr(
        lib.nn.utils.parametrizations.orthogonal(linear(lib)), "weight", lib.ones(3, 3)
    ),
    "another shape": lambda lib: lib.nn.utils.parametrize.register_parametrization(
        linear(lib), "weight", lib.nn.Flatten(0)
    ),
    "unknown": lambda lib: lib.nn.utils.parametrize.register_parametrization(
        linear(lib), "x", lib.nn.ReLU()
    ),
    "no inverse": lambda lib: setattr(
        lib.nn.utils.parametrize.register_parametrization(linear(lib), "weight", lib.nn.ReLU()),
        "weight",
        lib.ones(3, 4),
    ),
    "not parametrized": lambda lib: lib.nn.utils.parametrize.remove_parametrizations(
        linear(lib), "weight"
    ),
    "left": lambda lib: lib.nn.utils.parametrize.remove_parametrizations(
        lib.nn.utils.parametrizations.weight_norm(linear(lib)), "weight", False
    ),
    "training": lambda lib: lib.nn.utils.fuse_linear_bn_eval(linear(lib), lib.nn.BatchNorm1d(3)),
    "features": lambda lib: lib.nn.utils.fuse_linear_bn_eval(
        linear(lib).eval(), lib.nn.BatchNorm1d(2).eval()
    ),
    "statistics": lambda lib: lib.nn.utils.fuse_conv_bn_eval(
        lib.nn.Conv1d(2, 3, 1).eval(), lib.nn.BatchNorm1d(3, track_running_stats=False).eval()
    ),
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    refuse_alike(wrong)
