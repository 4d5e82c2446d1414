"""Which images a program learns from: digits that come with scikit-learn, or MNIST."""

from __future__ import annotations

import os
from enum import Enum
from typing import Annotated

import typer

from minigrad.data import Splits, digits, mnist

from .program import complain


class Source(str, Enum):
    """Which images to learn from."""

    digits = "digits"
    mnist = "mnist"


Data = Annotated[
    Source | None,
    typer.Option(
        help="What to learn from: scikit-learn's digits, or the MNIST files in the folder "
        "that the environment variable MINIGRAD_DATA names (the default if it is set)."
    ),
]


def chosen(source: Source | None) -> Source:
    """Return what was asked for; if nothing was, MNIST where its files are, otherwise digits."""
    return source or (Source.mnist if os.environ.get("MINIGRAD_DATA") else Source.digits)


def load(source: Source, program: str) -> Splits:
    """Return the images to learn from.

    Raises:
        typer.Exit: after a line of explanation, if they are not there or damaged.
    """
    try:
        return mnist() if source is Source.mnist else digits()
    except (ImportError, OSError, ValueError) as error:
        raise typer.Exit(complain(program, error, code=2)) from None
