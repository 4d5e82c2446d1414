"""A layer on both engines: the same text, initial weights, state, results and gradients."""

import numpy as np
import pytest
import torch

import minigrad as mg


def numbers(value):
    """A result as a flat list of arrays: tensors, and tuples of results."""
    if value is None:
        return []
    if isinstance(value, tuple | list):
        return [array for part in value for array in numbers(part)]
    return [value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)]


def close(ours, theirs, rtol, what) -> None:
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, what
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol / 10, err_msg=what)


def made(build, initial=1e-6):
    """The layer on both engines from the same seed: they print, begin and are saved alike."""
    mg.manual_seed(0), torch.manual_seed(0)
    ours, theirs = build(mg.nn), build(torch.nn)
    assert repr(ours) == repr(theirs)
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for key, value in ours.state_dict().items():
        close(value.numpy(), state[key].numpy(), initial, key)
    assert mg.rand(2).tolist() == torch.rand(2).tolist()
    ours.double(), theirs.double()
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    ours.load_state_dict({k: mg.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    return ours, theirs


def ran(lib, layer, arrays, call):
    """Results, and the gradients of a combination of them: of all inputs and parameters."""
    arrays = [np.asarray(a) for a in arrays]
    inputs = [lib.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    lib.manual_seed(5)
    out = call(layer, *inputs)
    found = [(f"result {i}", x) for i, x in enumerate(numbers(out))]
    total = combined(lib, out)
    if total.requires_grad:
        total.backward()
    leaves = [*((f"input {i}", x) for i, x in enumerate(inputs)), *layer.named_parameters()]
    for name, leaf in leaves:
        grad = None if leaf.grad is None else leaf.grad.numpy()
        found.append((f"gradient of {name}", grad))
    return found + [(name, buffer.numpy()) for name, buffer in layer.named_buffers()]


def combined(lib, out):
    """A number that depends on every element of a result in its own way."""
    if isinstance(out, tuple | list):
        return sum(combined(lib, part) for part in out if part is not None)
    if not out.requires_grad:
        return lib.tensor(0.0)
    shape = tuple(out.shape)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, shape)
    return (out * lib.tensor(weights.astype(out.detach().numpy().dtype))).sum()


def assert_same_layer(
    build,
    arrays,
    call=lambda layer, *inputs: layer(*inputs),
    modes=(True, False),
    rtol=1e-9,
    initial=1e-6,
) -> None:
    """Build a layer on both engines and compare all there is to it, in training and evaluation."""
    ours, theirs = made(build, initial)
    for training in modes:
        ours.train(training), theirs.train(training)
        ours.zero_grad(), theirs.zero_grad()
        a, b = (ran(lib, m, arrays, call) for lib, m in ((mg, ours), (torch, theirs)))
        assert [name for name, _ in a] == [name for name, _ in b]
        for (name, x), (_, y) in zip(a, b, strict=True):
            assert (x is None) == (y is None), name
            if x is not None:
                close(x, y, rtol, name)


def refuse_alike(wrong) -> None:
    """A program that PyTorch refuses is refused with the same type of error."""
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch)
    with pytest.raises(type(expected.value)):
        wrong(mg)
