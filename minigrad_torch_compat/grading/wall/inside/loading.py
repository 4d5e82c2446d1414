"""Load the submission: import its modules, or run a notebook's cells one after the other."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

from .failures import described
from .refusals import Attempts
from .stubs import stubbed


class CellTimeoutError(Exception):
    """A cell that runs for longer than it may."""


@dataclass
class Loaded:
    """The submission's names, and what there is to say about how they came to be."""

    names: dict[str, Any]
    module: ModuleType
    notes: list[str] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)  # cells


def sources(config: dict[str, Any], root: str) -> dict[str, str]:
    """Return, for each file name that frames may have, a title, a line end and the source."""
    found = {
        os.path.join(root, name): f"{name}\n{text}" for name, text in config["sources"].items()
    }
    return found | {label: f"{label}\n{text}" for label, text in config["cells"]}


def load(
    config: dict[str, Any], root: str, skip: set[int], texts: dict[str, str], attempts: Attempts
) -> Loaded:
    """Load the submission that lies in ``root``; cells in ``skip`` are left out."""
    sys.path[:0] = [os.path.normpath(os.path.join(root, path)) for path in config["paths"]]
    if config["cells"]:
        loaded = _run_cells(config, skip, texts, attempts)
    else:
        loaded = _import(config["modules"], texts, attempts)
    loaded.notes += [f"{name} is a stand-in that does nothing" for name in stubbed()]
    return loaded


def _import(modules: list[str], texts: dict[str, str], attempts: Attempts) -> Loaded:
    """Import the first module, which must work, and the others, which may fail."""
    first, *others = modules
    module = import_module(first)
    loaded = Loaded({}, module)
    _add(loaded.names, module)
    for name in others:
        try:
            _add(loaded.names, import_module(name))
        except Exception as error:
            loaded.notes.append(f"{name} was left out: {_in_a_line(error, texts, attempts)}")
    _add(loaded.names, module)  # a package has its modules as attributes now
    return loaded


def _add(names: dict[str, Any], module: ModuleType) -> None:
    """Add a module's names to those of the modules before it."""
    for name, value in list(vars(module).items()):
        if not name.startswith("__"):
            names.setdefault(name, value)


def _run_cells(
    config: dict[str, Any], skip: set[int], texts: dict[str, str], attempts: Attempts
) -> Loaded:
    module = ModuleType(config["modules"][0])
    sys.modules[module.__name__] = module
    names = vars(module)
    names["display"] = lambda *values, **options: None  # as a notebook has it
    loaded = Loaded(names, module)
    end = time.monotonic() + 0.9 * config["import_s"]
    for index, (label, source) in enumerate(config["cells"]):
        if index in skip:
            loaded.notes.append(f"{label} was left out: it failed before")
            continue
        try:
            # A quarter of what is left: no cell takes all the time of those after it.
            _run_for(max(0.05, (end - time.monotonic()) / 4), source, label, names)
        except (Exception, SystemExit) as error:
            loaded.failed.append(index)
            loaded.notes.append(f"{label} failed: {_in_a_line(error, texts, attempts)}")
    return loaded


def _run_for(seconds: float, source: str, label: str, names: dict[str, Any]) -> None:
    def stop(number: int, frame: Any) -> None:
        raise CellTimeoutError(f"stopped after {seconds:.1f} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        exec(compile(source, label, "exec"), names)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _in_a_line(error: BaseException, texts: dict[str, str], attempts: Attempts) -> str:
    said = described(error, texts, attempts)
    return f"{said['!exception']}: {said['!message']}"
