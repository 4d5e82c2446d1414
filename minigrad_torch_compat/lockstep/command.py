"""``diff``: runs a program under PyTorch and under minigrad, and says where the two part."""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from minigrad.files import write

from .findings import Report
from .judging import Tolerance
from .running import CannotRunError, Plan, execute


def main(arguments: Sequence[str]) -> int:
    """Run the command; return 0 if the runs agree, 1 if they differ, 2 if one cannot begin."""
    options = _parser().parse_args(arguments)
    try:
        plan = _plan(options)
        from . import terminal

        report = execute(plan, terminal.say)
        terminal.show(report)
        _write(report, options.json, options.html)
    except CannotRunError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename or 'output'}: {error.strerror or error}")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("rich", "jinja2"):
            raise
        return _complain(f"{missing} is not installed: pip install 'minigrad[test]'")
    return report.status


def _complain(text: str) -> int:
    print(f"minigrad diff: {text}", file=sys.stderr)
    return 2


def _write(report: Report, to_json: str | None, to_html: str | None) -> None:
    if to_json:
        write(Path(to_json), (json.dumps(report.as_dict(), indent=1) + "\n").encode())
    if to_html:
        from .page import page

        write(Path(to_html), page(report).encode())


def _plan(options: argparse.Namespace) -> Plan:
    """Return what is asked for.

    Raises:
        CannotRunError: if PyTorch or the program is not there.
    """
    named = options.module is not None
    program, *rest = (options.module if named else options.program) or [None]
    if program is None:
        _parser().error("give a SCRIPT, or -m MODULE")
    for path in filter(None, (None if named else program, *_setups(options).values())):
        if not Path(path).is_file():
            raise CannotRunError(f"can't open file {path!r}")
    if importlib.util.find_spec("torch") is None:
        raise CannotRunError("PyTorch is not installed: pip install 'minigrad[torch]'")
    folder = options.keep or Path(".minigrad", "diff", Path(program).stem)
    return Plan(
        program=program,
        arguments=tuple(rest),
        module=named,
        seed=options.seed,
        kept=options.values,
        limit=options.limit,
        steps=options.steps,
        setups=_setups(options),
        folder=Path(folder),
        keep=options.keep is not None,
        tolerance=Tolerance(options.tolerance, options.drift),
    )


def _setups(options: argparse.Namespace) -> dict[str, str | None]:
    return {"torch": options.setup_torch, "minigrad": options.setup_minigrad}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minigrad diff",
        description="Run a program under PyTorch and under minigrad, and say where the two part.",
        epilog="Exits with 0 if they agree, 1 if they differ, 2 if a run cannot begin. What the "
        "program printed is kept in .minigrad/diff.",
        usage="%(prog)s [OPTIONS] (SCRIPT | -m MODULE) [ARGUMENTS]",
    )
    add = parser.add_argument
    # What follows the module is the program's, options too.
    add("-m", dest="module", metavar="MODULE", nargs=argparse.REMAINDER, help="run a module")
    add("--seed", type=int, default=0, help="of torch, numpy and random, on both sides (0)")
    add("--limit", type=_positive, metavar="N", help="stop the program after N calls")
    add("--steps", type=_positive, metavar="N", help="stop it after N steps of optimizers")
    add("--tolerance", type=float, metavar="X", help="relative difference at equal inputs "
        "(by dtype: 1e-4 for float32)")  # fmt: skip
    add("--drift", type=float, default=0.05, metavar="X", help="relative difference that may "
        "build up (0.05)")  # fmt: skip
    add("--values", type=_positive, default=64, metavar="N", help="values kept of a tensor (64)")
    add("--html", metavar="FILE", help="write the report as a page")
    add("--json", metavar="FILE", help="write it as JSON")
    add("--keep", metavar="FOLDER", help="keep outputs and records there")
    add("--setup-torch", metavar="FILE", help="Python to run before the program under PyTorch")
    add("--setup-minigrad", metavar="FILE", help="the same under minigrad")
    add("program", nargs=argparse.REMAINDER, help="the script and its arguments")
    return parser


def _positive(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a positive number, got {text}")
    return int(text)
