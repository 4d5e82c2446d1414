"""nn.functional: PyTorch's extra arguments, and that nothing is defined twice."""

import numpy as np
import pytest
import torch
import torch.nn.functional as TF

import minigrad as mg
import minigrad.nn.functional as F


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4), (2, 3, 2, 2)])
def test_implicit_dim(name, shape) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    with pytest.warns(UserWarning, match="Implicit dimension choice") as caught:
        ours = getattr(F, name)(mg.tensor(x))
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        theirs = getattr(TF, name)(torch.tensor(x))
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)


def test_softmax_converts_first() -> None:
    assert F.softmax(mg.tensor([1, 2]), 0, dtype=mg.float64).dtype == mg.float64


IN_PLACE = ["relu", "relu6", "elu", "selu", "celu", "silu", "mish", "hardtanh", "leaky_relu"]


@pytest.mark.parametrize("name", [*IN_PLACE, "hardsigmoid", "hardswish"])
def test_in_place(name) -> None:
    values = [-4.0, -0.5, 0.0, 0.5, 7.0]
    for function in (
        lambda x: getattr(F, name)(x, inplace=True),
        lambda x: getattr(F, name)(input=x, inplace=True),
    ):
        x = mg.tensor(values)
        expected = getattr(TF, name)(torch.tensor(values))
        assert function(x) is x
        np.testing.assert_allclose(x.numpy(), expected.numpy(), rtol=1e-6)


def test_in_place_by_position() -> None:
    x = mg.tensor([-1.0])
    assert F.relu(x, True) is x
    assert F.leaky_relu(x, 0.5, True) is x
    assert F.threshold(x, 2.0, 5.0, True) is x
    assert x.item() == 5.0
    assert F.dropout(x, 1.0, True, True) is x
    assert x.item() == 0.0


def test_in_place_gradients() -> None:
    found = []
    for lib, functions in ((mg, F), (torch, TF)):
        x = lib.tensor([-1.0, 2.0, 0.5], requires_grad=True)
        y = x * 3
        z = functions.relu(y, inplace=True) * functions.elu(y * 1.0, inplace=True)
        z.sum().backward()
        found.append(x.grad.tolist())
    assert found[0] == pytest.approx(found[1])


def test_dropout_that_does_nothing_writes_nothing() -> None:
    leaf = mg.tensor([1.0], requires_grad=True)
    assert F.dropout(leaf, 0.5, training=False, inplace=True) is leaf
    assert F.dropout2d(mg.ones(1, 1, 1, 1), 0.0, inplace=True).item() == 1.0
    assert leaf._version == 0


@pytest.mark.parametrize(("name", "shape"), [("dropout2d", (2, 3)), ("dropout2d", (2, 3, 4)),
                                              ("dropout3d", (2, 3, 4))])  # fmt: skip
def test_dropout_warns_of_odd_shapes(name, shape) -> None:
    x = np.ones(shape)
    with pytest.warns(UserWarning, match=f"{name}: Received a"):
        theirs = seeded(torch, lambda: getattr(TF, name)(torch.tensor(x), 0.5))
    with pytest.warns(UserWarning, match=f"{name}: Received a") as caught:
        ours = seeded(mg, lambda: getattr(F, name)(mg.tensor(x), 0.5))
    assert "functional" in caught[0].filename or caught[0].filename == __file__
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


def seeded(lib, function):
    lib.manual_seed(3)
    return function()


@pytest.mark.parametrize(("name", "ndim"), [("dropout1d", 3), ("dropout2d", 4), ("dropout3d", 5)])
def test_channel_dropout_refuses(name, ndim) -> None:
    for lib, functions in ((torch, TF), (mg, F)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            getattr(functions, name)(lib.ones(*(2,) * ndim), 1.5)
    for lib, functions in ((torch, TF), (mg, F)):
        with pytest.raises(RuntimeError):
            functions.dropout1d(lib.ones(3))


def test_names_are_pytorchs() -> None:
    public = {n for n, value in vars(F).items() if callable(value) and not n.startswith("_")}
    assert {n for n in public if not hasattr(TF, n)} <= {"Any", "Callable", "reduction_of"}
