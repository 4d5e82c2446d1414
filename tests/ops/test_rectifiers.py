"""Rectifiers: kinks, NaN, dtypes, errors, in place."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G

FUNCTIONS = [
    ("relu", {}),
    ("relu6", {}),
    ("hardtanh", {}),
    ("hardtanh", {"min_val": -2.0, "max_val": 0.5}),
    ("leaky_relu", {"negative_slope": 0.1}),
    ("leaky_relu", {"negative_slope": -0.1}),
    ("leaky_relu", {"negative_slope": 3.0}),
    ("hardsigmoid", {}),
    ("hardswish", {}),
    ("threshold", {"threshold": 1.0, "value": 20.0}),
]
POINTS = [-np.inf, -4, -3, -2, -1, -0.5, -0.0, 0.0, 0.5, 1, 2, 3, 4, 6, np.inf, np.nan]


@pytest.mark.parametrize(("name", "options"), FUNCTIONS)
@pytest.mark.parametrize("repeat", [1, 100])
def test_values_and_gradients_at_kinks(name, options, repeat) -> None:
    """Small and large arrays: those of more than 512 elements take another path.

    The gradient of NaN is left out: PyTorch's depends on the size of the array.
    """
    x = mg.tensor(POINTS * repeat, dtype="float64", requires_grad=True)
    y = torch.tensor(POINTS * repeat, dtype=torch.float64, requires_grad=True)
    ours, theirs = getattr(mg, name)(x, **options), getattr(F, name)(y, **options)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-15)
    ours.sum().backward()
    theirs.sum().backward()
    rtol = 1e-7 if name == "hardsigmoid" else 1e-15  # PyTorch's sixth is a float32
    numbers = ~np.isnan(x.detach().numpy())
    np.testing.assert_allclose(x.grad.numpy()[numbers], y.grad.numpy()[numbers], rtol=rtol)


INTEGERS = [-5, 0, 1, 2, 7]


@pytest.mark.parametrize(("name", "options"), FUNCTIONS)
@pytest.mark.parametrize("dtype", ["int64", "bool"])
def test_integers_as_in_pytorch(name, options, dtype) -> None:
    x = torch.tensor(INTEGERS).to(getattr(torch, dtype))
    try:
        expected = getattr(F, name)(x, **options)
    except RuntimeError as error:
        with pytest.raises(type(error)):
            getattr(mg, name)(mg.from_numpy(x.numpy()), **options)
        return
    found = getattr(mg, name)(mg.from_numpy(x.numpy()), **options)
    assert found.numpy().dtype == expected.numpy().dtype
    assert found.tolist() == expected.tolist()


def test_relu_blocks_infinite_gradients() -> None:
    """sqrt(relu(x)) has gradient 0 below 0, where 0 * inf would be NaN."""
    x = mg.tensor([-1.0, 0.0, 4.0], requires_grad=True)
    mg.relu(x).sqrt().sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.25]


def test_relu_saves_its_result_only() -> None:
    x = mg.ones(3, requires_grad=True)
    y = mg.relu(x)
    assert y.grad_fn.saved[0][0] is y.detach().numpy()


def test_relu_in_place() -> None:
    x = mg.tensor([-1.0, 2.0])
    assert x.relu_() is x
    assert x.tolist() == [0.0, 2.0]


@pytest.mark.parametrize(
    ("shape", "weight"),
    [((2, 3), (2,)), ((2, 3), (1, 1)), ((4,), (4,)), ((), (2,)), ((2, 3), (0,))],
)
def test_prelu_refuses_slopes_that_do_not_fit(shape, weight) -> None:
    with pytest.raises(RuntimeError):
        F.prelu(torch.ones(shape), torch.ones(weight))
    with pytest.raises(RuntimeError, match=r"weight"):
        mg.prelu(mg.ones(shape), mg.ones(weight))


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4, 5), (4,), ()])
def test_prelu_takes_one_slope_for_all(shape) -> None:
    x = torch.full(shape, -2.0)
    for weight in (torch.tensor(0.5), torch.tensor([0.5])):
        expected = F.prelu(x, weight)
        found = mg.prelu(mg.from_numpy(x.numpy()), mg.from_numpy(weight.numpy()))
        np.testing.assert_array_equal(found.numpy(), expected.numpy())


def test_hardtanh_refuses_crossed_limits() -> None:
    with pytest.raises(ValueError, match="greater"):
        F.hardtanh(torch.ones(2), 2.0, 1.0)
    with pytest.raises(ValueError, match=r"2\.0 and 1\.0"):
        mg.hardtanh(mg.ones(2), 2.0, 1.0)


def test_random_slopes_are_pytorchs() -> None:
    values = np.random.default_rng(0).normal(size=(30, 40)).astype(np.float32)
    for place in (values, values.T):
        mg.manual_seed(4)
        torch.manual_seed(4)
        ours = G.rrelu(mg.from_numpy(place), training=True)
        theirs = F.rrelu(torch.from_numpy(place), training=True)
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    "name", ["celu_", "elu_", "hardtanh_", "leaky_relu_", "relu_", "rrelu_", "selu_"]
)
def test_in_place_forms_write_into_their_input(name) -> None:
    values = np.linspace(-2, 2, 9).astype(np.float32)
    ours, theirs = mg.tensor(values), torch.tensor(values)
    assert getattr(G, name)(ours) is ours
    getattr(F, name)(theirs)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


def test_shrinking_keeps_nan() -> None:
    x = mg.tensor([float("nan"), 0.25, -0.5, 2.0])
    np.testing.assert_array_equal(mg.softshrink(x).numpy(), [np.nan, 0, 0, 1.5])
    np.testing.assert_array_equal(mg.hardshrink(x).numpy(), [np.nan, 0, 0, 2])
