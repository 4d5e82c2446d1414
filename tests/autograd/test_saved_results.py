"""Rules that name ``out`` of primitives with several results: derivatives of every order."""

import numpy as np

import minigrad as mg
from minigrad.autograd.primitive import primitive


def _rule(g, out):
    """Both results are exponentials: what comes back is a product with them."""
    grow, shrink, _ = out
    return g[0] * grow - g[1] * shrink


@primitive(x=_rule)
def _growth(x):
    return np.exp(x), np.exp(-x), np.arange(x.size)


def test_both_results_of_a_rule_receive_second_gradients() -> None:
    x = mg.tensor([0.5, -1.0], dtype=mg.float64, requires_grad=True)
    grow, shrink, _ = _growth(x)
    # ``grow`` is used by the loss and by its own rule: two ways lead back to one result.
    (first,) = mg.autograd.grad((grow * grow + 3 * shrink).sum(), x, create_graph=True)
    (second,) = mg.autograd.grad((first * grow).sum(), x, create_graph=True)
    (third,) = mg.autograd.grad(second.sum(), x)
    e = np.exp([0.5, -1.0])
    np.testing.assert_allclose(first.detach().numpy(), 2 * e**2 - 3 / e)
    np.testing.assert_allclose(second.detach().numpy(), 6 * e**3)  # of 2 exp(3 x) - 3
    np.testing.assert_allclose(third.numpy(), 18 * e**3)


def test_a_result_that_is_no_real_number_is_a_constant() -> None:
    x = mg.ones(2, requires_grad=True)
    *_, numbers = _growth(x)
    assert numbers.dtype == mg.int64
    assert not numbers.requires_grad
