"""Which modules the submission may import: its own, the standard library's, those allowed."""

from __future__ import annotations

import importlib
import os
import sys
from importlib.machinery import ModuleSpec
from typing import Any

from .refusals import Attempts, ForbiddenImport
from .stubs import stub_spec


class Gate:
    """A finder before all others: it refuses, or leaves it to them."""

    def __init__(self, rules: dict[str, list[str]], own: set[str], attempts: Attempts):
        self.allowed = {*rules["allowed"], *sys.stdlib_module_names, *own}
        self.forbidden = set(rules["forbid"]) - own
        self.stubs = set(rules["stubs"])
        self.attempts = attempts

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Answer an import.

        Raises:
            ForbiddenImport: if the assignment forbids the module.
            ModuleNotFoundError: if it is not among the packages that are there.
        """
        top = name.partition(".")[0]
        missing = ModuleNotFoundError(f"No module named {name!r}", name=name)
        if _asked_by_library():  # it has its own needs, and does without what is not there
            if top in sys.stdlib_module_names or top.startswith("_sysconfigdata"):
                return None
            if _covered(name, self.forbidden) or top not in self.allowed:
                raise missing
            return None
        if _covered(name, self.forbidden):
            raise self.attempts.refuse(ForbiddenImport, f"{name} may not be imported")
        if _covered(name, self.stubs):
            return stub_spec(name)
        if top not in self.allowed:
            raise missing
        return None


def _covered(name: str, names: set[str]) -> bool:
    """Tell whether a module or a package that it is in is among names."""
    parts = name.split(".")
    return any(".".join(parts[: end + 1]) in names for end in range(len(parts)))


def _asked_by_library() -> bool:
    """Tell whether the import statement is in a library's file, which has its own needs."""
    frame = sys._getframe(1)
    importlib_folder = os.path.dirname(importlib.__file__)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(("<frozen importlib", importlib_folder)) and file != __file__:
            return any(file.startswith(folder) for folder in LIBRARIES)
        frame = frame.f_back  # type: ignore[assignment]
    return False


LIBRARIES: list[str] = []  # the folders of the standard library and of packages


def close(rules: dict[str, list[str]], own: set[str], attempts: Attempts) -> None:
    """Let the submission's imports pass a gate; forbidden modules that we loaded are forgotten."""
    LIBRARIES[:] = [*rules["libraries"]]
    sys.meta_path.insert(0, Gate(rules, own, attempts))  # type: ignore[arg-type]
    hidden = set(rules["forbid"]) - own
    for name in list(sys.modules):
        if name.partition(".")[0] == "_wall" or (_covered(name, hidden) and name != "builtins"):
            del sys.modules[name]
    sys.meta_path[:] = [f for f in sys.meta_path if getattr(f, "__module__", "") != "__main__"]
