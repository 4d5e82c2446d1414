"""``run``: runs a program written for PyTorch on minigrad, or only checks the names it uses."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status: that of the program, 1 or 2 if it cannot begin."""
    options = _parser().parse_args(arguments)
    rest = list(options.program)
    if options.check:
        return _check(options.module, rest)
    if options.module is not None:
        from .running import run_module

        return run_module(options.module, rest)
    if not rest:
        _parser().error("give a SCRIPT, or -m MODULE")
    from .running import run_script

    return run_script(rest[0], rest[1:])


def _check(module: str | None, rest: list[str]) -> int:
    """Check the names that a script or a module uses."""
    from .checking import main as check

    if module is not None:
        sys.path[0] = os.getcwd()
        found = importlib.util.find_spec(module)
        if found is not None and found.submodule_search_locations is not None:
            found = importlib.util.find_spec(f"{module}.__main__")
        if found is None or not found.origin:
            print(f"No module named {module}", file=sys.stderr)
            return 2
        return check(found.origin)
    if not rest:
        _parser().error("give a SCRIPT, or -m MODULE")
    return check(rest[0])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minigrad run",
        description="Run a program written for PyTorch on minigrad: import torch finds minigrad.",
        usage="%(prog)s [--check] (SCRIPT | -m MODULE) [ARGUMENTS]",
    )
    parser.add_argument(
        "--check", action="store_true", help="run nothing: list the torch names that it uses"
    )
    parser.add_argument("-m", dest="module", metavar="MODULE", help="run a module, as python -m")
    parser.add_argument("program", nargs=argparse.REMAINDER, help="the script and its arguments")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
