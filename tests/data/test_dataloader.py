"""The loader in one process, and its options, against PyTorch's."""

import itertools

import numpy as np
import pytest
from libraries import OURS, plain, same, same_error

import minigrad as mg
from minigrad.data import DataLoader, Subset, TensorDataset


def tensors(side, count=11):
    return side.data.TensorDataset(side.lib.arange(count), side.lib.arange(count) * 2.0)


def two_passes(loader):
    return [list(loader), list(loader)]


def stream(side, values, promised=None):
    class Stream(side.data.IterableDataset):
        def __iter__(self):
            return iter(values)

        def __len__(self):
            return promised

    return Stream()


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": 3},
        {"batch_size": 3, "drop_last": True},
        {"batch_size": 3, "shuffle": True},
        {"batch_size": 20, "shuffle": True, "drop_last": True},
        {"batch_size": None},
        {"batch_size": None, "shuffle": True},
        {"sampler": [4, 2, 2], "batch_size": 2},
        {"batch_sampler": [[1, 2], [3], [5, 6, 7]]},
        {"batch_size": 4, "collate_fn": len},
        {"pin_memory": False, "batch_size": 5},
    ],
)
def test_order_and_batches(options, own):
    def program(s):
        extra = {"generator": s.lib.Generator().manual_seed(9)} if own else {}
        loader = s.data.DataLoader(tensors(s), **options, **extra)
        return [two_passes(loader), len(loader)]

    same(program)


def test_samplers_and_subsets_inside():
    def program(s):
        first, second = s.data.random_split(tensors(s), [0.5, 0.5])
        weights = s.data.WeightedRandomSampler([1.0] * len(first), 4)
        shuffled = s.data.DataLoader(second, batch_size=2, shuffle=True)
        return [two_passes(s.data.DataLoader(first, 2, sampler=weights)), two_passes(shuffled)]

    same(program)


def test_interleaved_with_other_draws():
    """A training loop draws numbers between the batches: nothing may be drawn early or late."""

    def program(s):
        loader = s.data.DataLoader(tensors(s), batch_size=2, shuffle=True)
        return [(batch, s.lib.rand(2)) for _ in range(2) for batch in loader]

    same(program)


def test_two_passes_at_once():
    def program(s):
        loader = s.data.DataLoader(range(4), shuffle=True)
        return [(x, y) for x in loader for y in loader]

    same(program)


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("size", [None, 2, 3, 7])
def test_streams(size, drop_last):
    if size is None and drop_last:
        pytest.skip("refused")

    def program(s):
        data = stream(s, range(7), promised=7)
        loader = s.data.DataLoader(data, batch_size=size, drop_last=drop_last)
        return [two_passes(loader), len(loader)]

    same(program)


def test_a_stream_longer_than_promised():
    def program(s):
        loader = s.data.DataLoader(stream(s, range(5), promised=3), batch_size=1)
        assert len(list(loader)) == 5  # nobody asked for the length
        assert len(loader) == 3
        with pytest.warns(UserWarning, match="was reported to be 3"):
            return list(loader)

    same(program)


def test_numpy_samples_without_batches_become_tensors():
    same(lambda s: list(s.data.DataLoader([np.arange(2), np.ones(1)], batch_size=None)))


class Everything:
    """Refuses nothing: it stands for a dataset in calls that are to be refused."""

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return i


@pytest.mark.parametrize(
    "options",
    [
        {"num_workers": -1},
        {"timeout": -1},
        {"prefetch_factor": 2},
        {"num_workers": 1, "prefetch_factor": -1},
        {"persistent_workers": True},
        {"sampler": [1], "shuffle": True},
        {"batch_sampler": [[1]], "batch_size": 2},
        {"batch_sampler": [[1]], "shuffle": True},
        {"batch_sampler": [[1]], "sampler": [1]},
        {"batch_sampler": [[1]], "drop_last": True},
        {"batch_size": None, "drop_last": True},
        {"batch_size": 0},
        {"batch_size": -2},
        {"batch_size": 1.5},
        {"multiprocessing_context": "fork"},
        {"num_workers": 1, "multiprocessing_context": 3},
        {"num_workers": 1, "multiprocessing_context": "spoon"},
    ],
)
def test_refused(options):
    message = "multiprocessing_context" not in options
    same_error(lambda s: s.data.DataLoader(Everything(), **options), message)


@pytest.mark.parametrize("options", [{"shuffle": True}, {"sampler": [1]}, {"batch_sampler": [[1]]}])
def test_streams_have_no_order_to_choose(options):
    same_error(lambda s: s.data.DataLoader(stream(s, [1]), **options))


def test_an_empty_dataset():
    same(lambda s: list(s.data.DataLoader([])))
    same_error(lambda s: s.data.DataLoader([], shuffle=True))


def test_worker_methods():
    with pytest.raises(ValueError, match="'multiprocessing' or 'thread', but got 'green'"):
        DataLoader([1], num_workers=1, worker_method="green")


@pytest.mark.parametrize("name", ["batch_size", "sampler", "drop_last", "dataset"])
def test_what_is_fixed(name):
    same_error(lambda s: setattr(s.data.DataLoader([1]), name, 2))


def test_what_is_not_fixed():
    loader = DataLoader([1])
    loader.timeout = 0
    loader.collate_fn = len
    assert list(loader) == [1]


def test_errors_of_the_dataset_arrive_as_they_are():
    def program(s):
        list(s.data.DataLoader({0: 1}, sampler=[0, 5]))

    same_error(program)


def test_keys_may_be_anything():
    same(lambda s: list(s.data.DataLoader({"a": 1, "b": 2}, sampler=["b", "a"], batch_size=2)))


# --- the quick way ------------------------------------------------------------------------------


def test_batches_of_tensors_take_one_indexing_each(monkeypatch):
    data = TensorDataset(mg.arange(100), mg.ones(100, 2))
    calls = []
    monkeypatch.setattr(
        mg.Tensor,
        "__getitem__",
        lambda self, i, old=mg.Tensor.__getitem__: (calls.append(1), old(self, i))[1],
    )
    for dataset in (data, Subset(data, range(100))):
        calls.clear()
        batches = list(DataLoader(dataset, batch_size=25, shuffle=True))
        assert len(calls) == 8  # 4 batches of two tensors
        assert [tuple(x.shape) for x in batches[0]] == [(25,), (25, 2)]


def test_the_quick_way_is_the_slow_way():
    mg.manual_seed(1)
    data = TensorDataset(mg.randn(10, 3), mg.arange(10))
    quick = list(DataLoader(data, batch_size=4))
    slow = list(DataLoader(data, batch_size=4, collate_fn=lambda b: mg.data.default_collate(b)))
    assert plain(quick) == plain(slow)
    assert [type(batch) for batch in quick] == [type(batch) for batch in slow]


def test_gradients_reach_the_rows_by_the_quick_way():
    x = mg.ones(4, requires_grad=True)
    (batch,) = next(iter(DataLoader(TensorDataset(x), batch_size=2)))
    (3 * batch).sum().backward()
    assert x.grad.tolist() == [3, 3, 0, 0]


def test_a_pass_may_be_left_and_another_begun():
    loader = OURS.data.DataLoader(range(10), batch_size=2)
    assert plain(list(itertools.islice(loader, 2))) == plain(list(itertools.islice(loader, 2)))
