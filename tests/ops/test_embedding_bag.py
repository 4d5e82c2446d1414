"""Embedding bags: against embedding and plain reductions, ends, frequencies, second derivatives."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(6, 3))
NUMBERS = np.array([0, 1, 2, 3, 1, 5, 5])
STARTS = np.array([0, 2, 2, 5])


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding", [None, 1, 5])
def test_bags_are_reductions_of_embeddings(mode, padding) -> None:
    table = mg.tensor(TABLE, requires_grad=True)
    args = mg.tensor(NUMBERS), table, mg.tensor(STARTS)
    found = G.embedding_bag(*args, mode=mode, padding_idx=padding)
    for row, (start, end) in enumerate(zip(STARTS, [*STARTS[1:], len(NUMBERS)], strict=True)):
        part = [TABLE[n] for n in NUMBERS[start:end] if n != padding]
        expected = getattr(np, mode)(part, axis=0) if part else np.zeros(3)
        np.testing.assert_allclose(found[row].detach().numpy(), expected)


def test_large_tables_agree() -> None:
    table = RNG.normal(size=(50, 16)).astype(np.float32)
    numbers, starts = RNG.integers(0, 50, 3000), np.sort(RNG.integers(0, 3000, 200))
    starts[0] = 0
    for mode in ("sum", "mean", "max"):
        found = []
        for engine, functional in ((mg, G), (torch, F)):
            weight = engine.tensor(table, requires_grad=True)
            args = engine.tensor(numbers), weight, engine.tensor(starts)
            out = functional.embedding_bag(*args, mode=mode)
            out.pow(2).sum().backward()
            found.append((out.detach().numpy(), weight.grad.numpy()))
        for ours, theirs in zip(*found, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_frequencies_are_those_of_the_row() -> None:
    # PyTorch divides by how often another row was asked for, here row 1 by that of row 0.
    table = mg.tensor([[0.0], [0.0]], requires_grad=True)
    args = mg.tensor([[1, 0, 0]]), table
    G.embedding_bag(*args, mode="sum", scale_grad_by_freq=True).sum().backward()
    assert table.grad.tolist() == [[1.0], [1.0]]


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_what_comes_after_the_last_offset_is_in_no_bag(mode) -> None:
    # PyTorch leaves it out of the sum, but in the number that the mean divides by.
    numbers, starts = mg.tensor(NUMBERS), mg.tensor([0, 2, 4])
    found = G.embedding_bag(numbers, mg.tensor(TABLE), starts, mode=mode, include_last_offset=True)
    expected = getattr(np, mode)(TABLE[NUMBERS[2:4]], axis=0)
    np.testing.assert_allclose(found[1].numpy(), expected)


def test_rows_are_shortened_in_place() -> None:
    ours, theirs = mg.tensor(TABLE), torch.tensor(TABLE)
    G.embedding_bag(mg.tensor(NUMBERS), ours, mg.tensor(STARTS), max_norm=0.5)
    F.embedding_bag(torch.tensor(NUMBERS), theirs, torch.tensor(STARTS), max_norm=0.5)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy())
    assert ours[4].tolist() == TABLE[4].tolist()


@pytest.mark.parametrize("mode", ["sum", "max"])
def test_second_derivatives_are_those_of_the_gradient(mode) -> None:
    factors = None if mode == "max" else mg.tensor(RNG.normal(size=7), requires_grad=True)
    weight = RNG.normal(size=TABLE.shape)

    def total(values):
        table = mg.tensor(values, requires_grad=True)
        args = mg.tensor(NUMBERS), table, mg.tensor(STARTS)
        out = G.embedding_bag(*args, mode=mode, per_sample_weights=factors)
        (found,) = mg.autograd.grad((out * out * out).sum(), table, create_graph=True)
        return table, (found * mg.tensor(weight)).sum()

    table, value = total(TABLE)
    (second,) = mg.autograd.grad(value, table)
    for place in [(0, 0), (1, 2), (5, 1), (4, 0)]:
        step = np.zeros_like(TABLE)
        step[place] = 1e-6
        slope = (total(TABLE + step)[1].item() - total(TABLE - step)[1].item()) / 2e-6
        np.testing.assert_allclose(second.numpy()[place], slope, rtol=1e-6, atol=1e-7)


def test_no_bags_and_no_numbers() -> None:
    for mode in ("sum", "mean", "max"):
        nothing = mg.zeros(0, dtype=mg.int64)
        assert G.embedding_bag(nothing, mg.tensor(TABLE), nothing, mode=mode).shape == (0, 3)
        empty = G.embedding_bag(nothing, mg.tensor(TABLE), mg.tensor([0, 0]), mode=mode)
        assert empty.tolist() == [[0.0] * 3] * 2
