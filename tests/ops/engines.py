"""One expression on both engines: the same values, dtypes and gradients, or the same error."""

import operator

import numpy as np
import pytest
import torch

import minigrad as mg

nan, inf = float("nan"), float("inf")

# What the names in an expression stand for; ``t`` is the engine itself.
VALUES = {
    "f": np.array([1.5, -2.0], np.float32),
    "g": np.array([[0.25], [3.0]], np.float32),
    "d": np.array([0.1, 2.0], np.float64),
    "h": np.array([1.5, -0.5], np.float16),
    "z": np.zeros((0, 2), np.float32),
    "odd": np.array([nan, inf, -inf, -0.0, 1.0], np.float32),
    "i": np.array([3, -2], np.int64),
    "n": np.array([3, 7], np.int32),
    "u": np.array([1, 200], np.uint8),
    "b": np.array([True, False]),
    "c": np.array([False, False]),
    "s": np.array(0.3, np.float64),
    "k": np.array(2, np.int64),
    "x": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "m": np.arange(12, dtype=np.float32).reshape(3, 4),
    "v": np.arange(4, dtype=np.float32),
}


def evaluate(engine, expression, requires_grad=False):
    """Return the value of an expression, and the tensors in it."""
    tensors = {name: engine.from_numpy(np.array(value)) for name, value in VALUES.items()}
    if requires_grad:
        for tensor in tensors.values():
            if tensor.is_floating_point():
                tensor.requires_grad_()
    names = {**tensors, "t": engine, "np": np, "op": operator, "nan": nan, "inf": inf}
    return eval(expression, names), tensors


def array(value):
    """Return a tensor's values, or a number's."""
    if isinstance(value, mg.Tensor):
        return value.detach().numpy()
    return (
        value.detach().numpy(force=True) if isinstance(value, torch.Tensor) else np.asarray(value)
    )


def same(ours, theirs, rtol=1e-6):
    """Assert that two results, or sequences of them, have the same dtypes, shapes and values."""
    if isinstance(theirs, tuple | list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other, rtol)
        return
    ours, theirs = array(ours), array(theirs)
    rtol = 2e-3 if theirs.dtype == np.float16 else rtol
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=rtol, equal_nan=True)


def agree(expression, gradients=False):
    """Assert that both engines give the same results, and gradients if asked."""
    theirs, their_tensors = evaluate(torch, expression, gradients)
    ours, our_tensors = evaluate(mg, expression, gradients)
    same(ours, theirs)
    if not gradients:
        return
    assert ours.requires_grad == theirs.requires_grad
    ours.sum().backward()
    theirs.sum().backward()
    for name, tensor in their_tensors.items():
        assert (our_tensors[name].grad is None) == (tensor.grad is None)
        if tensor.grad is not None:
            same(our_tensors[name].grad, tensor.grad)


def fail(expression):
    """Assert that both engines raise the same type of error, and ours says something."""
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - which one is the question
        evaluate(torch, expression)
    # A slip of the pen would fail on both engines alike and test nothing.
    assert theirs.type not in (AttributeError, NameError, SyntaxError), expression
    with pytest.raises(theirs.type) as ours:
        evaluate(mg, expression)
    assert ours.type is theirs.type
    assert str(ours.value)


def both(function):
    """Assert that a function of the engine gives the same tuple of tensors on both."""
    same(function(mg), function(torch))
