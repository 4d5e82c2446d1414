"""Runs a program as ``python SCRIPT.py`` would, except that ``import torch`` finds minigrad."""

from __future__ import annotations

import builtins
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from . import children

_PACKAGE = Path(__file__).parents[1]
# What runs the program and finds its imports: its errors are not there.
_OURS = (
    str(_PACKAGE / "program"),
    str(_PACKAGE / "imports"),
    *(str(_PACKAGE / f"{name}.py") for name in ("missing", "facade", "spelling", "__init__")),
)


def run_script(
    path: str, arguments: Sequence[str], begin: Callable[[], None] = children.begin
) -> int:
    """Run a file as the main program; return the exit status.

    Args:
        path: the file; "-" reads the program from the standard input.
        arguments: what the program finds in ``sys.argv`` after its name.
        begin: called before the program; it chooses what ``import torch`` finds.
    """
    if path == "-":
        source, first = sys.stdin.buffer.read(), ""
    else:
        try:
            source, first = Path(path).read_bytes(), str(Path(path).resolve().parent)
        except OSError as error:
            print(f"can't open file {path!r}: {error.strerror}", file=sys.stderr)
            return 2
    main = ModuleType("__main__")
    main.__file__ = "<stdin>" if path == "-" else path
    argv = [path, *arguments]
    return _run(main, lambda: compile(source, main.__file__, "exec"), argv, first, begin)


def run_module(
    name: str, arguments: Sequence[str], begin: Callable[[], None] = children.begin
) -> int:
    """Run a module as ``python -m NAME`` would; return the exit status. See ``run_script``."""
    main = ModuleType("__main__")

    def load() -> Any:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
        if spec is None or not hasattr(spec.loader, "get_code"):
            raise ImportError(f"No module named {name}", name=name)
        main.__spec__, main.__file__ = spec, spec.origin
        main.__package__, main.__loader__ = spec.parent, spec.loader
        sys.argv[0] = spec.origin or name
        return spec.loader.get_code(spec.name)  # type: ignore[union-attr]

    return _run(main, load, ["-m", *arguments], os.getcwd(), begin)


def _run(
    main: ModuleType, load: Any, argv: list[str], first: str, begin: Callable[[], None]
) -> int:
    """Run what ``load`` compiles as the main module, which it stays until the process ends."""
    begin()
    main.__builtins__ = builtins  # type: ignore[attr-defined]
    sys.modules["__main__"] = main
    sys.argv = argv
    sys.path[0] = first
    try:
        code: CodeType = load()
        exec(code, vars(main))
    except SystemExit as stop:
        return _status(stop.code)
    except BaseException as error:
        _report(error)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    finally:
        _flush()
    return 0


def _status(code: Any) -> int:
    """Return the exit status that ``sys.exit(code)`` means."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)
    return 1


def _report(error: BaseException) -> None:
    """Print the error as Python does, without the frames of this file and of our imports."""
    _trim(error, set())
    sys.excepthook(type(error), error, error.__traceback__)


def _trim(error: BaseException | None, seen: set[int]) -> None:
    """Leave out our own frames of an error, and of those it came from."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    error.__traceback__ = _without_ours(error.__traceback__)
    _trim(error.__cause__, seen)
    _trim(error.__context__, seen)


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    kept = []
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not (name.startswith(_OURS) or "importlib" in name):
            kept.append(trace)
        trace = trace.tb_next
    result = None
    for old in reversed(kept):
        result = TracebackType(result, old.tb_frame, old.tb_lasti, old.tb_lineno)
    return result


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOBase) and not stream.closed:
            stream.flush()
