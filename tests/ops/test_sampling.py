"""Random numbers of less common distributions: PyTorch's streams, and its refusals."""

import numpy as np
import pytest
import torch
from engines import fail

import minigrad as mg

DRAWS = [
    "t.empty(5, 7).cauchy_(1, 2)",
    "t.empty(5, 7, dtype=t.float64).cauchy_()",
    "t.empty(5, 7, dtype=t.float16).cauchy_()",
    "t.empty(5, 7).geometric_(0.1)",
    "t.empty(5, 7, dtype=t.int64).geometric_(0.7)",
    "t.empty(5, 7).log_normal_(0.1, 0.5)",
    "t.zeros(5, 7).T.log_normal_()",
    "t.poisson(t.linspace(0, 9, 50))",
    "t.poisson(t.linspace(0, 60, 300, dtype=t.float64).reshape(10, 30))",
    "t.binomial(t.linspace(-2, 200, 300).floor(), t.linspace(0, 1, 300))",
    "t.binomial(t.tensor([[1000.0], [7.0]]).expand(2, 4), t.tensor([0.25, 0.5, 0.9, 1.5]))",
    "t.binomial(t.full((200,), 1e5), t.tensor(0.3))",
    "t.full((4, 5), 0.3).bernoulli()",
    "t.full((4, 5), 3).bernoulli(0.3)",
    "t.bernoulli(t.full((4, 5), 0.3, dtype=t.float64))",
    "t.tensor([0.3, 0.2, 4.0]).multinomial(2)",
    "t.tensor([0.3, 0.2, 4.0]).multinomial(9, True)",
]


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("draw", DRAWS)
def test_draws_what_pytorch_draws(draw: str, seed: int) -> None:
    found = []
    for engine in (mg, torch):
        engine.manual_seed(seed)
        drawn = eval(draw, {"t": engine})
        found.append((drawn.numpy(), engine.rand(3).numpy()))  # and goes on with the stream
    (ours, our_rest), (theirs, their_rest) = found
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-3 if ours.dtype == np.float16 else 2e-6)
    np.testing.assert_array_equal(our_rest, their_rest)


@pytest.mark.parametrize(
    "expression",
    [
        *("i.clone().cauchy_()", "f.clone().cauchy_(0, 0)", "b.clone().cauchy_(0, -1)"),
        *("f.clone().geometric_(0)", "f.clone().geometric_(1)", "b.clone().geometric_(0.5)"),
        *("f.clone().log_normal_(1, 0)", "i.clone().log_normal_()", "i.clone().uniform_()"),
        *("i.clone().normal_()", "b.clone().exponential_()", "f.clone().bernoulli_(i)"),
        *("t.poisson(f)", "t.poisson(i)", "t.poisson(2)", "t.binomial(i, f)", "t.binomial(f, i)"),
        *("t.binomial(f, d)", "t.binomial(f, 0.5)", "t.bernoulli(i)", "f.bernoulli()"),
        *("i.multinomial(1)", "f.multinomial(1)", "t.rand(2, dtype=t.int64)", "t.randn_like(i)"),
    ],
)
def test_refusals(expression: str) -> None:
    fail(expression)


def test_moments() -> None:
    mg.manual_seed(0)
    means = mg.tensor([0.5, 5.0, 50.0]).expand(20000, 3)
    drawn = mg.poisson(means)
    np.testing.assert_allclose(drawn.mean(0).numpy(), [0.5, 5, 50], rtol=0.03)
    np.testing.assert_allclose(drawn.var(0).numpy(), [0.5, 5, 50], rtol=0.05)
    found = mg.binomial(mg.full((20000, 1), 100.0), mg.tensor([0.02, 0.3, 0.9]))
    np.testing.assert_allclose(found.mean(0).numpy(), [2, 30, 90], rtol=0.03)
    np.testing.assert_allclose(found.var(0).numpy(), [1.96, 21, 9], rtol=0.05)


def test_bernoulli_of_probabilities_that_are_not_laid_out_row_by_row():
    given = np.random.default_rng(3).random((4, 6), np.float32)
    for look in (lambda p: p.T, lambda p: p[0].expand(3, 6), lambda p: p[:, None].expand(4, 2, 6)):
        torch.manual_seed(0)
        mg.manual_seed(0)
        expected = torch.bernoulli(look(torch.tensor(given)))
        found = mg.bernoulli(look(mg.tensor(given)))
        np.testing.assert_array_equal(found.numpy(), expected.numpy())
        np.testing.assert_array_equal(
            mg.zeros(6, 4).T.bernoulli_(mg.tensor(given)).numpy(),
            torch.zeros(6, 4).T.bernoulli_(torch.tensor(given)).numpy(),
        )
