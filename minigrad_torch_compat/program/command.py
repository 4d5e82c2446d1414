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
    is_module = options.module is not None
    name, *rest = (options.module if is_module else options.program) or [None]
    if name is None:
        _parser().error("give a SCRIPT, or -m MODULE")
    if options.check:
        return _check(name, is_module)
    from .running import run_module, run_script

    return run_module(name, rest) if is_module else run_script(name, rest)


def _check(name: str, is_module: bool) -> int:
    """Check the names that a script or a module uses."""
    from .checking import main as check

    if not is_module:
        return check(name)
    sys.path[0] = os.getcwd()
    found = importlib.util.find_spec(name)
    if found is not None and found.submodule_search_locations is not None:
        found = importlib.util.find_spec(f"{name}.__main__")
    if found is None or not found.origin:
        print(f"No module named {name}", file=sys.stderr)
        return 2
    return check(found.origin)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minigrad run",
        description="Run a program written for PyTorch on minigrad: import torch finds minigrad.",
        usage="%(prog)s [--check] (SCRIPT | -m MODULE) [ARGUMENTS]",
    )
    parser.add_argument(
        "--check", action="store_true", help="run nothing: list the torch names that it uses"
    )
    # What follows the module is the program's, options too.
    rest = argparse.REMAINDER
    parser.add_argument("-m", dest="module", metavar="MODULE", nargs=rest, help="run a module")
    parser.add_argument("program", nargs=rest, help="the script and its arguments")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
