"""Chapter 4: a network learns to read digits."""

from __future__ import annotations

import time
from itertools import islice
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import Samples, Splits, batches

from ..common.page import chapter, indented, table
from .board import Board

BATCH = 32
LEARNING_RATE = 0.01
DECAY = 0.8  # of the learning rate, from one epoch to the next


class Plan(NamedTuple):
    """How long to train: ``steps`` is the most optimizer steps an epoch takes."""

    epochs: int
    steps: int | None = None


class Result(NamedTuple):
    """What training leaves: the loss of every step, the accuracy after every epoch, and more."""

    losses: list[float]
    accuracies: list[float]
    predictions: np.ndarray
    seconds: float


def convolutional_network(size: int) -> nn.Sequential:
    """Return a network that tells ten digits apart in images of ``size`` x ``size`` pixels.

    Two rounds of convolution look for strokes and then for shapes; each halves the image.
    """
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * (size // 4) ** 2, 10),
    )


def predict(network: nn.Module, samples: Samples) -> np.ndarray:
    """Return the digit the network sees in each image: the one with the highest score."""
    with mg.no_grad():  # no graph, no memory of the steps
        scores = [network(images).numpy() for images, _ in batches(samples, size=500)]
    return np.concatenate(scores).argmax(axis=1)


def accuracy(network: nn.Module, samples: Samples) -> float:
    """Return the fraction of images read correctly."""
    return float((predict(network, samples) == samples.labels.numpy()).mean())


def train(network: nn.Module, data: Splits, plan: Plan, seed: int, console: Console) -> Result:
    """Train with Adam, showing the loss as it falls, and return what came of it."""
    optimizer = optim.Adam(network.parameters(), lr=LEARNING_RATE)
    shuffle = np.random.default_rng(seed)
    steps = min(-(-len(data.train.labels) // BATCH), plan.steps or len(data.train.labels))
    losses: list[float] = []
    accuracies = []
    start = time.perf_counter()
    with Board(console, plan.epochs, steps) as board:
        for epoch in range(1, plan.epochs + 1):
            for images, labels in islice(batches(data.train, BATCH, shuffle), steps):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(network(images), labels)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                board.step(losses[-1])
            for group in optimizer.param_groups:
                group["lr"] *= DECAY
            accuracies.append(accuracy(network, data.test))
            board.epoch(
                epoch,
                loss=float(np.mean(losses[-steps:])),
                accuracy=accuracies[-1],
                seconds=time.perf_counter() - start,
            )
    seconds = time.perf_counter() - start
    return Result(losses, accuracies, predict(network, data.test), seconds)


def learn(console: Console, data: Splits, plan: Plan, seed: int) -> Result:
    """Tell the chapter: the data, the network, the training, the outcome."""
    chapter(console, 4, "A network learns to read")
    size = data.train.images.shape[-1]
    console.print(
        f"[bold]{data.name}[/]: {len(data.train.labels):,} images of {size} x {size} pixels to "
        f"learn from, {len(data.test.labels):,} to be tested on ({escape(data.source)}). "
        "The first few:\n"
    )
    shades = " ░▒▓█" if console.encoding.startswith("utf") else " .:+#"
    console.print(indented(in_characters(data.train, shades)))
    mg.manual_seed(seed)
    network = convolutional_network(size)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    console.print(f"\nThe network, with {parameters:,} numbers to be learned:\n")
    console.print(indented(layers(network, data.train)))
    limit = f", {plan.steps} steps an epoch" if plan.steps else ""
    console.print(
        f"\nAdam, {BATCH} images a step{limit}, learning rate {LEARNING_RATE}, seed {seed}:\n"
    )
    result = train(network, data, plan, seed, console)
    correct = int((result.predictions == data.test.labels.numpy()).sum())
    console.print(
        f"\n[bold green]{result.accuracies[-1]:.2%}[/] of the test images are read correctly "
        f"({correct:,} of {len(data.test.labels):,}), after {result.seconds:.1f} s of training."
    )
    return result


def layers(network: nn.Sequential, samples: Samples) -> Table:
    """Return a table of what each layer makes of an image."""
    shown = table("layer", "an image becomes", "parameters", left=1)
    image = samples.images[:1]
    for layer in network:
        image = layer(image)
        count = sum(parameter.numel() for parameter in layer.parameters())
        shape = " x ".join(f"{n:,}" for n in image.shape[1:])
        shown.add_row(type(layer).__name__, shape, f"{count:,}" if count else "")
    return shown


def in_characters(samples: Samples, shades: str) -> str:
    """Return the first few images made of characters, which are twice as high as wide."""
    size = samples.images.shape[-1]
    drawn = []
    for image, label in zip(samples.images.numpy()[:, 0], samples.labels.tolist()):
        small = np.repeat(image, 2, axis=1) if size < 16 else image[2:-2:2, 2:-2]
        levels = (small * (len(shades) - 1)).round().astype(int)
        rows = ["".join(shades[level] for level in row) for row in levels]
        drawn.append([*rows, f"{label}".center(len(rows[0]))])
        if len(drawn) == 72 // len(rows[0]):
            break
    return "\n".join("  ".join(row).rstrip() for row in zip(*drawn))
