"""Collating and converting against PyTorch."""

import collections
import types

import numpy as np
import pytest
from libraries import same, same_error

import minigrad as mg

Point = collections.namedtuple("Point", ["x", "y"])


class Named(dict):
    """A mapping with an attribute of its own, which a batch keeps."""

    name = "?"


def named(**fields):
    result = Named(**fields)
    result.name = "mine"
    return result


SAMPLES = {
    "ints": [1, 2, 3],
    "floats": [1.0, 2.5],
    "bools": [True, False],
    "strings": ["a", "b"],
    "bytes": [b"a", b"b"],
    "tuple of strings": ("a", "b"),
    "arrays": [np.arange(3), np.arange(3, 6)],
    "float32 arrays": [np.ones((2, 2), np.float32)] * 2,
    "NumPy numbers": [np.float32(1), np.float32(2)],
    "NumPy float64, which is a float": [np.float64(1), np.float64(2)],
    "NumPy bools": [np.bool_(True), np.bool_(False)],
    "0-d arrays": [np.array(1), np.array(2)],
    "tuples": [(1, "a"), (2, "b")],
    "lists": [[1, 2.0], [3, 4.0]],
    "nested": [{"a": [1, (2, {"b": 3.0})]}, {"a": [4, (5, {"b": 6.0})]}],
    "named tuples": [Point(1, 2.0), Point(3, 4.0)],
    "dicts": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
    "extra keys of later samples": [{"a": 1}, {"a": 2, "b": 3}],
    "OrderedDict": [collections.OrderedDict(a=1), collections.OrderedDict(a=2)],
    "defaultdict": [collections.defaultdict(int, a=1), collections.defaultdict(int, a=2)],
    "read-only mapping": [types.MappingProxyType({"a": 1})] * 2,
    "ranges": [range(3), range(3)],
    "deques": [collections.deque([1, 2]), collections.deque([3, 4])],
    "empty lists": [[], []],
}


@pytest.mark.parametrize("batch", SAMPLES.values(), ids=SAMPLES)
def test_collate(batch):
    same(lambda s: s.data.default_collate(batch))


@pytest.mark.parametrize("data", [*SAMPLES.values(), *(b[0] for b in SAMPLES.values())])
def test_convert(data):
    same(lambda s: s.data.default_convert(data))


def test_tensors():
    same(lambda s: s.data.default_collate([(s.lib.ones(2), 1), (s.lib.zeros(2), 2)]))
    same(lambda s: s.data.default_convert({"a": (s.lib.ones(2), np.arange(2))}))


def test_attributes_of_a_mapping_stay():
    for function, data in (
        (mg.data.default_collate, [named(a=1)] * 2),
        (mg.data.default_convert, named(a=1)),
    ):
        result = function(data)
        assert type(result) is Named
        assert result.name == "mine"


def test_samples_stay_as_they_are():
    sample = {"a": [1]}
    mg.data.default_collate([sample, sample])
    assert sample == {"a": [1]}


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [None, None],
        [object(), 1],
        [{1}, {2}],
        [[1, 2], [3]],
        [(1,), (1, 2)],
        [np.array(["a"])] * 2,
        [np.array([None])] * 2,
        [{"a": 1}, {"b": 1}],
        [np.ones(2), np.ones(3)],
    ],
)
def test_refused(batch):
    same_error(lambda s: s.data.default_collate(batch), message=False)


def test_messages():
    same_error(lambda s: s.data.default_collate([[1], [1, 2]]))
    same_error(lambda s: s.data.default_collate([None]))
    same_error(lambda s: s.data.default_collate([np.array(["a"])]))


def test_gradients_pass_a_batch():
    x = mg.ones(2, requires_grad=True)
    mg.data.default_collate([x, 3 * x]).sum().backward()
    assert x.grad.tolist() == [4, 4]
