"""The program from its first line to its last, and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from minigrad.data import Samples, Splits

from ..common.images import Data, Source, chosen, load
from ..common.page import page
from ..common.program import Out, Seed
from . import learning, networks, theorem
from .pictures import draw

NAME = "path_sgd"
EPOCHS = {Source.digits: 30, Source.mnist: 15}
TRIAL = {Source.digits: 6, Source.mnist: 2}  # epochs with each rate


def in_float64(data: Splits) -> Splits:
    """Return the images in double precision."""
    train, test = (Samples(part.images.double(), part.labels) for part in (data.train, data.test))
    return data._replace(train=train, test=test)


def path_sgd(
    out: Out = Path("minigrad-path-sgd"),
    data: Data = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the training images.")
    ] = None,
    seed: Seed = 0,
) -> None:
    """Train two networks with the same function by SGD, AdaGrad and Path-SGD."""
    console = page()
    source = chosen(data)
    splits = in_float64(load(source, NAME))
    out.mkdir(parents=True, exist_ok=True)
    epochs = epochs or EPOCHS[source]
    trial = min(TRIAL[source], epochs)
    console.print(
        f"[bold]{splits.name}[/]: {len(splits.train.labels):,} images to learn from, "
        f"{len(splits.test.labels):,} to be tested on ({escape(splits.source)}). Seed {seed}."
    )
    right = networks.explain(console, splits.test.images, seed)
    best = learning.choose_rates(console, splits, trial, seed)
    runs = learning.learn(console, splits, best, epochs, seed)
    right = theorem.verify(console, splits, runs, trial, seed) and right
    path = draw(out / "curves.png", splits, runs)
    console.print(f"\nThe curves: [bold]{escape(str(path.resolve()))}[/]", soft_wrap=True)
    if not right:
        console.print("[bold red]A figure above DIFFERS from what it should be.[/]")
        raise typer.Exit(1)
