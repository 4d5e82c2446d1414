"""The tour from its first line to its last, and its options."""

from __future__ import annotations

import os
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from minigrad.data import Splits, digits, mnist

from . import backward, pictures, training
from .page import chapter, indented, page, table


class Source(str, Enum):
    """Which images to learn from."""

    digits = "digits"
    mnist = "mnist"


EPOCHS = {Source.digits: 15, Source.mnist: 4}


def tour(
    out: Annotated[Path, typer.Option(help="The folder for the pictures.")] = Path("minigrad-tour"),
    data: Annotated[
        Source | None,
        typer.Option(
            help="What to learn from: scikit-learn's digits, or the MNIST files in the folder "
            "that the environment variable MINIGRAD_DATA names (the default if it is set)."
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the training images.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Another seed, other first weights.")
    ] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Take a few steps only.")] = False,
) -> None:
    """Show what minigrad does: a backward pass step by step, checks, a network that learns."""
    console = page()
    source = data or (Source.mnist if os.environ.get("MINIGRAD_DATA") else Source.digits)
    try:
        dataset = load(source)
        out.mkdir(parents=True, exist_ok=True)
    except (ImportError, OSError, ValueError) as error:
        raise complaint(error, code=2) from None
    if quick:
        plan = training.Plan(epochs or 1, steps=5)
    else:
        plan = training.Plan(epochs or EPOCHS[source])
    try:
        right = narrate(console, out, dataset, plan, seed)
    except OSError as error:  # a full disk, a folder that may not be written
        raise complaint(error, code=1) from None
    if not right:
        raise typer.Exit(1)


def complaint(error: Exception, code: int) -> typer.Exit:
    """Say in one line what is wrong; return the exception that ends the program."""
    text = f"{error}"
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename or 'output'}: {error.strerror}"
    typer.echo(f"minigrad tour: {text}", err=True)
    return typer.Exit(code)


def load(source: Source) -> Splits:
    """Return the images to learn from."""
    return mnist() if source is Source.mnist else digits()


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
