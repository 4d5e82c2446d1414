"""Modules as functions of their parameters, against ``torch.func``."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.transforms import functional_call, stack_module_state


def model(engine):
    layers = engine.nn
    return layers.Sequential(layers.Linear(2, 3), layers.BatchNorm1d(3), layers.Linear(3, 1))


def test_called_with_other_parameters_the_module_stays_as_it_was():
    net = model(mg)
    own = net[0].weight
    given = {"0.weight": mg.ones(3, 2), "2.bias": mg.tensor([5.0])}
    x = mg.randn(4, 2)
    found = functional_call(net, given, (x,))
    assert net[0].weight is own
    other = model(mg)
    other.load_state_dict({**net.state_dict(), **given})
    assert (found == other(x)).all()
    assert (functional_call(net, [{}, given], x) == found).all()


def test_gradients_go_to_what_was_given():
    net = mg.nn.Linear(2, 1)
    given = {"weight": mg.ones(1, 2, requires_grad=True)}
    functional_call(net, given, mg.tensor([3.0, 4.0]), {}).sum().backward()
    assert given["weight"].grad.tolist() == [[3.0, 4.0]]
    assert net.weight.grad is None


def test_an_ensemble():
    nets = [mg.nn.Linear(2, 3) for _ in range(4)]
    parameters, buffers = stack_module_state(nets)
    assert buffers == {}
    assert parameters["weight"].requires_grad
    assert parameters["weight"].is_leaf
    x = mg.randn(5, 2)

    def call(state, x):
        return functional_call(nets[0], state, (x,))

    found = mg.vmap(call, (0, None))(parameters, x)
    for i, net in enumerate(nets):
        np.testing.assert_allclose(
            found[i].detach().numpy(), net(x).detach().numpy(), rtol=1e-5, atol=1e-6
        )


def tied(engine):
    net = engine.nn.Sequential(engine.nn.Linear(2, 2), engine.nn.Linear(2, 2))
    net[1].weight = net[0].weight
    return net


def test_tied_parameters():
    net = tied(mg)
    x, given = mg.randn(3, 2), {"0.weight": mg.eye(2)}
    both = functional_call(net, given, x)
    one = functional_call(net, given, x, tie_weights=False)
    net_by_hand = (x + net[0].bias) + net[1].bias
    np.testing.assert_allclose(both.detach().numpy(), net_by_hand.detach().numpy(), rtol=1e-6)
    assert not np.allclose(both.detach().numpy(), one.detach().numpy())


ERRORS = {
    "twice": lambda t, f: f.functional_call(model(t), [{"0.bias": t.ones(3)}] * 2, t.ones(4, 2)),
    "no dict": lambda t, f: f.functional_call(model(t), 3, t.ones(4, 2)),
    "no dicts": lambda t, f: f.functional_call(model(t), [3], t.ones(4, 2)),
    "strict": lambda t, f: f.functional_call(
        model(t), {"0.bias": t.ones(3)}, t.ones(4, 2), strict=True
    ),
    "two values": lambda t, f: f.functional_call(
        tied(t), {"0.weight": t.ones(2, 2), "1.weight": t.zeros(2, 2)}, t.ones(4, 2)
    ),
    "no models": lambda t, f: f.stack_module_state([]),
    "modes": lambda t, f: f.stack_module_state([model(t), model(t).eval()]),
    "classes": lambda t, f: f.stack_module_state([model(t), t.nn.Linear(2, 2)]),
    "trained": lambda t, f: f.stack_module_state([model(t), model(t).requires_grad_(False)]),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses_what_pytorch_refuses(name):
    with pytest.raises((RuntimeError, ValueError)) as theirs:
        ERRORS[name](torch, torch.func)
    with pytest.raises(theirs.type) as ours:
        ERRORS[name](mg, mg.transforms)
    assert ours.type is theirs.type
