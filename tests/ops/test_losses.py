"""Losses: what PyTorch refuses and warns of, extreme values, dtypes, means of nothing."""

import math
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg

rng = np.random.default_rng(0)
X = rng.normal(size=(3, 5)).astype(np.float32)
P = rng.uniform(0.1, 0.9, (3, 5)).astype(np.float32)
I = rng.integers(0, 3, (3, 5))  # noqa: E741
T = np.array([0, 4, 2])
ROW = P[0].copy()


def f64(array):
    return array.astype(np.float64)


WRONG = {
    "mse shapes": ("mse_loss", (X, X[:, :4]), {}),
    "l1 shapes": ("l1_loss", (X, X[:2]), {}),
    "mse integers": ("mse_loss", (I, I), {}),
    "smooth l1 integers": ("smooth_l1_loss", (I, I), {}),
    "reduction": ("mse_loss", (X, X), {"reduction": "average"}),
    "beta": ("smooth_l1_loss", (X, X), {"beta": -1.0}),
    "delta": ("huber_loss", (X, X), {"delta": 0.0}),
    "bce shape": ("binary_cross_entropy", (P, P[:1]), {}),
    "bce range": ("binary_cross_entropy", (X, P), {}),
    "bce target range": ("binary_cross_entropy", (P, X), {}),
    "bce nan": ("binary_cross_entropy", (P * np.float32("nan"), P), {}),
    "bce integers": ("binary_cross_entropy", (P, I), {}),
    "bce dtypes": ("binary_cross_entropy", (P, f64(P)), {}),
    "bce weight": ("binary_cross_entropy", (P, P), {"weight": ROW[:4]}),
    "bce reduction": ("binary_cross_entropy", (P, P), {"reduction": "average"}),
    "logits shape": ("binary_cross_entropy_with_logits", (X, P[:1]), {}),
    "logits integers": ("binary_cross_entropy_with_logits", (X, I), {}),
    "logits pos_weight": ("binary_cross_entropy_with_logits", (X, P), {"pos_weight": ROW[:4]}),
    "ce batch": ("cross_entropy", (X, T[:2]), {}),
    "ce batch of probabilities": ("cross_entropy", (X, P[:2]), {}),
    "ce classes": ("cross_entropy", (X, P[:, :4]), {}),
    "ce too large": ("cross_entropy", (X, np.array([0, 1, 5])), {}),
    "ce negative": ("cross_entropy", (X, np.array([0, 1, -1])), {}),
    "ce not ignored": ("cross_entropy", (X, np.array([0, 1, -100])), {"ignore_index": 0}),
    "ce int32": ("cross_entropy", (X, T.astype(np.int32)), {}),
    "ce bool": ("cross_entropy", (X, T.astype(bool)), {}),
    "ce floats": ("cross_entropy", (X, T.astype(np.float32)), {}),
    "ce integers": ("cross_entropy", (I, T), {}),
    "ce 2-D target": ("cross_entropy", (X, I), {}),
    "ce 0-d": ("cross_entropy", (X[0, 0], T[0]), {}),
    "ce one target": ("cross_entropy", (X, T[0]), {}),
    "ce spatial": ("cross_entropy", (X.reshape(1, 3, 5), np.zeros((1, 4), int)), {}),
    "ce no classes": ("cross_entropy", (X[:, :0], T), {}),
    "ce weight": ("cross_entropy", (X, T), {"weight": ROW[:4]}),
    "ce weight dtype": ("cross_entropy", (X, T), {"weight": f64(ROW)}),
    "ce weight shape": ("cross_entropy", (X, T), {"weight": ROW[:, None]}),
    "ce probabilities' weight": ("cross_entropy", (X, P), {"weight": ROW[:4]}),
    "ce probabilities ignored": ("cross_entropy", (X, P), {"ignore_index": 1}),
    "ce smoothing": ("cross_entropy", (X, T), {"label_smoothing": 1.5}),
    "ce reduction": ("cross_entropy", (X, T), {"reduction": "average"}),
    "nll 0-d": ("nll_loss", (X[0, 0], T[0]), {}),
    "nll batch": ("nll_loss", (X, T[:2]), {}),
    "nll floats": ("nll_loss", (X, T.astype(np.float32)), {}),
    "nll too large": ("nll_loss", (X, np.array([0, 1, 5])), {}),
    "nll spatial": ("nll_loss", (X.reshape(1, 3, 5), np.zeros((1, 4), int)), {}),
    "nll weight": ("nll_loss", (X, T), {"weight": ROW[:4]}),
    "kl integers": ("kl_div", (X, I), {"reduction": "sum"}),
    "kl reduction": ("kl_div", (X, P), {"reduction": "average"}),
    "gaussian negative": ("gaussian_nll_loss", (X, X, X), {}),
    "gaussian number": ("gaussian_nll_loss", (X, X, -1.0), {}),
    "gaussian size": ("gaussian_nll_loss", (X, X, P[:2, 0]), {}),
    "gaussian reduction": ("gaussian_nll_loss", (X, X, P), {"reduction": "average"}),
    "poisson reduction": ("poisson_nll_loss", (X, P), {"reduction": "average"}),
    "ranking": ("margin_ranking_loss", (X, X[0], X), {}),
    "cosine": ("cosine_embedding_loss", (X, X[0], T[0]), {}),
    "triplet margin": ("triplet_margin_loss", (X, X, X), {"margin": -1.0}),
    "triplet": ("triplet_margin_loss", (X, X, X[0]), {}),
    "hinge reduction": ("hinge_embedding_loss", (X, I), {"reduction": "average"}),
}


def call(lib, functions, name, args, settings):
    def convert(value):
        return lib.tensor(value) if isinstance(value, np.ndarray | np.generic) else value

    settings = {key: convert(value) for key, value in settings.items()}
    return getattr(functions, name)(*map(convert, args), **settings)


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("name", "args", "settings"), WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(name, args, settings) -> None:
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        call(torch, F, name, args, settings)
    with pytest.raises(type(expected.value)) as found:
        call(mg, mg, name, args, settings)
    assert type(found.value) is type(expected.value)


@pytest.mark.parametrize("argument", ["weight", "pos_weight"])
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("cross_entropy", (X, T)),
        ("nll_loss", (X, T)),
        ("binary_cross_entropy", (P, P)),
        ("binary_cross_entropy_with_logits", (X, P)),
    ],
)
def test_weights_are_no_variables(name, args, argument) -> None:
    if argument == "pos_weight" and "logits" not in name:
        pytest.skip("has none")
    for lib, functions in ((torch, F), (mg, mg)):
        weight = lib.tensor(ROW, requires_grad=True)
        with pytest.raises(RuntimeError, match="not differentiable with respect to argument"):
            call(lib, functions, name, args, {argument: weight})


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_broadcasting_is_warned_of(name) -> None:
    with pytest.warns(UserWarning, match="different to the input size") as caught:
        ours = call(mg, mg, name, (X, ROW), {})
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="different to the input size"):
        theirs = call(torch, F, name, (X, ROW), {})
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


def test_mean_of_kl_div_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="batchmean"):
        call(mg, mg, "kl_div", (X, P), {})


DTYPES = {
    "float and double": ("mse_loss", (X, f64(X)), {}),
    "float and int": ("mse_loss", (X, I), {}),
    "l1 float and int": ("l1_loss", (X, I), {}),
    "smooth l1": ("smooth_l1_loss", (X, f64(X)), {}),
    "logits": ("binary_cross_entropy_with_logits", (X, f64(P)), {}),
    "uint8 target": ("cross_entropy", (X, T.astype(np.uint8)), {}),
    "double probabilities": ("cross_entropy", (X, f64(P)), {}),
    "nll uint8": ("nll_loss", (X, T.astype(np.uint8)), {}),
    "gaussian number": ("gaussian_nll_loss", (X, X, 2.0), {}),
    "gaussian rows": ("gaussian_nll_loss", (X, X, P[:, 0].copy()), {"eps": 0.5}),
    "zero beta": ("smooth_l1_loss", (X, P), {"beta": 0}),
}


@pytest.mark.parametrize(("name", "args", "settings"), DTYPES.values(), ids=DTYPES.keys())
def test_dtypes_and_shapes(name, args, settings) -> None:
    ours, theirs = call(mg, mg, name, args, settings), call(torch, F, name, args, settings)
    assert ours.dtype.name == str(theirs.dtype).removeprefix("torch.")
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


EXTREMES = {
    "large logits": ("cross_entropy", (np.array([[1e4, 0, -1e4]], np.float32), T[:1]), {}),
    "small differences": (
        "cross_entropy",
        (np.array([[1e4, 1e4 + 1 / 512]], np.float32), np.array([1])),
        {},
    ),
    "impossible class": ("cross_entropy", (np.array([[-np.inf, 0.0]]), np.array([1])), {}),
    "impossible truth": ("cross_entropy", (np.array([[-np.inf, 0.0]]), np.array([0])), {}),
    "ignored infinity": (
        "cross_entropy",
        (np.array([[-np.inf, 0.0], [1.0, 2.0]]), np.array([0, 1])),
        {"ignore_index": 0},
    ),
    "nll of ignored infinity": (
        "nll_loss",
        (np.array([[-np.inf, 0.0], [1.0, 2.0]]), np.array([0, 1])),
        {"ignore_index": 0, "reduction": "sum"},
    ),
    "weightless class": (
        "cross_entropy",
        (X[:2], np.array([0, 1])),
        {"weight": np.array([0, 1, 1, 1, 1], np.float32)},
    ),
    "certain and right": ("binary_cross_entropy", (np.array([0.0, 1.0]), np.array([0.0, 1.0])), {}),
    "certain and wrong": ("binary_cross_entropy", (np.array([0.0, 1.0]), np.array([1.0, 0.0])), {}),
    "certain logits": (
        "binary_cross_entropy_with_logits",
        (np.array([-800.0, 800.0, 0.0]), np.array([0.0, 0.0, 1.0])),
        {},
    ),
    "divergence from nothing": (
        "kl_div",
        (np.array([0.0, -1.0]), np.array([0.0, 0.5])),
        {"reduction": "none"},
    ),
    "equal numbers": ("l1_loss", (X, X), {}),
    "on the threshold": ("huber_loss", (np.array([1.0, -2.0]), np.zeros(2)), {"delta": 1.0}),
    "equal vectors": ("triplet_margin_loss", (X, X, X), {}),
}


@pytest.mark.parametrize(("name", "args", "settings"), EXTREMES.values(), ids=EXTREMES.keys())
def test_extreme_values_and_gradients(name, args, settings) -> None:
    found = []
    for lib, functions in ((mg, mg), (torch, F)):
        x = lib.tensor(args[0], requires_grad=True)
        loss = call(lib, functions, name, (x, *args[1:]), settings)
        loss.sum().backward()
        found.append((loss.detach().numpy(), x.grad.numpy()))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


EMPTY = np.zeros((0, 5), np.float32)


@pytest.mark.parametrize(
    ("name", "args", "settings"),
    [
        ("mse_loss", (EMPTY, EMPTY), {}),
        ("l1_loss", (EMPTY, EMPTY), {}),
        ("huber_loss", (EMPTY, EMPTY), {}),
        ("binary_cross_entropy", (EMPTY, EMPTY), {}),
        ("cross_entropy", (EMPTY, T[:0]), {}),
        ("cross_entropy", (EMPTY, EMPTY), {}),
        ("nll_loss", (EMPTY, T[:0]), {}),
        ("cross_entropy", (X, np.array([-100] * 3)), {}),
        ("cross_entropy", (X, np.array([-100] * 3)), {"label_smoothing": 0.1}),
        ("nll_loss", (X, np.array([-100] * 3)), {}),
        ("nll_loss", (X, T), {"weight": np.zeros(5, np.float32)}),
    ],
)
def test_mean_of_nothing_is_nan(name, args, settings) -> None:
    assert math.isnan(call(mg, mg, name, args, settings).item())
    assert math.isnan(call(torch, F, name, args, settings).item())
    x = mg.tensor(args[0], requires_grad=True)
    call(mg, mg, name, (x, *args[1:]), settings).backward()
    assert x.grad.shape == x.shape


def test_ignored_rows_get_no_gradient() -> None:
    x = mg.tensor(X, requires_grad=True)
    mg.cross_entropy(x, mg.tensor([1, -100, 2])).backward()
    assert x.grad[1].tolist() == [0.0] * 5
    assert (x.grad[0] != 0).all()


def test_one_node_each() -> None:
    """Losses are single operations of the graph, so that training steps stay short."""
    x = mg.tensor(X, requires_grad=True)
    assert mg.cross_entropy(x, mg.tensor(T)).grad_fn.name() == "CrossEntropyBackward"
    assert mg.mse_loss(x, mg.tensor(P)).grad_fn.name() == "MseLossBackward"
    for loss in (mg.cross_entropy(x, mg.tensor(T)), mg.mse_loss(x, mg.tensor(P))):
        parents = [type(parent).__name__ for parent, _ in loss.grad_fn.next_functions if parent]
        assert set(parents) == {"AccumulateGrad"}


def test_inputs_are_left_alone() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, args in (
            ("cross_entropy", (X, T)),
            ("cross_entropy", (X, P)),
            ("binary_cross_entropy", (P, P)),
            ("binary_cross_entropy_with_logits", (X, P)),
            ("huber_loss", (X, P)),
            ("gaussian_nll_loss", (X, X, P)),
        ):
            tensors = [mg.tensor(a, requires_grad=a.dtype.kind == "f") for a in args]
            getattr(mg, name)(*tensors).backward()
            for tensor, array in zip(tensors, args, strict=True):
                np.testing.assert_array_equal(tensor.detach().numpy(), array)
                assert tensor._version == 0
