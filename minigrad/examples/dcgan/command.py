"""The program from its first line to its last, and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

import minigrad as mg

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
    ] = 10,
    images: Annotated[
        int, typer.Option(min=2, help="How many images to learn from, if there are so many.")
    ] = 1600,
    resume: Annotated[
        bool, typer.Option("--resume", help=f"Go on from {LAST} in the folder of --out.")
    ] = False,
    seed: Seed = 0,
) -> None:
    """Train a DCGAN: a network that draws digits, against one that tells them from real ones.

    The quick default, about 450 steps, takes one or two minutes on two cores. Expect strokes after
    3 epochs and shapes like digits after 6; in the end many of the 64 samples can be read, and the
    others are digits that nobody wrote. With --images 8000 --epochs 20 they become better, in half
    an hour.
    """
    console = page()
    splits = load(chosen(data), NAME)
    real = training.real_images(splits, images)
    if resume:
        (out / LAST).stat()  # an error now is better than one in half a minute
    out.mkdir(parents=True, exist_ok=True)
    sound = show_networks(console)
    chapter(console, 2, "The same rounds in PyTorch")
    agree = checks.against_pytorch(console, real, seed)
    checks.tell_the_speed(console, real[: training.BATCH])
    chapter(console, 3, "The game")
    console.print(
        f"[bold]{splits.name}[/]: {len(real):,} images ({escape(splits.source)}), {training.BATCH} "
        f"a round. Losses of the two players in nats, then the mean of D for real and for fake "
        f"images; seconds since the start.\n"
    )
    match = training.Game(out, console, seed)
    done = match.checkpoint.last_path if resume else None
    match.fit(training.batches_of(real), epochs, resume=done)
    path = pictures.draw_curves(out / "losses.png", match.curves.figures, splits.name)
    show_files(console, out, match.epoch, [path])
    if not (sound and agree):
        console.print("\n[bold red]A check of chapter 1 or 2 failed: something is wrong.[/]")
        raise typer.Exit(1)


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


def show_files(console: Console, folder: Path, epochs: int, paths: list[Path]) -> None:
    """Print what lies in the folder."""
    chapter(console, 4, "What it looks like")
    console.print(f"[bold]{escape(str(folder.resolve()))}[/]", soft_wrap=True)
    shown = table("file", "what it shows")
    shown.add_row(f"epoch-001.png ... {epochs:03}", "64 samples of the same noise after an epoch")
    shown.add_row("epochs.gif", "the same, one after another")
    shown.add_row(paths[0].name, "the losses of every round, and D")
    shown.add_row("epochs.csv", "their means over epochs")
    shown.add_row(LAST, "all of it: go on with --resume and more --epochs")
    console.print(indented(shown))
