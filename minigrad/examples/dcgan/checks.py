"""Checks: the shapes on the way from noise to image, and the same rounds played by PyTorch."""

from __future__ import annotations

import time
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import minigrad as mg

from ..common.page import indented, table
from . import game

ALLOWED = 1e-7  # relative, in float64: rounding, which Adam's division enlarges
FEW = 8  # images of a batch of the comparison
ROUNDS = 8  # that are timed


def layers(network: Any, start: mg.Tensor) -> tuple[Table, list[tuple[int, ...]]]:
    """Return a table of what each layer makes of a sample, and the shapes in it."""
    shown = table("layer", "a sample becomes", "parameters", left=1)
    shapes, network, x = [], network.eval(), start
    with mg.no_grad():
        for layer in network:
            x = layer(x)
            shapes.append(tuple(x.shape[1:]))
            count = sum(parameter.numel() for parameter in layer.parameters())
            text = " x ".join(f"{n:,}" for n in shapes[-1])
            shown.add_row(type(layer).__name__, text, f"{count:,}" if count else "")
    network.train()
    return shown, shapes


def passes_through(shapes: list[tuple[int, ...]], wanted: tuple[tuple[int, ...], ...]) -> bool:
    """Return whether shapes change just as wanted, and in that order."""
    changes = shapes[:1] + [after for before, after in pairwise(shapes) if after != before]
    flat = [shape for shape in changes if shape != (256 * 5 * 5,)]  # the same numbers, in a row
    return flat == list(wanted)


def against_pytorch(console: Console, images: mg.Tensor, seed: int) -> bool:
    """Play two rounds in both libraries, from the same weights; return whether they agree."""
    if not find_spec("torch"):
        console.print("PyTorch is not installed, so minigrad plays alone: pip install torch")
        return True
    torch = import_module("torch")
    mg.manual_seed(seed)
    ours, theirs = twins(torch)
    real = images[:FEW].numpy().astype(np.float64)
    for drawn in np.random.default_rng(seed).normal(size=(2, len(real), game.NOISE)):
        mine = game.play(mg, ours, mg.tensor(real), mg.tensor(drawn))
        others = game.play(torch, theirs, torch.tensor(real), torch.tensor(drawn))
    shown = table("round 2", "minigrad", "PyTorch", "difference", left=1)
    apart = []
    for name in mine:
        a, b = mine[name].item(), others[name].item()
        apart.append(abs(a - b) / abs(b))
        shown.add_row(label(name), f"{a:.6f}", f"{b:.6f}", f"{apart[-1]:.0e}")
    apart.append(weights_apart(ours, theirs))
    shown.add_row("weights after it", "", "", f"{apart[-1]:.0e}")
    console.print(indented(shown))
    agree = max(apart) <= ALLOWED
    verdict = "[green]agrees[/]" if agree else "[bold red]DIFFERS[/]"
    console.print(f"\nRelative differences in float64; up to {ALLOWED:.0e} is rounding: {verdict}.")
    return agree


def label(name: str) -> str:
    """Return what a figure is, in words."""
    return f"loss of the {name}" if name.endswith("or") else f"D of {name} images"


def twins(torch: Any) -> tuple[game.Players, game.Players]:
    """Return players of minigrad and of PyTorch with the same weights, in float64."""
    pairs = []
    for build in (game.generator, game.discriminator):
        ours, theirs = build(mg).double(), build(torch).double()
        state = {name: torch.tensor(value.numpy()) for name, value in ours.state_dict().items()}
        theirs.load_state_dict(state)
        pairs.append((ours, theirs))
    mine, others = (
        game.Players(*networks, *(game.optimizer(library, network) for network in networks))
        for library, networks in zip((mg, torch), zip(*pairs))
    )
    return mine, others


def weights_apart(ours: game.Players, theirs: game.Players) -> float:
    """Return the largest difference of two tensors of weights, relative to the larger norm."""
    largest = 0.0
    for mine, others in zip(ours[:2], theirs[:2]):
        for a, b in zip(mine.parameters(), others.parameters()):
            x, y = a.detach().numpy(), b.detach().numpy()
            largest = max(largest, float(np.linalg.norm(x - y) / np.linalg.norm(y)))
    return largest


def tell_the_speed(console: Console, images: mg.Tensor) -> None:
    """Print how long a round of the training takes, and how long in PyTorch."""
    text = f"A round of {len(images)} images takes {seconds_a_round(mg, images) * 1000:.0f} ms"
    if find_spec("torch"):
        torch = import_module("torch")
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # more of them wait for each other where others compute too
        try:
            text += f", {seconds_a_round(torch, images) * 1000:.0f} ms in PyTorch with one thread"
        finally:
            torch.set_num_threads(threads)
    console.print(f"{text} (the quickest of {ROUNDS}, which others on the machine disturb least).")


def seconds_a_round(library: Any, images: mg.Tensor) -> float:
    """Return how long a round takes in float32; the first one does not count."""
    playing = game.players(library)
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        real = library.tensor(images.numpy())
        game.play(library, playing, real, library.randn(len(images), game.NOISE))
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])
