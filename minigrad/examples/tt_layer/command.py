"""The program from its first line to its last, and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

import minigrad as mg

from ..common.images import Data, Source, chosen, load
from ..common.page import chapter, indented, page, table
from ..common.program import Out, Seed
from . import compressing, cutting, pictures, states

NAME = "tt_layer"
EPOCHS = {Source.digits: 20, Source.mnist: 10}


def tt_layer(
    out: Out = Path("minigrad-tt-layer"),
    data: Data = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Passes over the training images; half as many to fine-tune."),
    ] = None,
    seed: Seed = 0,
) -> None:
    """Cut a matrix, a quantum state and a trained layer into tensor trains, and measure."""
    console = page()
    source = chosen(data)
    splits = load(source, NAME)
    out.mkdir(parents=True, exist_ok=True)
    mg.manual_seed(seed)
    matrix = cutting.explain(console, seed)
    physics = states.explain(console, seed)
    learned = compressing.explain(console, splits, epochs or EPOCHS[source], seed)
    chapter(console, 4, "What it looks like")
    files = {
        "the error of the matrix, rank by rank": pictures.draw_errors(out / "errors.png", matrix),
        "the bonds of three quantum states": pictures.draw_bonds(out / "bonds.png", physics),
        "accuracy against the number of parameters": pictures.draw_accuracies(
            out / "accuracies.png", learned, splits.name
        ),
    }
    console.print(f"[bold]{escape(str(out.resolve()))}[/]", soft_wrap=True)
    shown = table("file", "what it shows")
    for content, path in files.items():
        shown.add_row(path.name, content)
    console.print(indented(shown))
    if not (matrix.right and physics.right and learned.right):
        console.print("\n[bold red]A figure above DIFFERS from what it should be.[/]")
        raise typer.Exit(1)
    console.print("\nEvery figure that has a reference agrees with it.")
