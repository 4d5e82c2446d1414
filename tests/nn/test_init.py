"""Initial weights against PyTorch's: the same numbers for the same seed."""

import numpy as np
import pytest
import torch

import minigrad as mg

CASES = [
    ("uniform_", (3, 4), {}),
    ("uniform_", (3, 4), {"a": -2.0, "b": 5.0}),
    ("normal_", (5,), {"mean": 1.0, "std": 0.5}),
    ("normal_", (5, 7), {"mean": 1.0, "std": 0.5}),
    ("constant_", (2, 3), {"val": 0.3}),
    ("ones_", (2, 3), {}),
    ("zeros_", (2, 3), {}),
    ("eye_", (3, 5), {}),
    ("dirac_", (4, 2, 3), {}),
    ("dirac_", (6, 2, 3, 4), {"groups": 3}),
    ("dirac_", (2, 5, 1, 2, 3), {}),
    ("xavier_uniform_", (5, 3), {"gain": 2.0}),
    ("xavier_uniform_", (5, 3, 2, 2), {}),
    ("xavier_normal_", (20, 3), {}),
    ("kaiming_uniform_", (5, 3), {"a": 5**0.5}),
    ("kaiming_uniform_", (5, 3, 3), {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", (5, 3), {}),
    ("kaiming_normal_", (16, 3, 3, 3), {"mode": "fan_out", "nonlinearity": "tanh"}),
    ("orthogonal_", (4, 4), {}),
    ("orthogonal_", (3, 7), {"gain": 2.0}),
    ("orthogonal_", (7, 3), {}),
    ("orthogonal_", (4, 2, 3), {}),
    ("orthogonal_", (0, 3), {}),
    ("sparse_", (10, 4), {"sparsity": 0.35}),
    ("trunc_normal_", (20, 20), {}),
    ("trunc_normal_", (20, 20), {"std": 0.02, "mean": 0.01, "a": -0.03, "b": 0.02}),
    ("trunc_normal_", (20, 20), {"a": 1.0, "b": 3.0}),
]


@pytest.mark.parametrize(("name", "shape", "settings"), CASES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_numbers(name, shape, settings, dtype) -> None:
    ours = mg.nn.Parameter(mg.full(shape, 9.0, dtype=getattr(mg, dtype)))
    theirs = torch.full(shape, 9.0, dtype=getattr(torch, dtype), requires_grad=True)
    mg.manual_seed(3), torch.manual_seed(3)
    result = getattr(mg.nn.init, name)(ours, **settings)
    getattr(torch.nn.init, name)(theirs, **settings)
    assert result is ours
    assert ours.requires_grad
    assert ours.is_leaf
    rtol = 1e-6 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=rtol, atol=rtol)
    np.testing.assert_array_equal(mg.rand(3).numpy(), torch.rand(3).numpy())  # as many draws


def test_own_generator() -> None:
    before = mg.get_rng_state().numpy()
    drawn = [
        mg.nn.init.xavier_uniform_(mg.empty(3, 4), generator=mg.Generator().manual_seed(5))
        for _ in "ab"
    ]
    np.testing.assert_array_equal(drawn[0].numpy(), drawn[1].numpy())
    np.testing.assert_array_equal(mg.get_rng_state().numpy(), before)


@pytest.mark.parametrize(
    ("name", "param"),
    [
        *[(f"conv{n}d", None) for n in (1, 2, 3)],
        *[(f"conv_transpose{n}d", None) for n in (1, 2, 3)],
        *[(name, None) for name in ("linear", "sigmoid", "tanh", "relu", "selu", "leaky_relu")],
        ("leaky_relu", 0.3),
        ("leaky_relu", 2),
    ],
)
def test_gains(name, param) -> None:
    assert mg.nn.init.calculate_gain(name, param) == torch.nn.init.calculate_gain(name, param)


WRONG = {
    "gain": lambda lib: lib.nn.init.calculate_gain("gelu"),
    "slope": lambda lib: lib.nn.init.calculate_gain("leaky_relu", True),
    "slope text": lambda lib: lib.nn.init.calculate_gain("leaky_relu", "0.1"),
    "eye": lambda lib: lib.nn.init.eye_(lib.ones(3)),
    "dirac": lambda lib: lib.nn.init.dirac_(lib.ones(3, 3)),
    "dirac groups": lambda lib: lib.nn.init.dirac_(lib.ones(3, 3, 3), 2),
    "xavier": lambda lib: lib.nn.init.xavier_normal_(lib.ones(3)),
    "kaiming": lambda lib: lib.nn.init.kaiming_normal_(lib.ones(3)),
    "kaiming mode": lambda lib: lib.nn.init.kaiming_uniform_(lib.ones(3, 3), mode="fan"),
    "orthogonal": lambda lib: lib.nn.init.orthogonal_(lib.ones(3)),
    "sparse": lambda lib: lib.nn.init.sparse_(lib.ones(3), 0.5),
    "uniform": lambda lib: lib.nn.init.uniform_(lib.ones(3), 2.0, 1.0),
    "normal": lambda lib: lib.nn.init.normal_(lib.ones(3), 0.0, -1.0),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch)
    with pytest.raises(type(expected.value)):
        wrong(mg)


def test_warnings() -> None:
    with pytest.warns(UserWarning, match="zero-element"):
        mg.nn.init.kaiming_uniform_(mg.ones(0, 3))
    with pytest.warns(UserWarning, match="more than 2 std"):
        mg.nn.init.trunc_normal_(mg.ones(3), a=2.5, b=3.0)
