"""The order of samples against PyTorch's, number by number."""

from itertools import islice

import pytest
from libraries import same, same_error


def orders(sampler):
    """Two passes: the second must go on where the first left the generator."""
    return [list(sampler), list(sampler), len(sampler)]


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_samples": 4},
        {"num_samples": 25},
        {"replacement": True},
        {"replacement": True, "num_samples": 70},
        {"replacement": True, "num_samples": 64},
    ],
)
def test_random_sampler(options, own):
    def program(s):
        extra = {"generator": s.lib.Generator().manual_seed(1)} if own else {}
        return orders(s.data.RandomSampler(range(11), **options, **extra))

    same(program)


def test_a_generator_is_drawn_from_as_late_as_in_pytorch():
    def program(s):
        g = s.lib.Generator().manual_seed(1)
        drawing = iter(s.data.RandomSampler(range(9), True, 50, generator=g))
        first = [next(drawing) for _ in range(3)]
        return [first, s.lib.rand(2, generator=g), list(drawing)]

    same(program)


def test_an_epoch_without_end_begins_at_once():
    endless = 10**15  # a list of its rounds would not fit in any memory

    def program(s):
        return list(islice(s.data.RandomSampler(range(9), True, endless), 40))

    same(program)


@pytest.mark.parametrize("own", [False, True])
def test_subset_random_sampler(own):
    def program(s):
        extra = {"generator": s.lib.Generator().manual_seed(1)} if own else {}
        return orders(s.data.SubsetRandomSampler([3, 1, 4, 15, 9, 2], **extra))

    same(program)


@pytest.mark.parametrize("replacement", [True, False])
def test_weighted_random_sampler(replacement):
    weights = [0.1, 0.9, 0.4, 0.7, 3.0, 0.6]
    same(lambda s: orders(s.data.WeightedRandomSampler(weights, 5, replacement)))
    same(lambda s: orders(s.data.WeightedRandomSampler(s.lib.tensor(weights), 1, replacement)))


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("count", [9, 10, 0])
def test_batch_sampler(count, drop_last):
    same(
        lambda s: orders(s.data.BatchSampler(s.data.SequentialSampler(range(count)), 3, drop_last))
    )
    same(lambda s: list(s.data.BatchSampler("abcdefg", 3, drop_last)))


@pytest.mark.parametrize(
    "program",
    [
        lambda s: s.data.RandomSampler(range(3), replacement=1),
        lambda s: s.data.RandomSampler(range(3), num_samples=0),
        lambda s: s.data.RandomSampler(range(3), num_samples=2.0),
        lambda s: s.data.RandomSampler([]),
        lambda s: s.data.WeightedRandomSampler([1.0], True),
        lambda s: s.data.WeightedRandomSampler([1.0], -1),
        lambda s: s.data.WeightedRandomSampler([1.0], 1, replacement=0),
        lambda s: s.data.WeightedRandomSampler([[1.0]], 1),
        lambda s: s.data.BatchSampler([1], 0, False),
        lambda s: s.data.BatchSampler([1], True, False),
        lambda s: s.data.BatchSampler([1], 1.5, False),
        lambda s: s.data.BatchSampler([1], 1, 0),
    ],
)
def test_refused(program):
    same_error(program)


def test_too_few_weights_without_replacement():
    def program(s):
        list(s.data.WeightedRandomSampler([1.0, 2.0], 3, replacement=False))

    same_error(program, message=False)


def test_a_sampler_must_define_iter():
    same_error(lambda s: iter(s.data.Sampler()))
