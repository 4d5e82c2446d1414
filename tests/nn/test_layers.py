"""Layers against PyTorch's: text, initial weights, results and gradients with the same weights."""

import copy

import numpy as np
import pytest
import torch

import minigrad as mg

LAYERS = {
    # linear
    "Linear": (lambda nn: nn.Linear(4, 3), [(2, 4)]),
    "Linear no bias": (lambda nn: nn.Linear(4, 3, bias=False), [(4,)]),
    "Linear 3-D": (lambda nn: nn.Linear(4, 20), [(2, 3, 4)]),
    "Bilinear": (lambda nn: nn.Bilinear(3, 4, 2), [(5, 3), (5, 4)]),
    "Bilinear no bias": (lambda nn: nn.Bilinear(3, 4, 2, bias=False), [(2, 5, 3), (2, 5, 4)]),
    "Identity": (lambda nn: nn.Identity(3, a=4), [(2, 3)]),
    # convolutions
    "Conv1d": (lambda nn: nn.Conv1d(3, 4, 3), [(2, 3, 7)]),
    "Conv1d same": (lambda nn: nn.Conv1d(3, 4, 4, padding="same", dilation=2), [(2, 3, 9)]),
    "Conv1d circular": (
        lambda nn: nn.Conv1d(2, 4, 4, padding="same", padding_mode="circular"),
        [(2, 2, 9)],
    ),
    "Conv2d": (lambda nn: nn.Conv2d(3, 4, (3, 2), 2, 1, 2, bias=False), [(2, 3, 9, 8)]),
    "Conv2d groups": (lambda nn: nn.Conv2d(4, 6, 3, groups=2), [(4, 5, 6)]),
    "Conv2d reflect": (
        lambda nn: nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode="reflect"),
        [(2, 2, 5, 6)],
    ),
    "Conv2d replicate": (
        lambda nn: nn.Conv2d(2, 3, 3, padding=1, padding_mode="replicate", stride=(2, 1)),
        [(2, 2, 5, 6)],
    ),
    "Conv2d valid": (
        lambda nn: nn.Conv2d(2, 3, 3, padding="valid", padding_mode="circular"),
        [(2, 2, 5, 6)],
    ),
    "Conv3d": (lambda nn: nn.Conv3d(2, 3, (1, 2, 3), padding=1), [(1, 2, 4, 3, 4)]),
    "ConvTranspose1d": (lambda nn: nn.ConvTranspose1d(3, 2, 3, 2, 1, 1), [(2, 3, 5)]),
    "ConvTranspose2d": (
        lambda nn: nn.ConvTranspose2d(4, 6, (3, 2), 2, 1, (0, 1), groups=2, dilation=2),
        [(2, 4, 4, 3)],
    ),
    "ConvTranspose2d no bias": (
        lambda nn: nn.ConvTranspose2d(2, 3, 3, bias=False),
        [(2, 4, 4)],
    ),
    "ConvTranspose3d": (lambda nn: nn.ConvTranspose3d(2, 2, 2), [(1, 2, 3, 2, 3)]),
    # pooling
    "MaxPool1d": (lambda nn: nn.MaxPool1d(2), [(2, 3, 7)]),
    "MaxPool2d": (lambda nn: nn.MaxPool2d((3, 2), 2, 1, ceil_mode=True), [(2, 3, 7, 6)]),
    "MaxPool2d dilated": (lambda nn: nn.MaxPool2d(2, stride=1, dilation=2), [(3, 7, 6)]),
    "MaxPool3d": (lambda nn: nn.MaxPool3d(2), [(1, 2, 4, 4, 5)]),
    "AvgPool1d": (lambda nn: nn.AvgPool1d(3, 2, 1), [(2, 3, 7)]),
    "AvgPool2d": (lambda nn: nn.AvgPool2d(2), [(2, 3, 6, 5)]),
    "AvgPool2d counting": (
        lambda nn: nn.AvgPool2d(3, 2, 1, count_include_pad=False, ceil_mode=True),
        [(2, 3, 6, 5)],
    ),
    "AvgPool3d": (lambda nn: nn.AvgPool3d(2, divisor_override=3), [(1, 2, 4, 4, 5)]),
    "LPPool1d": (lambda nn: nn.LPPool1d(2, 3, 2), [(2, 3, 7)]),
    "LPPool2d": (lambda nn: nn.LPPool2d(3, 2), [(2, 3, 6, 5)]),
    "AdaptiveAvgPool1d": (lambda nn: nn.AdaptiveAvgPool1d(3), [(2, 3, 7)]),
    "AdaptiveAvgPool2d": (lambda nn: nn.AdaptiveAvgPool2d((2, None)), [(2, 3, 7, 4)]),
    "AdaptiveAvgPool3d": (lambda nn: nn.AdaptiveAvgPool3d(2), [(1, 2, 3, 4, 5)]),
    "AdaptiveMaxPool1d": (lambda nn: nn.AdaptiveMaxPool1d(3), [(2, 3, 7)]),
    "AdaptiveMaxPool2d": (lambda nn: nn.AdaptiveMaxPool2d((2, 3)), [(2, 3, 7, 4)]),
    "AdaptiveMaxPool3d": (lambda nn: nn.AdaptiveMaxPool3d(2), [(1, 2, 3, 4, 5)]),
    # normalizations
    "BatchNorm1d": (lambda nn: nn.BatchNorm1d(3), [(5, 3)]),
    "BatchNorm1d 3-D": (lambda nn: nn.BatchNorm1d(3, affine=False), [(5, 3, 2)]),
    "BatchNorm2d": (lambda nn: nn.BatchNorm2d(3, momentum=None, eps=0.1), [(4, 3, 2, 2)]),
    "BatchNorm2d untracked": (
        lambda nn: nn.BatchNorm2d(3, track_running_stats=False, bias=False),
        [(4, 3, 2, 2)],
    ),
    "BatchNorm3d": (lambda nn: nn.BatchNorm3d(2, momentum=0.3), [(3, 2, 2, 1, 2)]),
    "LayerNorm": (lambda nn: nn.LayerNorm(4), [(2, 3, 4)]),
    "LayerNorm 2-D": (lambda nn: nn.LayerNorm((3, 4), eps=0.1, bias=False), [(2, 3, 4)]),
    "LayerNorm plain": (lambda nn: nn.LayerNorm([4], elementwise_affine=False), [(2, 4)]),
    "GroupNorm": (lambda nn: nn.GroupNorm(2, 4), [(2, 4, 3)]),
    "GroupNorm plain": (lambda nn: nn.GroupNorm(1, 4, affine=False), [(2, 4)]),
    "InstanceNorm1d": (lambda nn: nn.InstanceNorm1d(3), [(2, 3, 5)]),
    "InstanceNorm1d one": (lambda nn: nn.InstanceNorm1d(3, affine=True), [(3, 5)]),
    "InstanceNorm2d": (
        lambda nn: nn.InstanceNorm2d(3, affine=True, track_running_stats=True),
        [(2, 3, 4, 2)],
    ),
    "InstanceNorm3d": (lambda nn: nn.InstanceNorm3d(2, eps=0.1), [(2, 2, 2, 2, 2)]),
    "RMSNorm": (lambda nn: nn.RMSNorm(4), [(2, 3, 4)]),
    "RMSNorm 2-D": (lambda nn: nn.RMSNorm((3, 4), 0.1, False), [(2, 3, 4)]),
    # dropout
    "Dropout": (lambda nn: nn.Dropout(), [(20, 5)]),
    "Dropout in place": (
        lambda nn: nn.Sequential(nn.LeakyReLU(0.5), nn.Dropout(0.3, True)),
        [(20, 5)],
    ),
    "Dropout none": (lambda nn: nn.Dropout(0.0), [(20, 5)]),
    "Dropout all": (lambda nn: nn.Dropout(1.0), [(20, 5)]),
    "Dropout1d": (lambda nn: nn.Dropout1d(0.3), [(3, 4, 5)]),
    "Dropout1d one": (lambda nn: nn.Dropout1d(0.3), [(4, 5)]),
    "Dropout2d": (lambda nn: nn.Dropout2d(0.3), [(3, 4, 5, 2)]),
    "Dropout3d": (lambda nn: nn.Dropout3d(0.3), [(3, 4, 2, 2, 3)]),
    "Dropout3d one": (lambda nn: nn.Dropout3d(0.3), [(4, 2, 2, 3)]),
    # activations
    **{
        name: (lambda nn, name=name: getattr(nn, name)(), [(3, 4)])
        for name in (
            *("ReLU", "ReLU6", "LeakyReLU", "Hardtanh", "Hardsigmoid", "Hardswish", "Sigmoid"),
            *("LogSigmoid", "Tanh", "Tanhshrink", "Softsign", "Softplus", "ELU", "CELU", "SELU"),
            *("GELU", "SiLU", "Mish", "GLU", "PReLU"),
        )
    },
    **{
        f"{name} in place": (
            lambda nn, name=name: nn.Sequential(nn.LeakyReLU(0.5), getattr(nn, name)(inplace=True)),
            [(3, 4)],
        )
        for name in (
            *("ReLU", "ReLU6", "LeakyReLU", "Hardtanh", "Hardsigmoid", "Hardswish", "ELU"),
            *("CELU", "SELU", "SiLU", "Mish"),
        )
    },
    "LeakyReLU 0.3": (lambda nn: nn.LeakyReLU(0.3), [(3, 4)]),
    "Hardtanh 2": (lambda nn: nn.Hardtanh(-0.5, max_val=2.0), [(3, 4)]),
    "Threshold": (lambda nn: nn.Threshold(0.1, 20), [(3, 4)]),
    "Softplus 2": (lambda nn: nn.Softplus(2, threshold=1.0), [(3, 4)]),
    "ELU 2": (lambda nn: nn.ELU(alpha=2.0), [(3, 4)]),
    "GELU tanh": (lambda nn: nn.GELU(approximate="tanh"), [(3, 4)]),
    "GLU 0": (lambda nn: nn.GLU(0), [(4, 3)]),
    "PReLU 3": (lambda nn: nn.PReLU(3, init=0.1), [(2, 3, 4)]),
    "Softmax": (lambda nn: nn.Softmax(1), [(3, 4)]),
    "Softmin": (lambda nn: nn.Softmin(dim=0), [(3, 4)]),
    "LogSoftmax": (lambda nn: nn.LogSoftmax(dim=-1), [(3, 4)]),
    "Softmax2d": (lambda nn: nn.Softmax2d(), [(2, 3, 4, 2)]),
    # shapes and distances
    "Flatten": (lambda nn: nn.Flatten(), [(2, 3, 4)]),
    "Flatten 0": (lambda nn: nn.Flatten(0, 1), [(2, 3, 4)]),
    "Unflatten": (lambda nn: nn.Unflatten(1, (2, 3)), [(2, 6, 4)]),
    "ZeroPad1d": (lambda nn: nn.ZeroPad1d(2), [(2, 3, 4)]),
    "ZeroPad2d": (lambda nn: nn.ZeroPad2d((1, 2, 0, 1)), [(2, 3, 4, 2)]),
    "ConstantPad1d": (lambda nn: nn.ConstantPad1d((1, 2), 3.5), [(2, 3, 4)]),
    "ConstantPad3d": (lambda nn: nn.ConstantPad3d(1, 3.5), [(1, 2, 2, 3, 2)]),
    "ReflectionPad1d": (lambda nn: nn.ReflectionPad1d(2), [(2, 3, 4)]),
    "ReflectionPad2d": (lambda nn: nn.ReflectionPad2d((1, 2, 0, 1)), [(2, 3, 4, 3)]),
    "ReplicationPad2d": (lambda nn: nn.ReplicationPad2d(1), [(2, 3, 4, 3)]),
    "CircularPad2d": (lambda nn: nn.CircularPad2d((1, 2, 0, 1)), [(2, 3, 4, 3)]),
    "CosineSimilarity": (lambda nn: nn.CosineSimilarity(dim=1), [(3, 4), (3, 4)]),
    "PairwiseDistance": (lambda nn: nn.PairwiseDistance(p=1, keepdim=True), [(3, 4), (3, 4)]),
    # models
    "MLP": (
        lambda nn: nn.Sequential(
            nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(inplace=True), nn.Dropout(0.2),
            nn.Linear(8, 2), nn.LogSoftmax(dim=1),
        ),
        [(6, 4)],
    ),
    "CNN": (
        lambda nn: nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3),
            nn.GroupNorm(2, 4), nn.Flatten(), nn.Linear(16, 3),
        ),
        [(2, 1, 8, 8)],
    ),
}  # fmt: skip


def pair(name):
    """The layer on both engines, made with the same seed, in float64."""
    build, _ = LAYERS[name]
    mg.manual_seed(0), torch.manual_seed(0)
    return build(mg.nn), build(torch.nn)


@pytest.mark.parametrize("name", LAYERS)
def test_text(name) -> None:
    ours, theirs = pair(name)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name", LAYERS)
def test_initial_weights(name) -> None:
    ours, theirs = pair(name)
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for key, value in ours.state_dict().items():
        assert value.dtype.name == str(state[key].dtype).removeprefix("torch.")
        np.testing.assert_allclose(value.numpy(), state[key].numpy(), rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(mg.rand(3).numpy(), torch.rand(3).numpy())


def run(layer, lib, arrays, weights):
    """The result of a layer, and the gradients of a random combination of its elements."""
    inputs = [lib.tensor(a, requires_grad=True) for a in arrays]
    lib.manual_seed(5)
    out = layer(*inputs)
    (
        out * lib.tensor(weights[: out.detach().numpy().size].reshape(tuple(out.shape)))
    ).sum().backward()
    found = {"out": out, **{f"input {i}": x.grad for i, x in enumerate(inputs)}}
    found |= {f"grad of {n}": p.grad for n, p in layer.named_parameters()}
    return found | dict(layer.named_buffers())


def assert_same(ours, theirs, rtol=1e-9) -> None:
    assert ours.keys() == theirs.keys()
    for key, value in ours.items():
        x, y = value.detach().numpy(), theirs[key].detach().numpy()
        assert x.shape == y.shape
        np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol / 10, err_msg=key)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_results_and_gradients(name, training) -> None:
    """With weights that are not the initial ones, carried over in both directions."""
    ours, theirs = pair(name)
    ours.double().train(training), theirs.double().train(training)
    rng = np.random.default_rng(0)
    with torch.no_grad():
        for tensor in theirs.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(torch.tensor(rng.uniform(0.5, 1.5, tuple(tensor.shape))))
    state = {key: mg.tensor(value.numpy()) for key, value in theirs.state_dict().items()}
    ours.load_state_dict(state)
    back = {key: torch.tensor(value.numpy()) for key, value in ours.state_dict().items()}
    theirs.load_state_dict(back)
    weights = rng.uniform(0.5, 1.5, 10_000)
    rtol = 1e-6 if "Hardsigmoid" in name else 1e-9  # PyTorch's 1 / 6 has 7 digits only
    for _ in range(2):  # twice: running statistics move on
        arrays = [rng.normal(size=shape) for shape in LAYERS[name][1]]
        ours.zero_grad(), theirs.zero_grad()
        assert_same(run(ours, mg, arrays, weights), run(theirs, torch, arrays, weights), rtol)


@pytest.mark.parametrize("name", ["MLP", "CNN", "Conv2d", "BatchNorm2d", "ReLU"])
def test_copies_work(name) -> None:
    ours, _ = pair(name)
    twin = copy.deepcopy(ours)
    shape = LAYERS[name][1][0]
    x = mg.randn(*shape)
    np.testing.assert_array_equal(ours.eval()(x).detach().numpy(), twin.eval()(x).detach().numpy())
    assert repr(twin) == repr(ours)


# --- embedding ------------------------------------------------------------------------------------

EMBEDDINGS = {
    "plain": {},
    "padded": {"padding_idx": -2},
    "by frequency": {"scale_grad_by_freq": True},
    "limited": {"max_norm": 1.0},
    "limited sums": {"max_norm": 1.5, "norm_type": 1.0, "padding_idx": 0},
}


@pytest.mark.parametrize("settings", EMBEDDINGS.values(), ids=EMBEDDINGS.keys())
def test_embedding(settings) -> None:
    mg.manual_seed(0), torch.manual_seed(0)
    ours, theirs = mg.nn.Embedding(6, 3, **settings), torch.nn.Embedding(6, 3, **settings)
    assert repr(ours) == repr(theirs)
    numbers = np.array([[1, 4, 1], [5, 0, 4]])
    weights = np.random.default_rng(0).normal(size=(2, 3, 3)).astype("float32")
    found = []
    for layer, lib in ((ours, mg), (theirs, torch)):
        out = layer(lib.tensor(numbers))
        (out * lib.tensor(weights)).sum().backward()
        found.append({"out": out, "weight": layer.weight, "grad": layer.weight.grad})
    for key, value in found[0].items():
        np.testing.assert_allclose(
            value.detach().numpy(), found[1][key].detach().numpy(), rtol=1e-6, err_msg=key
        )


def test_pretrained_embedding() -> None:
    table = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    mg.manual_seed(0), torch.manual_seed(0)
    frozen = mg.nn.Embedding.from_pretrained(table)
    assert not frozen.weight.requires_grad
    assert frozen(mg.tensor([1])).tolist() == [[3.0, 4.0]]
    assert np.shares_memory(frozen.weight.numpy(), table.numpy())
    tuned = mg.nn.Embedding.from_pretrained(table, freeze=False, padding_idx=0)
    assert tuned.weight.requires_grad
    assert tuned.padding_idx == 0
    assert mg.rand(2).tolist() == torch.rand(2).tolist()  # nothing was drawn


# --- what PyTorch refuses -------------------------------------------------------------------------

WRONG = {
    "in groups": lambda lib: lib.nn.Conv2d(3, 4, 3, groups=2),
    "out groups": lambda lib: lib.nn.Conv2d(4, 3, 3, groups=2),
    "no groups": lambda lib: lib.nn.Conv2d(4, 4, 3, groups=0),
    "padding string": lambda lib: lib.nn.Conv2d(4, 4, 3, padding="full"),
    "strided same": lambda lib: lib.nn.Conv2d(4, 4, 3, padding="same", stride=2),
    "padding mode": lambda lib: lib.nn.Conv2d(4, 4, 3, padding_mode="ones"),
    "transposed mode": lambda lib: lib.nn.ConvTranspose2d(4, 4, 3, padding_mode="reflect"),
    "output size": lambda lib: lib.nn.ConvTranspose2d(1, 1, 3, 2)(
        lib.randn(1, 1, 4, 4), output_size=(20, 20)
    ),
    "output size count": lambda lib: lib.nn.ConvTranspose2d(1, 1, 3, 2)(
        lib.randn(1, 1, 4, 4), output_size=(10,)
    ),
    "conv input": lambda lib: lib.nn.Conv2d(1, 1, 3)(lib.randn(3, 3)),
    "linear input": lambda lib: lib.nn.Linear(3, 4)(lib.randn(2, 2)),
    "bilinear size": lambda lib: lib.nn.Bilinear(0, 1, 2),
    "group norm": lambda lib: lib.nn.GroupNorm(3, 4),
    "padding index": lambda lib: lib.nn.Embedding(3, 4, padding_idx=3),
    "pretrained": lambda lib: lib.nn.Embedding.from_pretrained(lib.randn(3)),
    "embedding index": lambda lib: lib.nn.Embedding(3, 4)(lib.tensor([3])),
    "dropout": lambda lib: lib.nn.Dropout(2.0),
    "dropout2d": lambda lib: lib.nn.Dropout2d(-0.1),
    "dropout1d input": lambda lib: lib.nn.Dropout1d()(lib.randn(2, 3, 4, 5)),
    "batch norm 1d": lambda lib: lib.nn.BatchNorm1d(3)(lib.randn(2, 3, 4, 5)),
    "batch norm 2d": lambda lib: lib.nn.BatchNorm2d(3)(lib.randn(2, 3, 4)),
    "batch norm 3d": lambda lib: lib.nn.BatchNorm3d(3)(lib.randn(2, 3, 4)),
    "batch of one": lambda lib: lib.nn.BatchNorm1d(3)(lib.randn(1, 3)),
    "batch norm features": lambda lib: lib.nn.BatchNorm1d(3)(lib.randn(2, 4)),
    "instance norm": lambda lib: lib.nn.InstanceNorm2d(3)(lib.randn(3)),
    "instance norm features": lambda lib: lib.nn.InstanceNorm2d(3, affine=True)(
        lib.randn(2, 4, 3, 3)
    ),
    "layer norm": lambda lib: lib.nn.LayerNorm(3)(lib.randn(2, 4)),
    "unflatten number": lambda lib: lib.nn.Unflatten(1, 3),
    "unflatten text": lambda lib: lib.nn.Unflatten(1, (2, "a")),
    "flatten": lambda lib: lib.nn.Flatten()(lib.randn(3)),
    "max pool": lambda lib: lib.nn.MaxPool2d(2)(lib.randn(3)),
    "softmax2d": lambda lib: lib.nn.Softmax2d()(lib.randn(3, 3)),
    "threshold": lambda lib: lib.nn.Threshold(),
    "unknown setting": lambda lib: lib.nn.ReLU(slope=3),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch)
    with pytest.raises(type(expected.value)):
        wrong(mg)


def test_transposed_output_size() -> None:
    for size in ((9, 9), (10, 9), (1, 1, 9, 10)):
        ours, theirs = (lib.nn.ConvTranspose2d(1, 1, 3, 2) for lib in (mg, torch))
        expected = theirs(torch.randn(1, 1, 4, 4), output_size=size).shape
        assert ours(mg.randn(1, 1, 4, 4), output_size=size).shape == tuple(expected)


def test_in_place_activations_write_into_their_input() -> None:
    x = mg.tensor([-1.0, 2.0])
    assert mg.nn.ReLU(inplace=True)(x) is x
    assert x.tolist() == [0.0, 2.0]
    leaf = mg.tensor([-1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf"):
        mg.nn.ReLU(inplace=True)(leaf)
    assert leaf.tolist() == [-1.0, 2.0]


def test_settings_can_be_changed_later() -> None:
    layer = mg.nn.LeakyReLU(0.5)
    layer.negative_slope = 0.25
    assert layer(mg.tensor([-4.0])).item() == -1.0
    dropout = mg.nn.Dropout(0.5)
    dropout.p = 0.0
    assert dropout(mg.ones(50)).tolist() == [1.0] * 50


def test_a_subclass_may_have_settings_of_its_own() -> None:
    class Steep(mg.nn.LeakyReLU):
        def __init__(self, name):
            super().__init__(negative_slope=2.0)
            self.name = name

    layer = Steep("steep")
    assert layer(mg.tensor([-1.0])).item() == -2.0
    assert repr(layer) == "Steep(negative_slope=2.0)"
