"""A program on the command line: its options, and problems told in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

Out = Annotated[Path, typer.Option(help="The folder for pictures and figures.")]
Seed = Annotated[
    int, typer.Option(min=0, max=2**32 - 1, help="Another seed, other random numbers.")
]


def launch(program: Callable[..., Any], name: str) -> None:
    """Run a function whose parameters are the options; its docstring is what ``--help`` says.

    A file that cannot be written or an extra that is not installed ends it in one line, with
    status 1: no traceback helps with those. Matrix products use one thread: the matrices are small,
    and on a machine that does other things, too, two threads wait for each other many times as long
    as they compute.

    Args:
        program: a function that Typer understands.
        name: that of the program, as in ``python -m minigrad.examples.NAME``.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(program)
    try:
        with threadpool_limits(1, user_api="blas"):
            app(prog_name=f"python -m minigrad.examples.{name}")
    except (OSError, ImportError) as error:
        raise SystemExit(complain(name, error)) from None


def complain(name: str, error: Exception, code: int = 1) -> int:
    """Say in one line what is wrong; return the status to exit with."""
    text = f"{error}"
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename or 'output'}: {error.strerror}"
    typer.echo(f"{name}: {text}", err=True)
    return code
