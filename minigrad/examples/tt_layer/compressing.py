"""Chapter 3: a trained layer compressed to a tensor train, then trained on.

The first layer of a network has nearly all of its numbers. TT-SVD replaces it by a train of given
ranks that is near the trained matrix, which costs accuracy; a few passes over the training images
with the cores as parameters (fine-tuning) bring most of it back.

Two layouts: a core for each digit of the row and column number, whose middle rank is the rank of
the matrix; or a core for each pair of such digits, whose matrices have full rank at any TT rank.

Source: A. Novikov, D. Podoprikhin, A. Osokin, D. Vetrov, Tensorizing neural networks, 2015.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.markup import escape

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import Samples, Splits, batches
from minigrad.nn.factorized import TTLinear

from ..common.page import chapter, indented, table
from .cutting import parameters, verdict

HIDDEN = 256
BATCH = 64
RATE, TUNING_RATE = 3e-3, 1e-3  # of Adam; the second for a network that is trained already
DECAY = 0.9  # of the rate, from one epoch to the next
RANKS = (1, 2, 4, 8, 16, 32)
WIDTHS = (4, 8, 16, 32, 64)  # of dense networks with few numbers

Shapes = tuple[tuple[int, ...], tuple[int, ...]]
# By the number of pixels and by layout: how the columns and the rows of the matrix are counted.
LAYOUTS: dict[int, dict[str, Shapes]] = {
    64: {"separate": ((8, 8), (16, 16)), "paired": ((2, 4, 4, 2), (4, 4, 4, 4))},
    784: {"separate": ((28, 28), (16, 16)), "paired": ((4, 7, 7, 4), (4, 4, 4, 4))},
}


class Compressed(NamedTuple):
    """A compressed network: ``error`` is that of its first layer's weight, relative."""

    layout: str
    rank: int
    parameters: int
    error: float
    before: float  # accuracies on the test images, before and after fine-tuning
    after: float


class Learned(NamedTuple):
    """The numbers of parameters and accuracies of all networks, and if full rank is exact."""

    dense: tuple[int, float]
    narrow: list[tuple[int, float]]
    compressed: list[Compressed]
    right: bool


def network(first: nn.Module, hidden: int = HIDDEN) -> nn.Sequential:
    """Return a network of two layers, the first of which is given."""
    return nn.Sequential(nn.Flatten(), first, nn.ReLU(), nn.Linear(hidden, 10))


def train(model: nn.Module, samples: Samples, epochs: int, rate: float, seed: int) -> None:
    """Train with Adam and cross-entropy."""
    optimizer = optim.Adam(model.parameters(), lr=rate)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, DECAY)
    shuffle = np.random.default_rng(seed)
    for _ in range(epochs):
        for images, labels in batches(samples, BATCH, shuffle):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
        schedule.step()


def scores(model: nn.Module, samples: Samples) -> np.ndarray:
    """Return the scores of all digits for all images."""
    with mg.no_grad():
        return model(samples.images).numpy()


def accuracy(model: nn.Module, samples: Samples) -> float:
    """Return the fraction of images read correctly."""
    return float((scores(model, samples).argmax(axis=1) == samples.labels.numpy()).mean())


def compress(dense: nn.Sequential, layout: str, rank: int | None) -> nn.Sequential:
    """Return the network with a tensor train for its first layer; without a rank, an exact one."""
    _, first, _, last = dense
    ins, outs = LAYOUTS[first.in_features][layout]
    made = network(TTLinear.from_linear(first, ins, outs, rank, layout=layout))
    made[3].load_state_dict(last.state_dict())
    return made


def weight_error(made: nn.Sequential, dense: nn.Sequential) -> float:
    """Return the relative error of the first layer's weight."""
    with mg.no_grad():
        weight = dense[1].weight
        return float((made[1].full_weight() - weight).norm() / weight.norm())


def explain(console: Console, data: Splits, epochs: int, seed: int) -> Learned:
    """Tell the chapter: train, compress at several ranks, fine-tune, compare with less width."""
    chapter(console, 3, "A trained layer as a tensor train")
    start = time.perf_counter()
    pixels = data.train.images[0].numel()
    dense = network(nn.Linear(pixels, HIDDEN))
    train(dense, data.train, epochs, RATE, seed)
    count, share = parameters(dense), accuracy(dense, data.test)
    console.print(
        f"[bold]{data.name}[/]: {len(data.train.labels):,} images to learn from, "
        f"{len(data.test.labels):,} to be tested on ({escape(data.source)}). A dense network "
        f"{pixels} - {HIDDEN} - 10 has {count:,} parameters, {parameters(dense[1]):,} of them in "
        f"its first layer. After {epochs} epochs of Adam, learning rate {RATE}, seed {seed}, it "
        f"reads [bold green]{share:.2%}[/] of the test images."
    )
    tuning = max(1, epochs // 2)
    right = show_exact(console, dense, data.test)
    found = [
        fine_tuned(dense, layout, rank, data, tuning, seed)
        for layout in LAYOUTS[pixels]
        for rank in RANKS
    ]
    show_compressed(console, found, pixels, tuning)
    narrow = [trained_narrow(pixels, width, data, epochs, seed) for width in WIDTHS]
    show_narrow(console, narrow, found)
    console.print(f"\nAll of this chapter took {time.perf_counter() - start:.1f} s.")
    return Learned((count, share), narrow, found, right)


def show_exact(console: Console, dense: nn.Sequential, samples: Samples) -> bool:
    """Print how far an exact train is from the dense layer; return whether it is rounding."""
    allowed = 1e-4  # float32, sums of hundreds of products, scores of a few dozen
    expected = scores(dense, samples)
    layouts = LAYOUTS[dense[1].in_features]
    differences = [
        float(np.abs(scores(compress(dense, layout, None), samples) - expected).max())
        for layout in layouts
    ]
    right = max(differences) <= allowed * float(np.abs(expected).max())
    in_words = ", ".join(f"{d:.0e} ({name})" for name, d in zip(layouts, differences))
    console.print(
        "\nAs a train of full ranks the first layer does the same: the largest difference of a "
        f"score is {in_words}, of scores up to {np.abs(expected).max():.0f}: {verdict(right)}."
    )
    return right


def fine_tuned(
    dense: nn.Sequential, layout: str, rank: int, data: Splits, epochs: int, seed: int
) -> Compressed:
    """Compress the dense network, measure, train it on, measure again."""
    made = compress(dense, layout, rank)
    error, before = weight_error(made, dense), accuracy(made, data.test)
    train(made, data.train, epochs, TUNING_RATE, seed)
    return Compressed(layout, rank, parameters(made), error, before, accuracy(made, data.test))


def trained_narrow(
    pixels: int, width: int, data: Splits, epochs: int, seed: int
) -> tuple[int, float]:
    """Train a dense network with few hidden numbers; return its parameters and accuracy."""
    model = network(nn.Linear(pixels, width), width)
    train(model, data.train, epochs, RATE, seed)
    return parameters(model), accuracy(model, data.test)


def show_compressed(console: Console, found: list[Compressed], pixels: int, epochs: int) -> None:
    """Print accuracies by layout and rank."""
    for layout, (ins, outs) in LAYOUTS[pixels].items():
        console.print(
            f"\nLayout [bold]{layout}[/], rows {outs}, columns {ins}; ranks at most r; fine-tuned "
            f"for {epochs} epochs, learning rate {TUNING_RATE}:\n"
        )
        shown = table("r", "parameters", "error of W", "compressed", "fine-tuned", left=0)
        for each in found:
            if each.layout == layout:
                shown.add_row(
                    f"{each.rank}",
                    f"{each.parameters:,}",
                    f"{each.error:.3f}",
                    f"{each.before:.2%}",
                    f"[bold]{each.after:.2%}[/]",
                )
        console.print(indented(shown))


def show_narrow(
    console: Console, narrow: list[tuple[int, float]], compressed: list[Compressed]
) -> None:
    """Print what dense networks with few hidden numbers reach, and the best trains beside them."""
    console.print(
        "\nWould a dense network with fewer hidden numbers do as well? Beside each, the best of "
        "the fine-tuned trains above that have at most as many parameters (and began as parts of "
        "the wide network, and had half as many epochs more):\n"
    )
    shown = table("hidden", "parameters", "accuracy", "best train", "its parameters", left=0)
    for width, (count, share) in zip(WIDTHS, narrow):
        small = [(each.after, each.parameters) for each in compressed if each.parameters <= count]
        after, size = max(small, default=(None, None))
        best = (f"{after:.2%}", f"{size:,}") if small else ("none so small", "")
        shown.add_row(f"{width}", f"{count:,}", f"{share:.2%}", *best)
    console.print(indented(shown))
