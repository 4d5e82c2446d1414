"""The program from its first line to its last, and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text as Plain

import minigrad as mg
from minigrad.training import Trainer

from ..common.page import chapter, indented, page, table
from ..common.program import Out, Seed, complain
from . import checks, pictures, training
from .model import CharGPT
from .text import ALICE, HELD_OUT, Text, bigram_bits, side_by_side

NAME = "char_gpt"
FILES = (
    ("bits.png", "bits per character, step by step"),
    ("epochs.csv", "their means over epochs"),
    ("last.safetensors", "the model and its training in the end"),
    ("best.safetensors", "and after the epoch that was best on the held-out part"),
)


def char_gpt(
    out: Out = Path("minigrad-char-gpt"),
    text: Annotated[
        Path | None,
        typer.Option(help="A text in UTF-8 to learn from, at least 1,000 characters."),
    ] = None,
    epochs: Annotated[
        int, typer.Option(min=1, help=f"Times {training.STEPS} steps of the optimizer.")
    ] = 10,
    temperature: Annotated[
        float, typer.Option(min=0.01, help="Of samples: low is dull, high is wild.")
    ] = 0.7,
    prompt: Annotated[
        str | None, typer.Option(help="What samples begin with; by default a word of the text.")
    ] = None,
    seed: Seed = 0,
) -> None:
    """Train a small transformer to write like the beginning of Alice in Wonderland.

    The quick default takes about a minute on two cores. Expect noise first, then letters as
    frequent as in English, then words, some of which exist, between quotation marks; not sense:
    34,000 characters are little to learn a language from.
    """
    console = page()
    try:
        characters = (text or ALICE).read_text(encoding="utf-8")
        if len(characters) < 1000:
            raise ValueError(f"{text}: {len(characters)} characters, expected at least 1,000")
        source = Text(characters)
        begin = prompt or ("Alice " if text is None else f"{characters.split()[0]} ")
        source.encode(begin)
    except (OSError, ValueError) as error:
        raise typer.Exit(complain(NAME, error, code=2)) from None
    out.mkdir(parents=True, exist_ok=True)
    writer = training.Writer(begin, temperature, seed)
    sound = narrate(console, out, source, writer, epochs)
    if not sound:
        console.print("\n[bold red]A check of chapter 1 failed: something is wrong.[/]")
        raise typer.Exit(1)


def narrate(
    console: Console, folder: Path, text: Text, writer: training.Writer, epochs: int
) -> bool:
    """Tell the chapters; return whether the model passed its checks."""
    chapter(console, 1, "A text and a model")
    mg.manual_seed(writer.seed)
    size = len(text.alphabet)
    model = CharGPT(size)
    count = sum(parameter.numel() for parameter in model.parameters())
    console.print(
        f"[bold]{len(text.train):,}[/] characters to learn from, the last {len(text.test):,} "
        f"({HELD_OUT:.0%}) held out; {size} different ones. A transformer of {len(model.blocks)} "
        f"blocks, {count:,} parameters, sees {model.length} characters.\n"
    )
    sound = checks.check(console, model, size, side_by_side(text.test, model.length))
    bigram = bigram_bits(text, model.length)
    console.print(
        f"\nTo be beaten: a bigram model, which has counted what follows each character. It needs "
        f"[bold]{bigram:.2f}[/] bits per character of the held-out part."
    )
    chapter(console, 2, "It learns to write")
    console.print(
        f"AdamW, {training.BATCH} windows a step, {training.STEPS} steps an epoch, rate up to "
        f"{training.RATE:g}, seed {writer.seed}. The losses are bits per character; samples are of "
        f"temperature {writer.temperature:g}.\n"
    )

    def show(epoch: int, sample: str) -> None:
        when = f"after {epoch} epoch{'s' * (epoch != 1)}" if epoch else "before"
        console.print(f"\n[bold]A sample {when}:[/]")
        console.print(indented(Plain(sample, style="green")))
        console.print()

    samples = training.Samples(text, writer, show, every=max(1, epochs // 4))
    trainer, curves = training.training_of(model, text, epochs, folder, console, samples)
    batches, held_out = training.loaders(text, model.length)
    trainer.fit(batches, epochs, held_out)
    show_end(console, text, writer, trainer, bigram)
    chapter(console, 4, "What it leaves")
    pictures.draw_bits(folder / FILES[0][0], trainer, curves, bigram)
    show_files(console, folder)
    return sound


def show_end(
    console: Console, text: Text, writer: training.Writer, trainer: Trainer, bigram: float
) -> None:
    """Print how well the model predicts, and samples of other temperatures."""
    chapter(console, 3, "What it has learned")
    final = trainer.history[-1]["validation_loss"]
    comparison = "fewer" if final < bigram else "NOT fewer"
    console.print(
        f"A character of the held-out part costs [bold]{final:.2f}[/] bits, {comparison} than the "
        f"{bigram:.2f} of the bigram model. Where it learned, the last epoch's mean was "
        f"{trainer.history[-1]['loss']:.2f}, with dropout in its way."
    )
    for temperature in (0.3, 1.2):
        with trainer.evaluating():
            sample = writer._replace(temperature=temperature).sample(trainer.model, text)
        console.print(f"\n[bold]A sample of temperature {temperature}:[/]")
        console.print(indented(Plain(sample, style="green")))


def show_files(console: Console, folder: Path) -> None:
    """Print what lies in the folder."""
    console.print(f"[bold]{escape(str(folder.resolve()))}[/]", soft_wrap=True)
    shown = table("file", "what it holds")
    for row in FILES:
        shown.add_row(*row)
    console.print(indented(shown))
