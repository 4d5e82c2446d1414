"""Commands that this package adds to ``minigrad``, by entry points of the group minigrad.commands.

What a command needs is imported when it is called: the others work without it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

_REGISTRY = "minigrad_torch_compat.differential.specs"


def difftest(
    patterns: Annotated[
        list[str] | None, typer.Argument(help="Names of operators, as --ops.", show_default=False)
    ] = None,
    ops: Annotated[
        list[str] | None,
        typer.Option(help="Only operators whose name fits a shell pattern ('linalg.*')."),
    ] = None,
    tier: Annotated[
        int | None, typer.Option(min=1, max=3, help="Only operators of a tier.")
    ] = None,
    examples: Annotated[int, typer.Option(min=1, help="Calls of each operator.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other calls.")] = 0,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0: one for each core.")] = 0,
    limit: Annotated[float, typer.Option(min=1, help="Seconds an operator may take.")] = 600,
    json: Annotated[Path | None, typer.Option(help="Write all reports as JSON.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write them as a page.")] = None,
    journal: Annotated[
        Path | None, typer.Option(help="What is done so far. [default: in .minigrad/difftest]")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on where an interrupted run ended.")
    ] = True,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Alter the derivative rules too: is it noticed?")
    ] = False,
    coverage: Annotated[
        Path | None, typer.Option(help="Write what is compared as Markdown; run nothing.")
    ] = None,
    specs: Annotated[
        list[str] | None,
        typer.Option(help="Modules that register specs, instead of minigrad's own."),
    ] = None,
) -> None:
    """Compare operators with PyTorch on random calls: values, gradients, errors, methods, views.

    Exits with 0 if all agree, 1 if any differs, 2 if asked for what there is not, 130 if
    interrupted; started again, an interrupted run goes on where it ended.
    """
    try:
        from .differential.running import UsageError, command
    except ImportError as error:
        _complain(error)
    try:
        plan = command.planned(
            [*(ops or []), *(patterns or [])], tier, examples, seed, jobs or _cores(), limit,
            tuple(specs or [_REGISTRY]),
        )  # fmt: skip
        if coverage is not None:
            code = command.cover(plan, coverage)
        else:
            code = command.execute(plan, journal, resume, json, html, mutate)
    except (ImportError, UsageError, OSError) as error:
        _complain(error)
    raise typer.Exit(code)


def run(context: typer.Context) -> None:
    """Run a program written for PyTorch on minigrad: SCRIPT or -m MODULE, then its arguments.

    With --check nothing is run: the torch names that it uses are listed, and which are missing.
    """
    from .program.command import main

    raise typer.Exit(main(context.args))


def diff(context: typer.Context) -> None:
    """Run a program under PyTorch and under minigrad, and say where the two part.

    Exits with 0 if the runs agree, 1 if they differ, 2 if one cannot begin; see diff --help.
    """
    from .lockstep.command import main

    raise typer.Exit(main(context.args))


# What follows is the program's: options too.
run.context_settings = diff.context_settings = {  # type: ignore[attr-defined]
    "allow_extra_args": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
    "ignore_unknown_options": True,
}


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _complain(error: Any) -> NoReturn:
    """Say in a line what is wrong, and exit with 2."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename or 'output'}: {error.strerror}"
    elif isinstance(error, ModuleNotFoundError) and error.name:
        text = f"no module named {error.name!r}"
    if isinstance(error, ImportError) and "pip install" not in text:
        missing = (error.name or "").partition(".")[0]
        if missing in ("minigrad", "minigrad_torch_compat", ""):
            raise error
        text = (
            f"{missing} is not installed; difftest needs the test extra: "
            "pip install 'minigrad[test]'"
        )
    typer.echo(f"minigrad difftest: {text}", err=True)
    raise typer.Exit(2)
