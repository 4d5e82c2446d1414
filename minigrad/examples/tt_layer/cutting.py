"""Chapter 1: a matrix as a tensor train, and the error of cutting its ranks.

A matrix of 12 rows and 30 columns is a tensor of shape (3, 4, 5, 6) once its rows are counted with
two digits and its columns too. A tensor train is a chain of small tensors, a core for each digit:

    W[i1 i2, j1 j2] = G1[i1] @ G2[i2] @ G3[j1] @ G4[j2]

Between two cores lies a bond. Its rank is that of W unfolded there: all digits before the bond
count the rows, all behind it the columns. Cutting a rank drops singular values of an unfolding.

Source: I. V. Oseledets, Tensor-train decomposition, SIAM J. Sci. Comput. 33(5), 2011.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from rich.console import Console

import minigrad as mg
from minigrad import nn
from minigrad.nn.factorized import TTLinear, tt_svd

from ..common.page import chapter, indented, table

OUT, IN = (3, 4), (5, 6)
SHAPE = (*OUT, *IN)
EXACT = (3, 12, 6)
# Of a layer with its bias of 12, by the rank of the middle bond.
REFERENCE = {12: 561, 11: 519, 10: 477, 9: 435, 8: 393, 7: 351, 6: 309}
ROUNDING = 1e-12  # of float64, relative, with room for a few dozen operations


class Cut(NamedTuple):
    """A train with bounded ranks: its relative error, and between what it has to lie.

    No train of these ranks is nearer than ``least``; that of TT-SVD is not farther than ``most``.
    """

    ranks: tuple[int, ...]
    error: float
    least: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether the error lies where theory says."""
        return self.least - ROUNDING <= self.error <= self.most + ROUNDING


class Matrix(NamedTuple):
    """What the chapter measured: the middle bond cut alone, all bonds cut, and if all agrees."""

    middle: list[Cut]
    everywhere: list[Cut]
    right: bool


def singular_values(tensor: mg.Tensor) -> list[np.ndarray]:
    """Return the singular values of the unfolding at each bond."""
    sizes = [math.prod(tensor.shape[:k]) for k in range(1, tensor.ndim)]
    return [mg.linalg.svdvals(tensor.reshape(size, -1)).numpy() for size in sizes]


def cut(tensor: mg.Tensor, ranks: tuple[int, ...]) -> Cut:
    """Decompose a tensor with bounded ranks; measure the error beside Oseledets' bound.

    Formula: with e_k the root of the sum of squares of what bond k has to drop,
        max e_k <= error <= sqrt(sum e_k^2)
    on the left because the unfolding at k has no nearer matrix of that rank (Eckart and Young),
    on the right by theorem 2.2 of Oseledets 2011.
    """
    train = tt_svd(tensor, ranks)
    norm = float(tensor.norm())
    error = float((train.full() - tensor).norm())
    dropped = [
        float(np.sqrt(np.square(values[rank:]).sum()))
        for values, rank in zip(singular_values(tensor), ranks)
    ]
    return Cut(train.ranks, error / norm, max(dropped) / norm, math.hypot(*dropped) / norm)


def layer_of(linear: nn.Linear, ranks: tuple[int, ...] | None) -> TTLinear:
    """Return a linear layer as a tensor train, with its bias."""
    return TTLinear.from_linear(linear, IN, OUT, ranks)


def parameters(module: nn.Module) -> int:
    """Return how many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


def explain(console: Console, seed: int) -> Matrix:
    """Tell the chapter: the exact train, its layer, the ranks of the middle bond, all ranks."""
    chapter(console, 1, "A matrix as a tensor train")
    linear = nn.Linear(math.prod(IN), math.prod(OUT), dtype=mg.float64)
    values = np.random.default_rng(seed).standard_normal((12, 30))
    with mg.no_grad():
        linear.weight.copy_(mg.tensor(values))
    tensor = linear.weight.detach().reshape(SHAPE)
    right = show_exact(console, linear)
    middle = [cut(tensor, (3, rank, 6)) for rank in range(12, 0, -1)]
    right = show_middle(console, linear, middle) and right
    everywhere = [cut(tensor, (min(3, r), r, min(6, r))) for r in range(12, 0, -1)]
    right = show_everywhere(console, everywhere) and right
    return Matrix(middle, everywhere, right)


def verdict(agrees: bool) -> str:
    """Return the last word of a comparison."""
    return "[green]agrees[/]" if agrees else "[bold red]DIFFERS[/]"


def show_exact(console: Console, linear: nn.Linear) -> bool:
    """Print the cores of the exact train and what its layer does; return whether it is right."""
    layer = layer_of(linear, None)
    console.print(
        "W has 12 = 3·4 rows and 30 = 5·6 columns of normal random numbers, in float64. TT-SVD "
        "finds one core for each digit, with these ranks between them:\n"
    )
    shown = table("core", "shape", "numbers", left=2)
    for number, core in enumerate(layer.cores, start=1):
        shown.add_row(f"G{number}", " x ".join(map(str, core.shape)), f"{core.numel()}")
    shown.add_row("bias", "12", "12", end_section=True)
    shown.add_row("all", f"ranks {layer.ranks}", f"{parameters(layer)}")
    console.print(indented(shown))
    x = mg.randn(100, math.prod(IN), dtype=mg.float64)
    with mg.no_grad():
        weight = float((layer.full_weight() - linear.weight).norm() / linear.weight.norm())
        output = float((layer(x) - linear(x)).norm() / linear(x).norm())
    right = layer.ranks == EXACT and max(weight, output) <= ROUNDING
    console.print(
        f"\nRanks {EXACT} are exact: W differs by {weight:.0e}, relative, and the output of the "
        f"layer for 100 random inputs by {output:.0e} (allowed {ROUNDING:.0e}): {verdict(right)}. "
        "The dense layer has 372 numbers: without structure in W, the exact train only costs."
    )
    return right


def show_middle(console: Console, linear: nn.Linear, cuts: list[Cut]) -> bool:
    """Print the numbers of parameters beside the reference, and errors beside their bounds."""
    console.print(
        "\nCut the middle bond, and the error is what Oseledets' theorem allows at most. As only "
        "one bond drops anything, nothing is lost in the estimate: error and bound are equal.\n"
    )
    shown = table("ranks", "parameters", "reference", "", "relative error", "bound", "", left=1)
    right = True
    for each in cuts:
        middle = each.ranks[1]
        if middle not in REFERENCE:
            continue
        count = parameters(layer_of(linear, each.ranks))
        counted = count == REFERENCE[middle]
        equal = abs(each.error - each.most) <= ROUNDING
        shown.add_row(
            f"{each.ranks}",
            f"{count}",
            f"{REFERENCE[middle]}",
            verdict(counted),
            f"{each.error:.6f}",
            f"{each.most:.6f}",
            verdict(equal),
        )
        right = right and counted and equal
    console.print(indented(shown))
    return right


def show_everywhere(console: Console, cuts: list[Cut]) -> bool:
    """Print the errors when every bond is cut, between the two bounds."""
    console.print(
        "\nCut all bonds to at most r, and the error lies between two bounds: no train of these "
        "ranks is nearer than the largest error of one cut; the errors of all cuts together, as "
        "sides of a box, have the diagonal that Oseledets' theorem allows at most.\n"
    )
    columns = ("ranks", "parameters", "largest cut", "relative error", "Oseledets' bound", "")
    shown = table(*columns, left=1)
    for each in cuts[-6:]:
        count = parameters(TTLinear(IN, OUT, each.ranks))
        shown.add_row(
            f"{each.ranks}",
            f"{count}",
            f"{each.least:.6f}",
            f"{each.error:.6f}",
            f"{each.most:.6f}",
            verdict(each.holds),
        )
    console.print(indented(shown))
    return all(each.holds for each in cuts)
