"""One program on both sides: the same values in the same containers, or the same type of error."""

import warnings

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.transforms.trees import flatten


def array(value):
    """Return the values of a tensor of either side."""
    return value.detach().numpy() if isinstance(value, mg.Tensor | torch.Tensor) else value


def run(program, engine, arrays):
    functions = mg.transforms if engine is mg else torch.func
    with warnings.catch_warnings():
        if engine is torch:  # its forward mode uses what Python deprecates
            warnings.simplefilter("ignore")
        return program(engine, functions, *(engine.from_numpy(np.array(a)) for a in arrays))


def agree(program, *arrays, rtol=1e-9):
    """Assert that a program gives the same on both sides; return what minigrad gives."""
    ours, theirs = run(program, mg, arrays), run(program, torch, arrays)
    found, form = flatten(ours)
    wanted, expected = flatten(theirs)
    assert form == expected
    for x, y in zip(map(array, found), map(array, wanted), strict=True):
        if isinstance(y, np.ndarray):
            assert (x.shape, x.dtype) == (y.shape, y.dtype)
            np.testing.assert_allclose(x, y, rtol=rtol, atol=1e-12)
        else:
            assert x == y
    return ours


def fail(program, *arrays):
    """Assert that a program raises the same type of error on both sides, and says something."""
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - which one is the question
        run(program, torch, arrays)
    assert theirs.type not in (AttributeError, NameError, SyntaxError)
    with pytest.raises(theirs.type) as ours:
        run(program, mg, arrays)
    assert ours.type is theirs.type
    assert str(ours.value)
    return str(ours.value)


rng = np.random.default_rng(0)
x, y, z = rng.uniform(0.5, 1.5, (3, 3, 4))[:, :, :]
v, w = rng.uniform(0.5, 1.5, (2, 4))
s = np.array(0.7)
batch = rng.uniform(-1, 1, (5, 3, 4))
numbers = np.arange(4)
