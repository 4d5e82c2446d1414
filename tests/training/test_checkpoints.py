"""Checkpoints: what goes in comes out; files that others read, and that never are half written."""

import collections
import json
import math

import numpy as np
import pytest
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import nn
from minigrad.training import load_checkpoint, save_checkpoint

DTYPES = ["bool", "uint8", "uint16", "int8", "int64", "uint64"]
DTYPES += ["float16", "float32", "float64", "complex64", "complex128"]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)
)
KEYS = st.one_of(st.text(max_size=4), st.integers(), st.just("$tensor"))
STATES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=3),
    ),
    max_leaves=8,
)


@given(state=STATES)
def test_plain_values_come_back(state, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("states") / "state.safetensors"
    save_checkpoint(path, state)
    found = load_checkpoint(path)
    assert found == state
    assert repr(found) == repr(state)  # True is not 1, a tuple no list


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_tensors_and_arrays_come_back(dtype, shape, tmp_path) -> None:
    values = np.asarray(np.random.default_rng(0).normal(size=shape) * 3).astype(dtype)
    state = {"tensor": mg.tensor(values), "array": values, "turned": values.T}
    save_checkpoint(tmp_path / "a", state)
    found = load_checkpoint(tmp_path / "a")
    assert isinstance(found["tensor"], mg.Tensor)
    for name, expected in (("tensor", values), ("array", values), ("turned", values.T)):
        array = np.asarray(found[name])
        assert array.dtype == expected.dtype
        np.testing.assert_array_equal(array, expected)
    assert found["array"].flags.writeable
    found["tensor"].fill_(1)  # memory of its own


def test_not_a_number_comes_back(tmp_path) -> None:
    save_checkpoint(tmp_path / "a", [math.nan, -math.inf, mg.tensor([math.nan])])
    found = load_checkpoint(tmp_path / "a")
    assert math.isnan(found[0])
    assert found[1] == -math.inf
    assert found[2].isnan().all()


def test_paths_that_are_alike_do_not_collide(tmp_path) -> None:
    state = {"a.b": mg.tensor(1.0), "a": {"b": mg.tensor(2.0)}, "c": [mg.tensor(3.0)]}
    save_checkpoint(tmp_path / "a", state)
    found = load_checkpoint(tmp_path / "a")
    assert (found["a.b"].item(), found["a"]["b"].item(), found["c"][0].item()) == (1, 2, 3)


def test_other_readers_find_the_names_of_a_state_dict(tmp_path) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    save_checkpoint(tmp_path / "model.safetensors", model.state_dict())
    found = safetensors.torch.load_file(tmp_path / "model.safetensors")
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    theirs.load_state_dict(found)
    np.testing.assert_array_equal(
        theirs[0].weight.detach().numpy(), model[0].weight.detach().numpy()
    )


def test_a_file_of_another_program_is_a_dict_of_tensors(tmp_path) -> None:
    theirs = torch.nn.Linear(3, 2)
    safetensors.torch.save_file(theirs.state_dict(), tmp_path / "theirs.safetensors")
    ours = nn.Linear(3, 2)
    ours.load_state_dict(load_checkpoint(tmp_path / "theirs.safetensors"))
    np.testing.assert_array_equal(ours.weight.detach().numpy(), theirs.weight.detach().numpy())


def test_optimizer_states_come_back(tmp_path) -> None:
    model = nn.Linear(3, 2)
    optimizer = mg.optim.Adam(model.parameters())
    model(mg.ones(1, 3)).sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "a", optimizer.state_dict())
    found = load_checkpoint(tmp_path / "a")
    assert list(found["state"]) == [0, 1]
    assert found["param_groups"] == optimizer.state_dict()["param_groups"]
    mg.optim.Adam(model.parameters()).load_state_dict(found)


@pytest.mark.parametrize("bad", [object(), {"a": [1, {2, 3}]}, nn.Linear(1, 1)])
def test_what_has_no_place_is_named(bad, tmp_path) -> None:
    save_checkpoint(tmp_path / "a", 1)
    with pytest.raises(TypeError, match=r"(the state|a\.1) is a (object|set|Linear)"):
        save_checkpoint(tmp_path / "a", bad)
    assert load_checkpoint(tmp_path / "a") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_damaged_files_are_refused(tmp_path) -> None:
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, {"weight": mg.ones(100), "more": {1: 2}})
    whole = path.read_bytes()
    for damaged in (b"", b"not at all", whole[:-1], whole[:40], whole[8:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"a\.safetensors is damaged or no checkpoint"):
            load_checkpoint(path)
    metadata = {"minigrad": json.dumps({"weight": {"$tensor": "absent"}})}
    path.write_bytes(safetensors.numpy.save({}, metadata))
    with pytest.raises(ValueError, match="damaged"):
        load_checkpoint(path)
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none")


def test_ordered_and_default_dicts_are_saved_as_dicts(tmp_path) -> None:
    state = collections.OrderedDict(b=1, a=2)
    save_checkpoint(tmp_path / "a", state)
    assert list(load_checkpoint(tmp_path / "a").items()) == [("b", 1), ("a", 2)]
