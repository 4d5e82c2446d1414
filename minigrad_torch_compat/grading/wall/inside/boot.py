"""Load this package as ``_wall``, with builtins of its own: the submission may patch ``builtins``.

Run as ``python -S -s -B boot.py NUMBER LABEL FOLDER...``: the control socket's number, a name
to find the process by, and where numpy and the packages that are allowed lie.
"""

import builtins
import importlib
import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = dict(vars(builtins))  # functions keep what they find here
        super().exec_module(module)


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        top, _, rest = name.partition(".")
        if top != "_wall":
            return None
        file = os.path.join(HERE, f"{rest or '__init__'}.py")
        return importlib.util.spec_from_file_location(
            name, file, loader=_Loader(name, file), submodule_search_locations=None if rest else []
        )


if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if entry not in ("", HERE)] + sys.argv[3:]
    sys.meta_path.insert(0, _Finder)  # type: ignore[arg-type]
    importlib.import_module("_wall.warden").main(int(sys.argv[1]))
