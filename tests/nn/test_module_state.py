"""state_dict and load_state_dict: what travels, what is refused, and that nothing is half done."""

import numpy as np
import pytest
import torch
from nn_models import pair

import minigrad as mg


def values(net):
    return {name: tensor.detach().numpy().copy() for name, tensor in net.state_dict().items()}


def test_values_travel() -> None:
    source, theirs = pair()
    target, _ = pair()
    with mg.no_grad():
        for parameter in source.parameters():
            parameter.add_(1.0)
    weight = target.third.weight
    result = target.load_state_dict(source.state_dict())
    assert (
        repr(result)
        == "<All keys matched successfully>"
        == repr(theirs.load_state_dict(theirs.state_dict()))
    )
    assert target.third.weight is weight
    for name, value in values(source).items():
        np.testing.assert_array_equal(values(target)[name], value)


def test_state_shares_memory_but_no_history() -> None:
    net, _ = pair()
    state = net.state_dict()
    assert not any(tensor.requires_grad for tensor in state.values())
    assert np.shares_memory(state["scale"].numpy(), net.scale.detach().numpy())
    assert net.state_dict(keep_vars=True)["scale"] is net.scale


def test_state_can_be_collected_elsewhere() -> None:
    net, _ = pair()
    found: dict = {"other": 1}
    assert net.third.state_dict(destination=found, prefix="t.") is found
    assert list(found) == ["other", "t.weight"]


def test_dtype_is_the_modules() -> None:
    net, _ = pair()
    state = {name: mg.tensor(value, dtype="float64") for name, value in values(net).items()}
    net.load_state_dict(state)
    assert net.scale.dtype == mg.float32


def test_loading_counts_as_a_write() -> None:
    net, _ = pair()
    loss = net(mg.tensor([1.0, 1.0])).sum()
    net.load_state_dict(net.state_dict())
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_assign_puts_the_tensors_themselves() -> None:
    net, _ = pair()
    net.scale.requires_grad_(False)
    state = {name: mg.tensor(value, dtype="float64") for name, value in values(net).items()}
    net.load_state_dict(state, assign=True)
    assert net.count is state["count"]
    assert net.scale.dtype == mg.float64
    assert isinstance(net.scale, mg.nn.Parameter)
    assert not net.scale.requires_grad
    assert net.first.weight.requires_grad


def test_not_strict() -> None:
    net, theirs = pair()
    ours_state = {"scale": mg.tensor(9.0), "extra": mg.tensor(1.0)}
    theirs_state = {"scale": torch.tensor(9.0), "extra": torch.tensor(1.0)}
    found = net.load_state_dict(ours_state, strict=False)
    expected = theirs.load_state_dict(theirs_state, strict=False)
    assert net.scale.item() == theirs.scale.item() == 9.0
    assert sorted(found.missing_keys) == sorted(expected.missing_keys)
    assert found.unexpected_keys == expected.unexpected_keys
    assert found == (found.missing_keys, found.unexpected_keys)


def refused(change, strict=True):
    """The errors of both engines for a changed state, and whether ours left the module alone."""
    ours, theirs = pair()
    state = {name: np.asarray(value + 1.0) for name, value in values(ours).items()}
    change(state)
    before = values(ours)

    def convert(make):
        return {n: make(v) if isinstance(v, np.ndarray) else v for n, v in state.items()}

    with pytest.raises(RuntimeError) as expected:
        theirs.load_state_dict(convert(torch.tensor), strict=strict)
    with pytest.raises(RuntimeError) as found:
        ours.load_state_dict(convert(mg.tensor), strict=strict)
    for name, value in values(ours).items():
        np.testing.assert_array_equal(value, before[name])
    return str(found.value), str(expected.value)


def test_missing_and_unexpected_keys() -> None:
    def change(state):
        del state["count"], state["third.weight"]
        state["more"] = state["scale"]

    ours, theirs = refused(change)
    first, missing, unexpected = theirs.split("\n")
    assert ours.startswith(first)
    assert 'Missing key(s) in state_dict: "count", "third.weight". ' in ours
    assert unexpected in ours
    assert sorted(missing) == sorted(ours.split("\n")[1])


def test_missing_keys_alone() -> None:
    ours, theirs = refused(lambda state: state.pop("count"))
    assert ours == theirs


def test_wrong_size_is_an_error_even_if_not_strict() -> None:
    def change(state):
        state["scale"] = np.ones(3)

    for strict in (True, False):
        ours, theirs = refused(change, strict)
        assert ours.split(":")[0] == theirs.split(":")[0]
        assert "size mismatch for scale: copying a param with shape" in ours


def test_other_types_are_refused() -> None:
    def change(state):
        state["scale"] = 3.0

    ours, theirs = refused(change)
    assert 'While copying the parameter named "scale"' in ours
    assert 'While copying the parameter named "scale"' in theirs
    with pytest.raises(TypeError, match="Expected state_dict to be dict-like"):
        pair()[0].load_state_dict([1])


def test_states_of_batch_norm_from_before_it_counted_batches() -> None:
    def missing(lib, **version):
        net = lib.nn.Sequential(lib.nn.Linear(2, 3), lib.nn.BatchNorm1d(3))
        state = net.state_dict()
        versions = {path: dict(entry) for path, entry in state._metadata.items()}
        state = type(state)((k, v) for k, v in state.items() if not k.endswith("tracked"))
        if version:
            state._metadata = versions
            state._metadata["1"].update(version)
        result = net.load_state_dict(state, strict=False)
        return versions, result.missing_keys, result.unexpected_keys

    for version in ({}, {"version": 1}, {"version": 2}):
        assert missing(mg, **version) == missing(torch, **version)
    assert missing(mg, version=2)[1] == ["1.num_batches_tracked"]


def test_state_prints_as_pytorchs() -> None:
    state = mg.nn.Linear(2, 3).state_dict()
    assert type(state) is type(torch.nn.Linear(2, 3).state_dict())
    assert state._metadata == {"": {"version": 1}}
