"""Datasets against PyTorch's."""

import numpy as np
import pytest
from libraries import same, same_error

import minigrad as mg
from minigrad.data import Dataset, IterableDataset, Subset, TensorDataset


class Squares:
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return i * i


def tensors(side, count=7):
    return side.data.TensorDataset(side.lib.arange(count), side.lib.arange(count) * 10)


def stream(side, values):
    class Stream(side.data.IterableDataset):
        def __iter__(self):
            return iter(values)

        def __len__(self):
            return len(values)

    return Stream()


def test_tensor_dataset():
    same(lambda s: [tensors(s)[3], tensors(s)[-1], tensors(s)[1:3], len(tensors(s))])


def test_tensors_of_different_lengths():
    same_error(lambda s: s.data.TensorDataset(s.lib.ones(3), s.lib.ones(4)))


def test_stack_dataset_by_place_and_by_name():
    same(lambda s: s.data.StackDataset(Squares(4), tensors(s, 4))[2])
    same(lambda s: s.data.StackDataset(a=Squares(4), b=tensors(s, 4))[2])
    same(lambda s: s.data.StackDataset(a=Squares(4), b=tensors(s, 4)).__getitems__([2, 0]))
    assert same(lambda s: len(s.data.StackDataset(Squares(4)))) == 4


class Short(Squares):
    def __getitems__(self, indices):
        return [0]


@pytest.mark.parametrize(
    "program",
    [
        lambda s: s.data.StackDataset(),
        lambda s: s.data.StackDataset(Squares(2), a=Squares(2)),
        lambda s: s.data.StackDataset(Squares(2), Squares(3)),
        lambda s: s.data.StackDataset(a=Squares(2), b=Squares(3)),
        lambda s: s.data.StackDataset(Short(4)).__getitems__([1, 2]),
        lambda s: s.data.ConcatDataset([]),
        lambda s: s.data.ConcatDataset([stream(s, [1])]),
        lambda s: s.data.ConcatDataset([Squares(2)])[-3],
        lambda s: list(s.data.ChainDataset([Squares(2)])),
        lambda s: len(s.data.ChainDataset([Squares(2)])),
        lambda s: s.data.Dataset()[0],
        lambda s: s.data.random_split(Squares(5), [2, 2]),
        lambda s: s.data.random_split(Squares(5), [1.5, -0.5]),
    ],
)
def test_refused(program):
    same_error(program)


def test_concatenation():
    def program(s):
        both = tensors(s, 2) + tensors(s, 3)
        triple = s.data.ConcatDataset([Squares(2), Squares(0), Squares(3)])
        return [len(both), [both[i] for i in range(-5, 5)], [triple[i] for i in range(5)]]

    same(program)


def test_chain():
    def program(s):
        chain = stream(s, [1, 2]) + stream(s, [3])
        return [list(chain), len(chain), list(chain)]

    assert same(program)[1][0][1] == [1, 2, 3]


def test_streams_must_define_iter():
    with pytest.raises(NotImplementedError):
        iter(IterableDataset())


def test_subset():
    def program(s):
        subset = s.data.Subset(tensors(s), [5, 1, 3])
        return [len(subset), subset[0], subset[[2, 0]], subset.__getitems__([1, 2])]

    same(program)


def test_a_subset_with_items_of_its_own_must_define_both_ways():
    class Half(Subset):
        def __getitem__(self, idx):
            return 0

    with pytest.raises(NotImplementedError, match="Half overrides __getitem__ but not"):
        Half(Squares(3), [0])


@pytest.mark.parametrize("lengths", [[3, 7], [0.3, 0.3, 0.4], [0.5, 0.5], [10], [0.25, 0.75]])
@pytest.mark.parametrize("own", [False, True])
def test_random_split(lengths, own):
    def program(s):
        extra = {"generator": s.lib.Generator().manual_seed(9)} if own else {}
        return [list(part) for part in s.data.random_split(range(10), lengths, **extra)]

    parts = same(program)[1]
    assert sorted(value for _, part in parts for value in part) == list(range(10))


def test_random_split_warns_of_empty_parts():
    with pytest.warns(UserWarning, match="Length of split at index 1 is 0"):
        mg.data.random_split(range(1), [0.6, 0.4])


def test_the_quick_way_is_not_taken_for_samples_of_ones_own():
    class Doubled(TensorDataset):
        def __getitem__(self, index):
            return tuple(2 * value for value in super().__getitem__(index))

    assert Doubled(mg.arange(3)).collated([0]) is None
    for keys in ([True], [[0]], [slice(2)], [(0, 1), [2]], [0.0]):
        assert TensorDataset(mg.arange(3)).collated(keys) is None
    (batch,) = Subset(TensorDataset(mg.arange(5) * 10), [4, 2]).collated([1, 0])
    assert batch.tolist() == [20, 40]
    assert Subset(Squares(3), [0]).collated([0]) is None


def test_rows_of_the_quick_way_are_copies():
    values = mg.arange(4)
    (batch,) = TensorDataset(values).collated([0, 1])
    batch[0] = 9
    np.testing.assert_array_equal(values.numpy(), [0, 1, 2, 3])


def test_datasets_add_up_by_operator():
    class Letters(Dataset):
        def __getitem__(self, i):
            return "ab"[i]

        def __len__(self):
            return 2

    assert [(Letters() + Letters())[i] for i in range(4)] == ["a", "b", "a", "b"]
