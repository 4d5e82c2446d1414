"""Tensor trains, Kronecker products and matrix product states, against what they stand for."""

import math
import tracemalloc

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn.factorized import (
    KroneckerLinear,
    TensorTrain,
    TTLinear,
    ghz,
    mps,
    nearest_kronecker,
    product_state,
    tt_svd,
)


@pytest.fixture(autouse=True)
def seed():
    mg.manual_seed(11)


def normal(*shape, dtype=mg.float64):
    return mg.randn(*shape, dtype=dtype)


def train(shape, ranks):
    bonds = (1, *ranks, 1)
    return TensorTrain([normal(r, n, s) for r, n, s in zip(bonds, shape, bonds[1:])])


def close(x, y, rtol=1e-10):
    x, y = (np.asarray(v.detach().numpy() if isinstance(v, mg.Tensor) else v) for v in (x, y))
    np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol * max(1, np.abs(y).max(initial=0)))


# --- TT-SVD -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4,), (3, 5), (2, 3, 4), (3, 4, 5, 6), (2, 1, 3, 1)])
def test_exact_with_the_largest_ranks(shape):
    x = normal(*shape)
    found = tt_svd(x)
    close(found.full(), x)
    sizes = [math.prod(shape[:k]) for k in range(1, len(shape))]
    limits = tuple(min(n, math.prod(shape) // n) for n in sizes)
    assert found.ranks == limits


def test_numerical_ranks_are_found():
    made = train((4, 5, 6, 7), (2, 3, 4))
    found = tt_svd(made.full())
    assert found.ranks == (2, 3, 4)
    close(found.full(), made.full())
    assert tt_svd(mg.zeros(3, 4, 5)).ranks == (1, 1)


def test_arrays_and_complex_numbers():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 2)).view(complex)[..., 0]
    close(tt_svd(x).full(), x)


def test_cores_are_orthonormal_but_for_the_last():
    for core in tt_svd(normal(3, 4, 5)).cores[:-1]:
        columns = core.reshape(-1, core.shape[-1])
        close(columns.T @ columns, np.eye(columns.shape[1]))


@pytest.mark.parametrize("rtol", [0.5, 0.2, 0.03, 1e-6])
def test_relative_error_is_bounded(rtol):
    x = (train((5, 6, 7, 4), (3, 4, 2)) + 0.05 * tt_svd(normal(5, 6, 7, 4))).full()
    found = tt_svd(x, rtol=rtol)
    assert float((found.full() - x).norm()) <= rtol * float(x.norm())


def test_rtol_lowers_the_ranks_as_far_as_the_bound_lets_it():
    """Diagonal d x d: both bounds are known. Cutting values below the limit costs their norm."""
    x = mg.tensor(np.diag([8.0, 4.0, 0.3, 0.1]))
    norm = float(x.norm())
    assert tt_svd(x, rtol=0.0).ranks == (4,)
    assert tt_svd(x, rtol=0.11 / norm).ranks == (3,)
    assert tt_svd(x, rtol=0.32 / norm).ranks == (2,)  # sqrt(0.3^2 + 0.1^2) = 0.316
    assert tt_svd(x, rtol=0.31 / norm).ranks == (3,)
    assert tt_svd(x, rtol=2.0).ranks == (1,)


def test_the_bound_of_the_paper():
    """The error is between the largest single cut and the root of the sum of their squares."""
    x = normal(4, 5, 6, 3)
    ranks = (2, 5, 2)
    cuts = []
    for k, rank in enumerate(ranks, 1):
        s = np.linalg.svd(x.numpy().reshape(math.prod(x.shape[:k]), -1), compute_uv=False)
        cuts.append(math.sqrt((s[rank:] ** 2).sum()))
    error = float((tt_svd(x, ranks).full() - x).norm())
    assert max(cuts) <= error <= math.sqrt(sum(c * c for c in cuts))


def test_ranks_and_rtol_together_take_the_lower():
    x = mg.tensor(np.diag([8.0, 4.0, 0.3, 0.1]))
    assert tt_svd(x, 1, rtol=0.001).ranks == (1,)
    assert tt_svd(x, 3, rtol=0.1).ranks == (2,)
    assert tt_svd(x, 99).ranks == (4,)


@pytest.mark.parametrize(
    ("ranks", "rtol", "message"),
    [
        ((1, 2, 3), None, "expected 2 ranks, got 3"),
        ((0, 2), None, "must be positive"),
        (None, -0.1, "must not be negative"),
    ],
)
def test_refused(ranks, rtol, message):
    with pytest.raises(ValueError, match=message):
        tt_svd(normal(2, 3, 4), ranks, rtol)


def test_numbers_have_no_train():
    with pytest.raises(ValueError, match="one dimension or more"):
        tt_svd(mg.tensor(1.0))


# --- the class ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4,), (3, 4), (3, 4, 2, 5)])
def test_arithmetic_is_that_of_the_full_tensors(shape):
    ranks = (2, 3, 2)[: len(shape) - 1]
    a, b = train(shape, ranks), train(shape, ranks[::-1])
    close((a + b).full(), a.full() + b.full())
    close((a - 2 * b).full(), a.full() - 2 * b.full())
    close(a.dot(b), (a.full() * b.full()).sum())
    close(a.norm(), a.full().norm())
    index = tuple(n - 1 for n in shape)
    close(a[index], a.full()[index])
    assert a.num_parameters == sum(core.numel() for core in a.cores)


def test_rounding_undoes_a_sum():
    a = train((4, 5, 6, 3), (2, 3, 2))
    double = a + a
    assert double.ranks == (4, 6, 4)
    rounded = double.round()
    assert rounded.ranks == (2, 3, 2)
    close(rounded.full(), 2 * a.full())


def test_rounding_keeps_its_bound_and_is_as_good_as_the_svd():
    a = train((4, 5, 6, 3), (4, 8, 3))
    x = a.full()
    for rtol in (0.6, 0.3, 0.05):
        rounded = a.round(rtol=rtol)
        assert float((rounded.full() - x).norm()) <= rtol * float(x.norm())
        assert rounded.ranks == tt_svd(x, rtol=rtol).ranks
    close(a.round(ranks=2).full(), tt_svd(x, ranks=2).full(), 1e-8)


def test_norms_of_trains_too_large_to_write_out():
    ones = TensorTrain([mg.ones(1, 2, 1, dtype=mg.float64)] * 100)  # 2 ** 100 elements
    assert float(ones.norm()) == pytest.approx(2.0**50)
    assert float((ones + ones).round().norm()) == pytest.approx(2.0**51)
    assert (ones + ones).round().ranks == (1,) * 99


def test_gradients_pass_the_train():
    cores = [normal(1, 3, 2).requires_grad_(), normal(2, 4, 1).requires_grad_()]
    made = TensorTrain(cores)
    assert mg.autograd.gradcheck(lambda *c: TensorTrain(c).norm(), cores)
    made.dot(made).backward()
    close(cores[0].grad, 2 * (made.full() @ cores[1].reshape(2, 4).T).reshape(1, 3, 2))


@pytest.mark.parametrize("shapes", [[], [(1, 2, 3)], [(1, 2, 3), (2, 2, 1)], [(1, 2), (2, 1)]])
def test_cores_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="expected cores"):
        TensorTrain([mg.ones(*shape) for shape in shapes])


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"expected equal shapes, got \(2, 3\) and \(3, 2\)"):
        train((2, 3), (1,)).dot(train((3, 2), (1,)))
    with pytest.raises(IndexError, match="expected 2 indices, got 1"):
        train((2, 3), (1,))[0,]


# --- TTLinear -----------------------------------------------------------------------------------

LAYERS = [
    ((5, 6), (3, 4), (3, 12, 6), "separate"),
    ((7,), (2, 3), (2, 4), "separate"),
    ((4, 3, 2), (5,), 2, "separate"),
    ((5, 6), (3, 4), 7, "paired"),
    ((2, 3, 4), (4, 1, 2), (3, 2), "paired"),
    ((6,), (5,), (), "paired"),
]


@pytest.mark.parametrize(("ins", "outs", "ranks", "layout"), LAYERS)
@pytest.mark.parametrize("lead", [(), (4,), (2, 3), (0,)])
def test_forward_and_gradients_are_those_of_the_full_matrix(ins, outs, ranks, layout, lead):
    layer = TTLinear(ins, outs, ranks, layout=layout, dtype=mg.float64)
    x = normal(*lead, layer.in_features).requires_grad_()
    g = normal(*lead, layer.out_features)
    parameters = [x, *layer.parameters()]
    found = layer(x)
    expected = nn.functional.linear(x, layer.full_weight(), layer.bias)
    close(found, expected)
    ours = mg.autograd.grad(found, parameters, g)
    for one, other in zip(ours, mg.autograd.grad(expected, parameters, g)):
        close(one, other)


@pytest.mark.parametrize("layout", ["separate", "paired"])
def test_from_linear_is_exact_without_bounds(layout):
    linear = nn.Linear(30, 12, dtype=mg.float64)
    layer = TTLinear.from_linear(linear, (5, 6), (3, 4), layout=layout)
    close(layer.full_weight(), linear.weight)
    x = normal(7, 30)
    close(layer(x), linear(x))
    assert all(p.requires_grad and p.is_leaf for p in layer.parameters())


@pytest.mark.parametrize("layout", ["separate", "paired"])
def test_from_linear_within_a_bound(layout):
    linear = nn.Linear(30, 12, bias=False, dtype=mg.float64)
    layer = TTLinear.from_linear(linear, (5, 6), (3, 4), rtol=0.4, layout=layout)
    error = float((layer.full_weight() - linear.weight).norm() / linear.weight.norm())
    assert 0.01 < error <= 0.4
    assert layer.bias is None


def test_numbers_of_parameters():
    """12 x 30 weights and 12 biases are 372 numbers. Cores of (3, 4 | 5, 6), outputs first."""
    linear = nn.Linear(30, 12)
    exact = TTLinear.from_linear(linear, (5, 6), (3, 4))
    assert exact.ranks == (3, 12, 6)
    counts = {12: 561, 11: 519, 10: 477, 9: 435, 8: 393, 7: 351, 6: 309}
    for middle, count in counts.items():
        for layer in (
            TTLinear((5, 6), (3, 4), (3, middle, 6)),
            TTLinear.from_linear(linear, (5, 6), (3, 4), (3, middle, 6)),
        ):
            assert sum(p.numel() for p in layer.parameters()) == count


@pytest.mark.parametrize(("ins", "outs", "ranks", "layout"), LAYERS[:1] + LAYERS[3:4])
def test_the_output_varies_at_first_as_that_of_linear(ins, outs, ranks, layout):
    count = 3000
    x = normal(math.prod(ins))
    squares = np.zeros(math.prod(outs))
    layer = TTLinear(ins, outs, ranks, bias=False, layout=layout, dtype=mg.float64)
    for _ in range(count):
        layer.reset_parameters()
        squares += layer(x).detach().numpy() ** 2
    expected = float((x * x).sum()) / (3 * math.prod(ins))
    # The mean of 3000 x 12 squares of heavy-tailed numbers: a few percent.
    assert squares.mean() / count == pytest.approx(expected, rel=0.08)
    layer = TTLinear(ins, outs, ranks, layout=layout)
    assert float(layer.bias.abs().max()) <= 1 / math.sqrt(math.prod(ins))


@pytest.mark.parametrize("layout", ["separate", "paired"])
def test_the_matrix_is_never_written_out(layout):
    """4096 x 4096 float32 weights would take 64 MiB."""
    layer = TTLinear((16, 16, 16), (16, 16, 16), 4, layout=layout)
    x = mg.randn(8, 4096, requires_grad=True)
    tracemalloc.start()
    layer(x).sum().backward()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20
    assert layer.cores[0].grad is not None


def test_a_network_of_trains_learns():
    net = nn.Sequential(TTLinear((28, 28), (5, 10), 8), nn.ReLU(), TTLinear((5, 10), (2, 5), 5))
    x, y = mg.randn(20, 784), mg.arange(20) % 10
    optimizer = mg.optim.Adam(net.parameters(), lr=0.02)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
    assert len(net.state_dict()) == 10


def test_layers_refused():
    with pytest.raises(ValueError, match="expected 3 ranks, got 2"):
        TTLinear((5, 6), (3, 4), (3, 3))
    with pytest.raises(ValueError, match="as many input as output dimensions"):
        TTLinear((5, 6), (12,), 2, layout="paired")
    with pytest.raises(ValueError, match="expected a factor or more each"):
        TTLinear((), (3, 4), 2)
    with pytest.raises(ValueError, match="layout must be"):
        TTLinear((5, 6), (12,), 2, layout="other")
    with pytest.raises(ValueError, match=r"shape \(12, 30\) does not fit"):
        TTLinear.from_linear(nn.Linear(30, 12), (5, 5), (3, 4))
    shown = repr(TTLinear((5, 6), (3, 4), 2))
    assert "in_shape=(5, 6), out_shape=(3, 4), ranks=(2, 2, 2), bias=True" in shown


# --- KroneckerLinear ------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("lead", [(), (4,), (2, 3), (0,)])
def test_kronecker_is_numpys(shared, lead):
    ins, outs = ((4, 4), (3, 3)) if shared else ((4, 5), (3, 2))
    layer = KroneckerLinear(ins, outs, shared=shared, dtype=mg.float64)
    close(layer.full_weight(), np.kron(layer.left.detach().numpy(), layer.right.detach().numpy()))
    x = normal(*lead, layer.in_features).requires_grad_()
    g = normal(*lead, layer.out_features)
    parameters = [x, *layer.parameters()]
    assert len(parameters) == (3 if shared else 4)
    found, expected = layer(x), nn.functional.linear(x, layer.full_weight(), layer.bias)
    close(found, expected)
    ours = mg.autograd.grad(found, parameters, g)
    for one, other in zip(ours, mg.autograd.grad(expected, parameters, g)):
        close(one, other)


def test_kronecker_numbers_of_weights():
    layer = KroneckerLinear((28, 28), (25, 25), bias=False)
    assert sum(p.numel() for p in layer.parameters()) == 2 * 28 * 25 == 1400
    shared = KroneckerLinear((28, 28), (25, 25), bias=False, shared=True)
    assert sum(p.numel() for p in shared.parameters()) == 700
    assert layer(mg.randn(3, 784)).shape == (3, 625)


def test_kronecker_varies_at_first_as_linear():
    x = normal(20)
    layer = KroneckerLinear((4, 5), (3, 2), bias=False, dtype=mg.float64)
    squares = []
    for _ in range(3000):
        layer.reset_parameters()
        squares.append(float((layer(x) ** 2).mean()))
    assert np.mean(squares) == pytest.approx(float((x * x).sum()) / 60, rel=0.08)


def test_a_kronecker_product_is_found():
    a, b = normal(3, 4), normal(2, 5)
    linear = nn.Linear(20, 6, dtype=mg.float64)
    with mg.no_grad():
        linear.weight.copy_(mg.tensor(np.kron(a.numpy(), b.numpy())))
    layer = KroneckerLinear.from_linear(linear, (4, 5), (3, 2))
    close(layer.full_weight(), linear.weight)
    close(layer.bias, linear.bias)


def test_the_nearest_product_is_a_minimum():
    m = normal(6, 20)
    left, right = nearest_kronecker(m, (4, 5), (3, 2))
    a, b = left.requires_grad_(), right.requires_grad_()
    full = (a[:, None, :, None] * b[None, :, None, :]).reshape(6, 20)
    error = ((full - m) ** 2).sum()
    gradients = mg.autograd.grad(error, [a, b])
    for gradient in gradients:
        close(gradient, np.zeros(gradient.shape), 1e-9)
    blocks = m.numpy().reshape(3, 2, 4, 5).transpose(0, 2, 1, 3).reshape(12, 10)
    s = np.linalg.svd(blocks, compute_uv=False)
    assert float(error) == pytest.approx((s[1:] ** 2).sum())


def test_the_nearest_shared_product():
    a = normal(2, 3)
    left, right = nearest_kronecker(np.kron(a.numpy(), a.numpy()), (3, 3), (2, 2), shared=True)
    assert left is right
    sign = np.sign((left * a).sum().item())
    close(left, sign * a.numpy())
    nothing, _ = nearest_kronecker(-np.kron(a.numpy(), a.numpy()), (3, 3), (2, 2), shared=True)
    close(nothing, np.zeros((2, 3)), 1e-6)
    layer = KroneckerLinear.from_linear(nn.Linear(9, 4, bias=False), (3, 3), (2, 2), shared=True)
    assert [name for name, _ in layer.named_parameters()] == ["left"]


def test_kronecker_refused():
    with pytest.raises(ValueError, match="must have two factors"):
        KroneckerLinear((4, 5, 6), (3, 2))
    with pytest.raises(ValueError, match="cannot be both"):
        KroneckerLinear((4, 5), (3, 3), shared=True)
    with pytest.raises(ValueError, match="does not fit"):
        nearest_kronecker(normal(6, 20), (4, 4), (3, 2))


def test_kronecker_is_never_written_out():
    layer = KroneckerLinear((64, 64), (64, 64))
    x = mg.randn(8, 4096, requires_grad=True)
    tracemalloc.start()
    layer(x).sum().backward()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


# --- matrix product states ------------------------------------------------------------------------


def test_ghz_has_bond_dimension_two():
    state = np.zeros(2**5)
    state[[0, -1]] = math.sqrt(0.5)
    found = mps(state)
    assert found.ranks == (2, 2, 2, 2)
    close(found.full().reshape(-1), state)
    made = ghz(5, mg.float64)
    assert made.ranks == (2, 2, 2, 2)
    close(made.full().reshape(-1), state)
    assert float(made[(1,) * 5]) == pytest.approx(math.sqrt(0.5))
    assert float(made[0, 1, 0, 0, 0]) == 0


def test_product_states_have_bond_dimension_one():
    vectors = [np.array([0.6, 0.8]), np.array([1.0, 0.0]), np.array([0.0, 1.0j])]
    state = np.kron(np.kron(*vectors[:2]), vectors[2])
    assert mps(state).ranks == (1, 1)
    close(product_state(vectors[:2]).full().reshape(-1), np.kron(*vectors[:2]))


def test_inner_products_conjugate_the_first():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 2**4, 2)).view(complex)[..., 0]
    close(mps(a).dot(mps(b)), np.vdot(a, b))
    close(mps(a).norm(), np.linalg.norm(a))
    close(mps(a)[1, 0, 1, 1], a[0b1011])


def test_states_of_sixty_particles():
    assert float(ghz(60).norm()) == pytest.approx(1, rel=1e-5)
    zero = product_state([mg.tensor([1.0, 0.0])] * 60)
    assert float(zero.dot(ghz(60))) == pytest.approx(math.sqrt(0.5), rel=1e-5)


def test_truncated_states():
    rng = np.random.default_rng(2)
    state = rng.normal(size=2**8)
    found = mps(state, ranks=4)
    assert max(found.ranks) == 4
    assert max(mps(state).ranks) == 16
    error = np.linalg.norm(found.full().reshape(-1).numpy() - state)
    assert 0 < error < np.linalg.norm(state)


def test_particles_of_three_levels():
    assert mps(np.arange(27.0), levels=3).shape == (3, 3, 3)
    with pytest.raises(ValueError, match=r"expected a vector of 2 \*\* n amplitudes"):
        mps(np.arange(27.0))
    with pytest.raises(ValueError, match="two particles or more, got 1"):
        ghz(1)
