"""The program from its first line to its last, and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

import minigrad as mg
from minigrad.data import Splits

from ..common.images import Data, chosen, load
from ..common.page import chapter, indented, page, table
from ..common.program import Out, Seed
from . import checks, game, pictures, training

NAME = "dcgan"
LAST = "last.safetensors"


def dcgan(
    out: Out = Path("minigrad-dcgan"),
    data: Data = None,
    epochs: Annotated[
        int, typer.Option(min=1, help="Passes over the images, those before --resume included.")
    ] = 8,
    images: Annotated[
        int, typer.Option(min=2, help="How many images to learn from, if there are so many.")
    ] = 1600,
    resume: Annotated[
        bool, typer.Option("--resume", help=f"Go on from {LAST} in the folder of --out.")
    ] = False,
    seed: Seed = 0,
) -> None:
    """Train a DCGAN: a network that draws digits, against one that tells them from real ones.

    The quick default, 350 or 400 steps, takes one or two minutes on two cores. Expect strokes after
    3 epochs and shapes like digits after 5; in the end many of the 64 samples can be read, and the
    others are digits that nobody wrote. --images 8000 --epochs 20 makes 5,000 steps, which take
    more than ten times as long.
    """
    console = page()
    splits = load(chosen(data), NAME)
    real = training.real_images(splits, images)
    if resume:
        (out / LAST).stat()  # an error now is better than one in half a minute
    out.mkdir(parents=True, exist_ok=True)
    match = training.Game(out, console, seed)
    right = narrate(console, match, splits, real, epochs, resume)
    if not right:
        console.print("\n[bold red]A check of chapter 1 or 2 failed: something is wrong.[/]")
        raise typer.Exit(1)


def narrate(
    console: Console,
    match: training.Game,
    data: Splits,
    real: mg.Tensor,
    epochs: int,
    resume: bool,
) -> bool:
    """Tell the chapters; return whether the networks passed their checks."""
    folder = match.checkpoint.last_path.parent
    sound = show_networks(console)
    chapter(console, 2, "The same rounds in PyTorch")
    agree = checks.against_pytorch(console, real, match.seed)
    checks.tell_the_speed(console, real[: training.BATCH])
    chapter(console, 3, "The game")
    console.print(
        f"[bold]{data.name}[/]: {len(real):,} images ({escape(data.source)}), {training.BATCH} "
        f"a round. Losses of the two players in nats, then the mean of D for real and for fake "
        f"images; seconds since the start.\n"
    )
    match.play(real, epochs, resume)
    path = pictures.draw_curves(folder / "losses.png", match.curves.figures, data.name)
    show_files(console, folder, match.epoch, path)
    return sound and agree


def show_networks(console: Console) -> bool:
    """Print the layers of both networks; return whether the shapes are those of the plan."""
    chapter(console, 1, "Two players")
    noise = mg.zeros(1, game.NOISE)
    made, shapes = checks.layers(game.generator(mg), noise)
    judged, _ = checks.layers(game.discriminator(mg), mg.zeros(1, *game.SHAPES[-1]))
    console.print(f"The generator makes an image of {game.NOISE} random numbers:\n")
    console.print(indented(made))
    sound = checks.passes_through(shapes, game.SHAPES)
    plan = " -> ".join("x".join(map(str, shape)) for shape in ((game.NOISE,), *game.SHAPES))
    verdict = "[green]agrees[/]" if sound else "[bold red]DIFFERS[/]"
    console.print(f"\nThe plan, {plan}: {verdict}.\n")
    console.print("The discriminator scores an image; sigmoid of the score is D:\n")
    console.print(indented(judged))
    return sound


def show_files(console: Console, folder: Path, epochs: int, losses: Path) -> None:
    """Print what lies in the folder."""
    chapter(console, 4, "What it looks like")
    console.print(f"[bold]{escape(str(folder.resolve()))}[/]", soft_wrap=True)
    shown = table("file", "what it shows")
    shown.add_row(f"epoch-001.png ... {epochs:03}", "64 samples of the same noise after an epoch")
    shown.add_row("epochs.gif", "the same, one after another")
    shown.add_row(losses.name, "the losses of every round, and D")
    shown.add_row("epochs.csv", "their means over epochs")
    shown.add_row(LAST, "all of it: go on with --resume and more --epochs")
    console.print(indented(shown))
