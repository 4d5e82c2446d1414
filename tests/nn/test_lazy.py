"""Layers that learn their size from the first input, against PyTorch's."""

import copy

import numpy as np
import pytest
import torch
from nn_compare import close, refuse_alike

import minigrad as mg

LAYERS = {
    "LazyLinear": (lambda nn: nn.LazyLinear(3), (2, 4)),
    "LazyLinear no bias": (lambda nn: nn.LazyLinear(3, False), (4,)),
    "LazyConv1d": (lambda nn: nn.LazyConv1d(4, 3, 2), (2, 3, 7)),
    "LazyConv2d": (lambda nn: nn.LazyConv2d(4, (3, 2), groups=2, bias=False), (4, 5, 6)),
    "LazyConv3d": (lambda nn: nn.LazyConv3d(2, 2, padding=1), (1, 3, 2, 3, 2)),
    "LazyConvTranspose1d": (lambda nn: nn.LazyConvTranspose1d(2, 3, 2, 1, 1), (2, 3, 5)),
    "LazyConvTranspose2d": (lambda nn: nn.LazyConvTranspose2d(4, 2, groups=2), (2, 4, 3, 2)),
    "LazyConvTranspose3d": (lambda nn: nn.LazyConvTranspose3d(2, 2), (1, 3, 2, 2, 2)),
    "LazyBatchNorm1d": (lambda nn: nn.LazyBatchNorm1d(0.1), (5, 3)),
    "LazyBatchNorm2d": (lambda nn: nn.LazyBatchNorm2d(affine=False), (2, 3, 2, 2)),
    "LazyBatchNorm3d": (lambda nn: nn.LazyBatchNorm3d(bias=False), (2, 3, 2, 2, 1)),
    "LazyInstanceNorm1d": (lambda nn: nn.LazyInstanceNorm1d(), (2, 3, 5)),
    "LazyInstanceNorm2d": (lambda nn: nn.LazyInstanceNorm2d(affine=True), (2, 3, 4, 2)),
    "LazyInstanceNorm3d": (
        lambda nn: nn.LazyInstanceNorm3d(track_running_stats=True),
        (2, 3, 2, 2, 2),
    ),
}


@pytest.mark.parametrize(("build", "shape"), LAYERS.values(), ids=LAYERS)
def test_layer(build, shape) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    found = []
    for lib in (mg, torch):
        lib.manual_seed(0)
        layer = build(lib.nn).double()
        first = repr(layer), list(layer.state_dict()), list(map(repr, layer.parameters()))
        out = layer(lib.tensor(x))
        state = {key: value.numpy() for key, value in layer.state_dict().items()}
        found.append((first, type(layer).__name__, repr(layer), state, out))
    (first, name, text, state, out), (theirs, *others) = found
    assert first == theirs
    assert [name, text] == others[:2]
    close(out.detach().numpy(), others[3].detach().numpy(), 1e-9, "output")
    assert list(state) == list(others[2])
    for key, value in state.items():
        close(value, others[2][key], 1e-9, key)


def test_states() -> None:
    """From a made layer into one to be made, between two of these, and not back."""
    made, other, third = (mg.nn.LazyLinear(3) for _ in range(3))
    made(mg.ones(2, 4))
    third.load_state_dict(other.state_dict())
    assert mg.nn.parameter.is_lazy(third.weight)
    other.load_state_dict(made.state_dict())
    assert other.weight.tolist() == made.weight.tolist()
    x = mg.randn(2, 4)
    assert other(x).tolist() == made(x).tolist()
    assert repr(other) == repr(made)
    with pytest.raises(RuntimeError, match="shape"):
        made.load_state_dict(third.state_dict())


def test_copies_and_text() -> None:
    layer = mg.nn.Sequential(mg.nn.LazyLinear(3), mg.nn.LazyBatchNorm1d())
    twin = copy.deepcopy(layer)
    layer(mg.ones(2, 4))
    assert repr(twin[0].weight) == "<UninitializedParameter>"
    assert repr(twin[1].running_mean) == "<UninitializedBuffer>"
    assert twin(mg.ones(2, 5)).shape == (2, 3)
    assert type(layer[0].weight) is mg.nn.Parameter


def test_own_lazy_module() -> None:
    class Scale(mg.nn.LazyModuleMixin, mg.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = mg.nn.UninitializedParameter()

        def initialize_parameters(self, x):
            if self.has_uninitialized_params():
                self.weight.materialize(x.shape[-1:])
                mg.nn.init.ones_(self.weight)

        def forward(self, x):
            return x * self.weight

    layer = Scale()
    assert layer(mg.tensor([2.0, 3.0])).tolist() == [2.0, 3.0]
    assert layer(mg.tensor([4.0, 3.0])).tolist() == [4.0, 3.0]


def test_buffers() -> None:
    for lib in (mg, torch):
        module = lib.nn.Module()
        module.a = lib.nn.Buffer(lib.ones(2))
        module.b = lib.nn.Buffer(lib.ones(3), persistent=False)
        assert [name for name, _ in module.named_buffers()] == ["a", "b"]
        assert list(module.state_dict()) == ["a"]
        module.a = lib.zeros(2)
        assert module.state_dict()["a"].tolist() == [0.0, 0.0]


WRONG = {
    "channels": lambda lib: lib.nn.LazyConv2d(4, 3, groups=2)(lib.ones(1, 3, 5, 5)),
    "ndim": lambda lib: lib.nn.LazyConv2d(4, 3)(lib.ones(5, 5)),
    "shape": lambda lib: lib.nn.LazyLinear(4).weight.shape,
    "mixin": lambda lib: (
        type("M", (lib.nn.modules.lazy.LazyModuleMixin, lib.nn.Module), {})()(1)
        if lib is torch
        else type("M", (lib.nn.LazyModuleMixin, lib.nn.Module), {})()(1)
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    refuse_alike(wrong)
