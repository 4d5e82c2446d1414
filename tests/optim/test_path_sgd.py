"""Path-SGD: its factors against all paths written out, and its invariance under rescaling."""

from itertools import pairwise, product

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.optim import PathSGD, path_norm


def mlp(sizes, bias=True, seed=0):
    layers = []
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after, bias=bias), nn.ReLU()]
    model = nn.Sequential(*layers[:-1]).double()
    rng = np.random.default_rng(seed)
    with mg.no_grad():
        for param in model.parameters():
            param.copy_(mg.tensor(rng.normal(size=param.shape)))
    return model


def edges_of(model, sizes):
    """Layers of edges ((parameter, index), from, to), with a unit "1" in each layer for biases."""
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    for layer, (before, after) in zip(linear, pairwise(sizes), strict=True):
        edges = [((layer.weight, (j, i)), i, j) for i, j in product(range(before), range(after))]
        if layer.bias is not None:
            edges += [((layer.bias, (j,)), "1", j) for j in range(after)]
        yield edges


def all_paths(model, sizes):
    """Every path as a list of edges (parameter, index): from the inputs and from the biases."""
    paths = [([], i) for i in range(sizes[0])]
    for edges in edges_of(model, sizes):
        going = [*paths, ([], "1")]
        paths = [
            ([*path, edge], end)
            for (path, at), (edge, start, end) in product(going, edges)
            if at == start
        ]
    return [path for path, _ in paths]


def written_out(model, sizes, p):
    """Kappa of every edge, and the norm, from the definition."""
    kappa = {id(param): np.zeros(param.shape) for param in model.parameters()}
    total = 0.0
    for path in all_paths(model, sizes):
        weights = [abs(param.detach().numpy()[index]) ** p for param, index in path]
        total += np.prod(weights)
        for k, (param, index) in enumerate(path):
            kappa[id(param)][index] += np.prod(weights[:k] + weights[k + 1 :])
    return {key: value ** (2 / p) for key, value in kappa.items()}, total ** (1 / p)


def backward(model, shape, seed=1):
    x = mg.tensor(np.random.default_rng(seed).normal(size=(5, *shape)))
    model.zero_grad()
    (model(x) ** 2).sum().backward()


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 3, 4, 2)])
def test_factors_are_sums_over_paths(sizes, p, bias) -> None:
    model = mlp(sizes, bias)
    kappa, norm = written_out(model, sizes, p)
    optimizer = PathSGD(model, sizes[:1], lr=0.1, p=p)
    backward(model, sizes[:1])
    expected = [
        param.detach().numpy() - 0.1 * param.grad.numpy() / kappa[id(param)]
        for param in model.parameters()
    ]
    np.testing.assert_allclose(path_norm(model, sizes[:1], p).item(), norm, rtol=1e-12)
    optimizer.step()
    for param, value in zip(model.parameters(), expected, strict=True):
        np.testing.assert_allclose(
            optimizer.state[param]["kappa"].numpy(), kappa[id(param)], rtol=1e-12
        )
        np.testing.assert_allclose(param.detach().numpy(), value, rtol=1e-12)


def test_convolution_is_a_linear_layer_with_shared_weights() -> None:
    """The same network, written as matrices: the factors of equal edges add up."""
    rng = np.random.default_rng(0)
    kernel, last = rng.normal(size=(2, 1, 2)), rng.normal(size=(1, 6))
    model = nn.Sequential(
        nn.Conv1d(1, 2, 2, bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(6, 1, bias=False)
    ).double()
    dense = mlp((4, 6, 1), bias=False)
    matrix, owner = np.zeros((6, 4)), {}
    for channel, place, tap in product(range(2), range(3), range(2)):
        matrix[channel * 3 + place, place + tap] = kernel[channel, 0, tap]
        owner[channel * 3 + place, place + tap] = channel, 0, tap
    with mg.no_grad():
        for target, value in (
            (model[0].weight, kernel),
            (model[3].weight, last),
            (dense[0].weight, matrix),
            (dense[2].weight, last),
        ):
            target.copy_(mg.tensor(value))
    kappa, _ = written_out(dense, (4, 6, 1), 2)
    expected = np.zeros(kernel.shape)
    for index, shared in owner.items():
        expected[shared] += kappa[id(dense[0].weight)][index]
    optimizer = PathSGD(model, (1, 4))
    backward(model, (1, 4))
    optimizer.step()
    found = [optimizer.state[param]["kappa"].numpy() for param in model.parameters()]
    np.testing.assert_allclose(found[0], expected, rtol=1e-12)
    np.testing.assert_allclose(found[1], kappa[id(dense[2].weight)], rtol=1e-12)


def rescaled_pair(make):
    """Two networks with the same function: hidden units of the second are scaled by up to 30."""
    pair = [make(), make()]
    layers = [layer for layer in pair[1] if isinstance(layer, nn.Linear)]
    rng = np.random.default_rng(5)
    with mg.no_grad():
        for before, after in pairwise(layers):
            factors = mg.tensor(np.exp(rng.uniform(-3.4, 3.4, before.out_features)))
            before.weight *= factors[:, None]
            if before.bias is not None:
                before.bias *= factors
            after.weight /= factors
    return pair


def distances(pair, optimizers):
    """How far the two functions are apart after each step of training."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(20):
        x, y = mg.tensor(rng.normal(size=(16, 3))), mg.tensor(rng.normal(size=(16, 2)))
        probe = mg.tensor(rng.normal(size=(50, 3)))
        for model, optimizer in zip(pair, optimizers, strict=True):
            optimizer.zero_grad()
            ((model(x) - y) ** 2).mean().backward()
            optimizer.step()
        found.append((pair[0](probe) - pair[1](probe)).abs().max().item())
    return found


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("p", [1, 2])
def test_rescaled_networks_stay_equal(bias, p) -> None:
    pair = rescaled_pair(lambda: mlp((3, 8, 6, 2), bias))
    before = pair[0](mg.ones((1, 3), dtype="float64")).detach().numpy()
    paths = [PathSGD(model, (3,), lr=0.1, p=p) for model in pair]
    assert max(distances(pair, paths)) < 1e-9
    after = pair[0](mg.ones((1, 3), dtype="float64")).detach().numpy()
    assert np.abs(after - before).max() > 0.01  # they did move


def test_plain_gradients_tell_rescaled_networks_apart() -> None:
    pair = rescaled_pair(lambda: mlp((3, 8, 6, 2)))
    found = distances(pair, [optim.SGD(model.parameters(), lr=1e-5) for model in pair])
    assert found[-1] > 1e-2


def test_dropout_is_left_out_and_modes_are_kept() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), nn.ReLU(), nn.Linear(3, 1)).double()
    model[3].eval()
    norms = {path_norm(model, (2,)).item() for _ in range(5)}
    assert len(norms) == 1
    assert [module.training for module in model] == [True, True, True, False]


def test_norm_can_be_differentiated() -> None:
    model = mlp((3, 4, 2))
    path_norm(model, (3,)).backward()
    weight, h = model[0].weight, 1e-6
    gradient = weight.grad[1, 2].item()
    found = []
    for sign in (1, -1):
        with mg.no_grad():
            weight[1, 2] += sign * h
        found.append(path_norm(model, (3,)).item())
        with mg.no_grad():
            weight[1, 2] -= sign * h
    np.testing.assert_allclose(gradient, (found[0] - found[1]) / (2 * h), rtol=1e-6)


def test_dead_units_and_frozen_layers_stay() -> None:
    model = mlp((3, 4, 2))
    with mg.no_grad():
        model[2].weight.fill_(0)  # no path leads through the first layer any longer
    model[2].bias.requires_grad_(False)
    before = [param.detach().numpy().copy() for param in model.parameters()]
    optimizer = PathSGD(model, (3,), lr=0.1)
    backward(model, (3,))
    optimizer.step()
    after = [param.detach().numpy() for param in model.parameters()]
    for index in (0, 1, 3):
        np.testing.assert_array_equal(after[index], before[index])
    assert np.abs(after[2] - before[2]).max() > 0


def test_factors_may_be_kept_for_some_steps() -> None:
    model = mlp((3, 4, 2))
    optimizer = PathSGD(model, (3,), lr=0.01, every=2)
    seen = []
    for _ in range(3):
        backward(model, (3,))
        optimizer.step()
        seen.append(optimizer.state[model[0].weight]["kappa"].numpy().copy())
    np.testing.assert_array_equal(seen[0], seen[1])
    assert np.abs(seen[2] - seen[1]).max() > 0


def test_state_goes_on() -> None:
    model, twin = mlp((3, 4, 2)), mlp((3, 4, 2))
    first, second = PathSGD(model, (3,), lr=0.01), PathSGD(twin, (3,), lr=0.5)
    second.load_state_dict(first.state_dict())
    for net, optimizer in ((model, first), (twin, second)):
        backward(net, (3,))
        optimizer.step()
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())


def test_settings_are_checked() -> None:
    model = mlp((3, 2))
    for settings in ({"lr": -1}, {"p": 0.5}, {"every": 0}):
        with pytest.raises(ValueError, match="Invalid"):
            PathSGD(model, (3,), **settings)
    with pytest.raises(ValueError, match="one parameter group"):
        PathSGD(model, (3,)).add_param_group({"params": [mg.ones(1, requires_grad=True)]})
