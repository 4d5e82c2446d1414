"""Smooth activations: tails, dtypes, errors, higher derivatives that must stay finite."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg

FUNCTIONS = [
    ("elu", {"alpha": 1.5}),
    ("selu", {}),
    ("celu", {"alpha": 2.0}),
    ("celu", {"alpha": -2.0}),
    ("softplus", {}),
    ("softplus", {"beta": 2.0, "threshold": 3.0}),
    ("logsigmoid", {}),
    ("gelu", {}),
    ("gelu", {"approximate": "tanh"}),
    ("silu", {}),
    ("mish", {}),
    ("softsign", {}),
    ("tanhshrink", {}),
]
TAILS = [-800.0, -90.0, -30.0, -8.0, -1.0, 0.0, 1.0, 8.0, 30.0, 90.0, 800.0, np.nan]


@pytest.mark.parametrize(("name", "options"), FUNCTIONS)
def test_tails(name, options) -> None:
    x = mg.tensor(TAILS, dtype="float64", requires_grad=True)
    y = torch.tensor(TAILS, dtype=torch.float64, requires_grad=True)
    ours, theirs = getattr(mg, name)(x, **options), getattr(F, name)(y, **options)
    np.testing.assert_allclose(
        ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-9, atol=1e-14
    )
    ours.sum().backward()
    theirs.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize(("name", "options"), FUNCTIONS)
def test_second_derivatives_are_finite_in_the_tails(name, options) -> None:
    x = mg.tensor([v for v in TAILS if v == v and v], dtype="float64", requires_grad=True)
    (slope,) = mg.autograd.grad(getattr(mg, name)(x, **options).sum(), [x], create_graph=True)
    (bend,) = mg.autograd.grad(slope.sum(), [x])
    assert np.isfinite(bend.numpy()).all()


@pytest.mark.parametrize(("name", "options"), FUNCTIONS)
def test_integers_as_in_pytorch(name, options) -> None:
    x = torch.tensor([1, 2])
    try:
        expected = getattr(F, name)(x, **options)
    except RuntimeError as error:
        with pytest.raises(type(error), match=name.replace("celu", "elu").replace("selu", "elu")):
            getattr(mg, name)(mg.from_numpy(x.numpy()), **options)
        return
    found = getattr(mg, name)(mg.from_numpy(x.numpy()), **options)
    assert found.numpy().dtype == expected.numpy().dtype
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6)


def test_gelu_in_float32() -> None:
    x = np.linspace(-6, 6, 1001, dtype=np.float32)
    for approximate in ("none", "tanh"):
        expected = F.gelu(torch.from_numpy(x).double(), approximate=approximate).numpy()
        found = mg.gelu(mg.from_numpy(x), approximate=approximate).numpy()
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_inputs_are_unchanged() -> None:
    x = mg.tensor([-1.0, 0.5, 2.0])
    for name, options in FUNCTIONS:
        getattr(mg, name)(x, **options)
    assert x.tolist() == [-1.0, 0.5, 2.0]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda t, f: f.gelu(t.ones(2), approximate="cubic"), RuntimeError),
        (lambda t, f: f.celu(t.ones(2), alpha=0.0), RuntimeError),
        (lambda t, f: f.glu(t.ones(3)), RuntimeError),
        (lambda t, f: f.glu(t.ones(())), RuntimeError),
        (lambda t, f: f.glu(t.ones(2), 1), IndexError),
    ],
)
def test_errors_are_pytorchs(call, error) -> None:
    with pytest.raises(error):
        call(torch, F)
    with pytest.raises(error):
        call(mg, mg)
