"""The tour from its first line to its last, and its options."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from minigrad.data import Splits

from ..common.images import Data, Source, chosen, load
from ..common.page import chapter, indented, page, table
from ..common.program import Out, Seed, complain
from . import backward, pictures, training

NAME = "minigrad tour"
EPOCHS = {Source.digits: 15, Source.mnist: 4}


def tour(
    out: Out = Path("minigrad-tour"),
    data: Data = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the training images.")
    ] = None,
    seed: Seed = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Take a few steps only.")] = False,
) -> None:
    """Show what minigrad does: a backward pass step by step, checks, a network that learns."""
    console = page()
    source = chosen(data)
    dataset = load(source, NAME)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.Exit(complain(NAME, error, code=2)) from None
    if quick:
        plan = training.Plan(epochs or 1, steps=5)
    else:
        plan = training.Plan(epochs or EPOCHS[source])
    try:
        right = narrate(console, out, dataset, plan, seed)
    except OSError as error:  # a full disk, a folder that may not be written
        raise typer.Exit(complain(NAME, error)) from None
    if not right:
        raise typer.Exit(1)


def narrate(console: Console, folder: Path, data: Splits, plan: training.Plan, seed: int) -> bool:
    """Tell the five chapters; return whether the gradients were right."""
    console.print(
        f"[bold]minigrad {version('minigrad')}[/]: automatic differentiation, from one matrix to a "
        "network that reads digits. Less than a minute on two cores. What it draws goes to"
    )
    where = f"[bold]{escape(str(folder.resolve()))}[/]"
    console.print(where, soft_wrap=True)  # a path cut in two is of no use
    tensors = backward.show_backward(console)
    right = backward.check_gradient(console)
    files = [backward.draw_graph(console, folder, tensors)]
    result = training.learn(console, data, plan, seed)
    chapter(console, 5, "What it looks like")
    files += [
        pictures.draw_loss(folder / "loss.png", result, data),
        pictures.draw_predictions(folder / "predictions.png", result, data),
    ]
    contents = ("the graph of chapter 1", "the loss as it falls", "test images, mistakes framed")
    console.print(where, soft_wrap=True)
    shown = table("file", "what it shows")
    for path, content in zip(files, contents):
        shown.add_row(path.name, content)
    console.print(indented(shown))
    console.print(
        "\nRead this program next, in minigrad/examples/tour; then the engine, in "
        "minigrad/autograd/engine.py, and the table of derivatives, in minigrad/ops."
    )
    if not right:
        console.print("\n[bold red]A gradient of chapter 2 differs: something is wrong.[/]")
    return right
