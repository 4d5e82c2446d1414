"""The command ``minigrad``; ``python -m minigrad`` is the same."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points, version
from typing import Any


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: with 0, 1 if something failed, 2 if it could not be begun."""
    try:
        app = _app()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("", "minigrad"):
            raise
        print(
            f"minigrad: {missing} is not installed; the command line needs the demo extra: "
            "pip install 'minigrad[demo]'",
            file=sys.stderr,
        )
        sys.exit(2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a pipe without Unicode shows ? and goes on
    app(arguments, prog_name="minigrad")


def _app() -> Any:
    """Return the commands; what they import belongs to the extra ``demo``.

    Packages that build on minigrad add theirs as entry points of the group ``minigrad.commands``.
    """
    import typer

    from .examples.tour.command import tour

    def show_version(wanted: bool) -> None:
        if wanted:
            print(f"minigrad {version('minigrad')}")
            raise typer.Exit

    def options(
        version: bool = typer.Option(
            False, "--version", callback=show_version, is_eager=True, help="Show the version."
        ),
    ) -> None:
        """Automatic differentiation to read, to learn from and to use."""

    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(options)
    app.command()(tour)
    for entry in sorted(entry_points(group="minigrad.commands"), key=lambda entry: entry.name):
        function = entry.load()
        settings = getattr(function, "context_settings", None)
        app.command(entry.name, context_settings=settings)(function)
    return app
