"""A matrix as a Kronecker product: digits read with 496,250 weights, or with 875.

    y = (A ⊗ B) x        the same as        Y = A X Bᵀ

with x the pixels of the image X, row by row, and y the elements of Y. For 28 x 28 pixels and
25 x 25 outputs the matrix on the left has 490,000 elements; A and B have 700 each, or together if
they are the same. What is lost is freedom: A mixes rows of the image, B mixes columns, and no
weight is for one pixel.

Five networks without biases, 784 -> 625 -> 10 with ReLU in between, differ in how each of the two
matrices is made. Run them with ``python -m minigrad.examples.kron_mnist``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from rich.console import Console
from rich.markup import escape

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import Samples, Splits, batches
from minigrad.nn.factorized import KroneckerLinear

from .common.images import Data, chosen, load
from .common.page import chapter, indented, page, table
from .common.pictures import BLUE, GREEN, GREY, ORANGE, RED, plain, save
from .common.program import Out, Seed, launch

NAME = "kron_mnist"
IMAGE, HIDDEN, CLASSES = (28, 28), (25, 25), (5, 2)
BATCH = 64
RATES = (1e-3, 3e-3, 1e-2)  # of Adam, tried for each network
TRIAL = 3  # epochs
DECAY = 0.9  # of the rate, from one epoch to the next


class Variant(NamedTuple):
    """How the two matrices are made; ``reference`` is the number of weights there must be."""

    hidden: str
    output: str
    reference: int
    color: str


VARIANTS = (
    Variant("dense", "dense", 784 * 625 + 625 * 10, GREY),
    Variant("A ⊗ A", "dense", 28 * 25 + 625 * 10, ORANGE),
    Variant("A ⊗ B", "dense", 2 * 28 * 25 + 625 * 10, BLUE),
    Variant("A ⊗ A", "C ⊗ D", 28 * 25 + (5 * 25 + 2 * 25), RED),
    Variant("A ⊗ B", "C ⊗ D", 2 * 28 * 25 + (5 * 25 + 2 * 25), GREEN),
)


class Learned(NamedTuple):
    """A trained network, the rate chosen for it, its test accuracy after each epoch."""

    network: nn.Sequential
    rate: float
    accuracies: list[float]


def build(variant: Variant) -> nn.Sequential:
    """Return the network of a variant, with new random weights."""
    hidden: nn.Module = nn.Linear(28 * 28, 25 * 25, bias=False)
    output: nn.Module = nn.Linear(25 * 25, 10, bias=False)
    if variant.hidden != "dense":
        hidden = KroneckerLinear(IMAGE, HIDDEN, bias=False, shared=variant.hidden == "A ⊗ A")
    if variant.output != "dense":
        output = KroneckerLinear(HIDDEN, CLASSES, bias=False)
    return nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), output)


def weights(network: nn.Module) -> int:
    """Return how many numbers are learned; a shared factor counts once."""
    return sum(parameter.numel() for parameter in network.parameters())


def multiplications(network: nn.Sequential) -> int:
    """Return how many multiplications of numbers the matrices cost for one image."""
    total = 0
    for layer in network:
        if isinstance(layer, KroneckerLinear):
            (i1, i2), (o1, o2) = layer.in_shape, layer.out_shape
            total += i1 * i2 * o2 + o1 * i1 * o2  # X Bᵀ, then A times that
        elif isinstance(layer, nn.Linear):
            total += layer.in_features * layer.out_features
    return total


def accuracy(network: nn.Module, samples: Samples) -> float:
    """Return the fraction of images read correctly."""
    with mg.no_grad():
        guesses = network(samples.images).argmax(1)
    return (guesses == samples.labels).numpy().mean().item()


def train(variant: Variant, data: Splits, rate: float, epochs: int, seed: int) -> Learned:
    """Train a new network with Adam and cross-entropy."""
    mg.manual_seed(seed)
    shuffle = np.random.default_rng(seed)
    network = build(variant)
    optimizer = optim.Adam(network.parameters(), lr=rate)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, DECAY)
    accuracies = []
    for _ in range(epochs):
        for images, labels in batches(data.train, BATCH, shuffle):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(images), labels).backward()
            optimizer.step()
        schedule.step()
        accuracies.append(accuracy(network, data.test))
    return Learned(network, rate, accuracies)


def choose_rate(variant: Variant, data: Splits, epochs: int, seed: int) -> float:
    """Return the best of the rates, judged by an eighth of the training images.

    The test images have no part in it: they are to say what the chosen network is worth.
    """
    images, labels = data.train
    cut = len(labels) - len(labels) // 8
    held = Samples(images[cut:], labels[cut:])
    trial = data._replace(train=Samples(images[:cut], labels[:cut]), test=held)
    return max(RATES, key=lambda rate: train(variant, trial, rate, epochs, seed).accuracies[-1])


def error(network: nn.Sequential, images: mg.Tensor) -> float:
    """Compare the scores with NumPy's, its matrices written out; relative to the largest."""
    full = [
        np.kron(layer.left.detach(), layer.right.detach())
        if isinstance(layer, KroneckerLinear)
        else layer.weight.detach().numpy()
        for layer in (network[1], network[3])
    ]
    expected = np.maximum(images.numpy().reshape(-1, 784) @ full[0].T, 0) @ full[1].T
    with mg.no_grad():
        scores = network(images).numpy()
    return float(np.abs(scores - expected).max() / np.abs(expected).max())


def report(console: Console, data: Splits, results: dict[Variant, Learned]) -> bool:
    """Print what came of it; return whether counts and scores are as they must be."""
    shown = table("hidden", "output", "weights", "reference", "", "error", "", left=2)
    figures = table("weights", "multiplications", "rate", "test accuracy", left=0)
    right = True
    for variant, (network, rate, accuracies) in results.items():
        count, apart = weights(network), error(network, data.test.images)
        checks = [count == variant.reference, apart <= 1e-5]
        right = right and all(checks)
        words = ["[green]agrees[/]" if check else "[bold red]DIFFERS[/]" for check in checks]
        shown.add_row(
            *variant[:2], f"{count:,}", f"{variant.reference:,}", words[0], f"{apart:.0e}", words[1]
        )
        cost = multiplications(network)
        figures.add_row(f"{count:,}", f"{cost:,}", f"{rate:g}", f"{accuracies[-1]:.1%}")
    console.print(indented(shown))
    console.print(
        "\nError: of the scores of the test images, against the same network with its matrices "
        "written out by NumPy's kron; up to 1e-5 of the largest is rounding.\n"
    )
    console.print(indented(figures))
    count = len(data.test.labels)
    console.print(
        f"\nMultiplications are those for one image. With {count:,} test images, the standard "
        f"error of an accuracy near 95% is {(0.95 * 0.05 / count) ** 0.5:.1%}."
    )
    return right


def draw(path: Path, data: Splits, results: dict[Variant, Learned]) -> Path:
    """Draw accuracy over epochs, and in the end over the number of weights."""
    figure = Figure(figsize=(10, 4.8), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    for variant, (network, _, accuracies) in results.items():
        count, color, final = weights(network), variant.color, accuracies[-1]
        epochs = range(1, len(accuracies) + 1)
        label = f"{count:,}: {variant.hidden}, {variant.output}"
        left.plot(epochs, accuracies, "o-", color=color, markersize=4, label=label)
        right.plot(count, final, "o", color=color, markersize=9)
        side, beside = ("left", 10) if variant.hidden == "A ⊗ B" else ("right", -10)
        place: dict[str, Any] = {"xytext": (beside, 0), "textcoords": "offset points"}
        right.annotate(f"{final:.1%}", (count, final), **place, ha=side, va="center")
    left.set(xlabel="epoch", ylabel="test accuracy", title=f"{data.name}: while learning ...")
    left.legend(title="weights: hidden matrix, output matrix", frameon=False, loc="lower right")
    left.xaxis.set_major_locator(MaxNLocator(integer=True))
    left.yaxis.set_major_formatter(PercentFormatter(1))
    right.set(xscale="log", xlabel="number of weights", title="... and in the end")
    right.margins(x=0.35)
    plain(left, right)
    return save(figure, path)


def enlarged(data: Splits) -> Splits:
    """Return 8 x 8 images as 28 x 28: each pixel three times as high and wide, and a border."""

    def enlarge(samples: Samples) -> Samples:
        large = mg.kron(samples.images, mg.ones(1, 1, 3, 3))
        return samples._replace(images=nn.functional.pad(large, (2, 2, 2, 2)))

    return data._replace(train=enlarge(data.train), test=enlarge(data.test))


def kron_mnist(
    out: Out = Path("minigrad-kron-mnist"),
    data: Data = None,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = 15,
    seed: Seed = 0,
) -> None:
    """Compare five networks whose matrices are dense or Kronecker products."""
    console = page()
    splits = load(chosen(data), NAME)
    out.mkdir(parents=True, exist_ok=True)
    chapter(console, 1, "Five networks, 784 -> 625 -> 10")
    console.print(
        f"[bold]{splits.name}[/]: {len(splits.train.labels):,} images to learn from, "
        f"{len(splits.test.labels):,} to be tested on ({escape(splits.source)})."
    )
    if splits.train.images.shape[-1] == 8:
        splits = enlarged(splits)
        console.print("The 8 x 8 pixels become 3 x 3 pixels each, with a border: 28 x 28.")
    trial = min(TRIAL, epochs)
    console.print(
        f"Adam, {BATCH} images a step, {epochs} epochs, seed {seed}. The rate of each network is "
        f"the best of {RATES} after epoch {trial}, judged by an eighth of the training images that "
        f"was held back; it falls to {DECAY:.0%} after each epoch.\n"
    )
    results = {}
    for variant in VARIANTS:
        rate = choose_rate(variant, splits, trial, seed)
        results[variant] = train(variant, splits, rate, epochs, seed)
    right = report(console, splits, results)
    path = draw(out / "accuracies.png", splits, results)
    console.print(f"\nThe curves: [bold]{escape(str(path.resolve()))}[/]", soft_wrap=True)
    if not right:
        console.print("[bold red]A figure above DIFFERS from what it should be.[/]")
        raise typer.Exit(1)


if __name__ == "__main__":
    launch(kron_mnist, NAME)
