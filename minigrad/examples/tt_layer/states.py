"""Chapter 2: tensor trains in physics. The GHZ state needs two numbers at a bond, no more.

The state of n qubits is a vector of 2^n amplitudes, a tensor of shape (2, 2, ..., 2). As a tensor
train it is called a matrix product state; the rank of a bond, the bond dimension, says how
strongly the qubits on both sides are entangled:

    all zeros        |00...0>                            1, not at all
    GHZ              (|00...0> + |11...1>) / sqrt(2)     2, however many qubits
    random numbers                                       2^k up to the middle: all there can be

Source: U. Schollwoeck, The density-matrix renormalization group in the age of matrix product
states, Annals of Physics 326, 2011.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.console import Console

import minigrad as mg
from minigrad.nn.factorized import TensorTrain, ghz, mps

from ..common.page import chapter, indented, table
from .cutting import ROUNDING, verdict

QUBITS = (3, 6, 10, 14)
DRAWN = 10  # qubits in the picture
MANY = 60


class States(NamedTuple):
    """The bond dimensions of three states of ``DRAWN`` qubits, and whether all is right."""

    bonds: dict[str, tuple[int, ...]]
    right: bool


def dense_ghz(count: int) -> mg.Tensor:
    """Return all 2^n amplitudes of (|00...0> + |11...1>) / sqrt(2)."""
    amplitudes = np.zeros(2**count)
    amplitudes[[0, -1]] = np.sqrt(0.5)
    return mg.tensor(amplitudes)


def entropy(state: mg.Tensor) -> float:
    """Return the entanglement of both halves of a state, in bits.

    Formula: -sum p log2 p, where p are the squares of the singular values of the state cut in two.
    """
    half = round(np.log2(state.numel())) // 2
    p = mg.linalg.svdvals(state.reshape(2**half, -1)).numpy() ** 2
    p = p[p > ROUNDING]
    return float(-(p * np.log2(p)).sum()) + 0.0  # no -0


def explain(console: Console, seed: int) -> States:
    """Tell the chapter: the GHZ state, built and found, and two others to compare with."""
    chapter(console, 2, "The GHZ state has bond dimension 2")
    right = show_ghz(console)
    right = show_many(console) and right
    zeros, noise = np.zeros(2**DRAWN), np.random.default_rng(seed).standard_normal(2**DRAWN)
    zeros[0] = 1
    given = {
        "|00...0>": mg.tensor(zeros),
        "GHZ": dense_ghz(DRAWN),
        "random": mg.tensor(noise / np.linalg.norm(noise)),
    }
    bonds = {name: mps(state).ranks for name, state in given.items()}
    right = show_bonds(console, given, bonds) and right
    return States(bonds, right)


def show_ghz(console: Console) -> bool:
    """Print the state built by hand beside what TT-SVD finds; return whether they agree."""
    console.print(
        "All qubits 0, or all of them 1: a chain of cores that each copy a bit along the bond says "
        "that with 2 x 2 x 2 numbers a qubit. Built like this, and found by TT-SVD in the vector:\n"
    )
    columns = ("qubits", "amplitudes", "numbers", "built - vector", "TT-SVD - vector", "ranks", "")
    shown = table(*columns, left=0)
    right = True
    for count in QUBITS:
        vector, built = dense_ghz(count), ghz(count, mg.float64)
        found = mps(vector)
        errors = [distance(train, vector) for train in (built, found)]
        twos = (2,) * (count - 1)
        agrees = built.ranks == found.ranks == twos and max(errors) <= ROUNDING
        shown.add_row(
            f"{count}",
            f"{2**count:,}",
            f"{built.num_parameters}",
            *(f"{error:.0e}" for error in errors),
            "all 2" if found.ranks == twos else f"{found.ranks}",
            verdict(agrees),
        )
        right = right and agrees
    console.print(indented(shown))
    return right


def distance(train: TensorTrain, vector: mg.Tensor) -> float:
    """Return the largest difference between amplitudes."""
    return float((train.full().reshape(-1) - vector).abs().max())


def show_many(console: Console) -> bool:
    """Print the norm and two amplitudes of a state whose vector fits in no memory."""
    train = ghz(MANY, mg.float64)
    first_zero = (0,) + (1,) * (MANY - 1)
    norm, ones, mixed = (
        float(value) for value in (train.norm(), train[(1,) * MANY], train[first_zero])
    )
    right = abs(norm - 1) <= ROUNDING and abs(ones**2 - 0.5) <= ROUNDING and mixed == 0
    console.print(
        f"\nOf {MANY} qubits, 2^{MANY} amplitudes, it takes {train.num_parameters} numbers. Its "
        f"norm, core by core: {norm:.12f}; the amplitude of |11...1>: {ones:.12f}; that of "
        f"|01...1>: {mixed:g}. Expected 1, 1/sqrt(2) and 0: {verdict(right)}.\n"
    )
    return right


def show_bonds(
    console: Console, given: dict[str, mg.Tensor], bonds: dict[str, tuple[int, ...]]
) -> bool:
    """Print bonds and entanglement of three states beside what theory says."""
    most = tuple(2 ** min(k, DRAWN - k) for k in range(1, DRAWN))
    expected = dict(zip(given, [(1,) * (DRAWN - 1), (2,) * (DRAWN - 1), most]))
    shown = table("state", "bond dimensions", "", "entanglement", left=3)
    for name, state in given.items():
        agrees = verdict(bonds[name] == expected[name])
        in_words = " ".join(map(str, bonds[name]))
        shown.add_row(name, in_words, agrees, f"{entropy(state):.3f} bits")
    console.print(
        f"Beside it two others, all of {DRAWN} qubits, with the entanglement of halves:\n"
    )
    console.print(indented(shown))
    return bonds == expected
