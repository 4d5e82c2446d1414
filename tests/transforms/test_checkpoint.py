"""Checkpoints: the gradients of a plain call, from less memory."""

import contextlib

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import nn
from minigrad.autograd.node import Node
from minigrad.transforms import CheckpointError, checkpoint, checkpoint_sequential


def block(x, scale=1.0):
    y = mg.sin(x * x) * scale
    y += x
    return mg.exp(y * 0.5), {"second": y * y}


def gradients(function, *inputs):
    first, rest = function(*inputs)
    return mg.grad(first.sum() + rest["second"].sum(), inputs)


def leaf(*values):
    return mg.tensor(values, dtype=mg.float64, requires_grad=True)


def test_gradients_are_those_of_a_plain_call():
    x, scale = leaf(0.3, -1.2), leaf(2.0)
    plain = gradients(block, x, scale)
    again = gradients(lambda x, s: checkpoint(block, x, scale=s), x, scale)
    for one, other in zip(again, plain, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-14)


def test_higher_derivatives_and_nesting():
    def nested(x):
        return checkpoint(block, checkpoint(block, x)[0] * 0.1)[0].sum()

    def plain(x):
        return block(block(x)[0] * 0.1)[0].sum()

    x = mg.tensor([0.3, -0.2], dtype=mg.float64)
    for transform in (mg.grad, mg.hessian, lambda f: mg.grad(lambda x: mg.grad(f)(x).sin().sum())):
        found = transform(lambda x: checkpoint(nested, x))(x)
        np.testing.assert_allclose(found.numpy(), transform(plain)(x).numpy(), rtol=1e-12)
    found = mg.vmap(mg.grad(nested))(x.reshape(2, 1))
    np.testing.assert_allclose(found.numpy()[:, 0], mg.grad(plain)(x).numpy(), rtol=1e-12)


def test_what_the_function_captures_is_trained():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = mg.randn(5, 3)
    model(x).sum().backward()
    expected = [p.grad for p in model.parameters()]
    model.zero_grad()
    checkpoint(model, x, use_reentrant=False).sum().backward()
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert (parameter.grad == gradient).all()


def test_dropout_drops_the_same_again():
    x = mg.ones(1000, requires_grad=True)
    y = checkpoint(lambda x: nn.functional.dropout(x * x, 0.5), x)
    mg.rand(3)
    before = mg.get_rng_state()
    y.sum().backward()
    assert (x.grad == 2 * y.detach()).all()
    assert (mg.get_rng_state() == before).all()
    x.grad = None
    y = checkpoint(lambda x: nn.functional.dropout(x * x, 0.5), x, preserve_rng_state=False)
    mg.rand(3)
    y.sum().backward()
    assert not (x.grad == 2 * y.detach()).all()


def saved_arrays(tensor):
    queue, seen, found = [tensor._node], set(), []
    while queue:
        node = queue.pop()
        if isinstance(node, Node) and node not in seen:
            seen.add(node)
            queue += node.parents
            found += [
                a for args in node.saved or () for a in args or () if isinstance(a, np.ndarray)
            ]
    return found


def test_intermediate_results_are_not_kept():
    x = leaf(0.3, -1.2)
    assert saved_arrays(block(x)[0])
    assert not saved_arrays(checkpoint(block, x)[0])


def test_the_function_is_called_once_for_each_pass():
    calls = []

    def counted(x):
        calls.append(1)
        return block(x)[0]

    x = leaf(0.3)
    y = checkpoint(counted, x)
    assert len(calls) == 1
    first = mg.grad(y, x, retain_graph=True)
    assert len(calls) == 2
    second = mg.grad(y, x)
    assert len(calls) == 3
    assert first[0].item() == second[0].item()
    with pytest.raises(RuntimeError, match="second time"):
        mg.grad(y, x)


def test_without_gradients_it_is_a_plain_call():
    assert checkpoint(lambda x, k: x * k, mg.ones(2), k=3).tolist() == [3.0, 3.0]
    with mg.no_grad():
        assert not checkpoint(lambda x: x * 2, leaf(1.0)).requires_grad
    assert checkpoint(lambda: "text") == "text"


def test_a_function_that_does_something_else_is_found_out():
    state = [True]

    def fickle(x):
        y = mg.sin(x) if state[0] else mg.exp(x) * x
        return y * x

    x = leaf(0.3)
    y = checkpoint(fickle, x)
    state[0] = False
    with pytest.raises(CheckpointError, match="called again"):
        y.backward()
    # PyTorch calls that a RuntimeError too.
    assert issubclass(CheckpointError, RuntimeError)
    assert issubclass(torch.utils.checkpoint.CheckpointError, RuntimeError)


def test_arguments_that_were_overwritten_are_found_out():
    x, w = mg.ones(2), leaf(1.0, 2.0)
    y = checkpoint(lambda x: mg.sin(x * w), x)
    x.zero_()
    with pytest.raises(RuntimeError, match="inplace"):
        y.sum().backward()


def test_contexts_surround_the_calls():
    seen = []

    @contextlib.contextmanager
    def mark(name):
        seen.append(name)
        yield

    x = leaf(0.3)
    checkpoint(mg.sin, x, context_fn=lambda: (mark("first"), mark("second"))).backward()
    assert seen == ["first", "second"]


def test_sequential_segments():
    layers = [nn.Linear(4, 4) for _ in range(5)]
    model = nn.Sequential(*layers)
    x = mg.randn(3, 4)
    expected = mg.grad(model(x).sum(), list(model.parameters()))
    for functions in (model, layers):
        for segments in (1, 2, 5):
            found = checkpoint_sequential(functions, segments, x, use_reentrant=False)
            for one, other in zip(
                mg.grad(found.sum(), list(model.parameters())), expected, strict=True
            ):
                np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-5)
