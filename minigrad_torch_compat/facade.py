"""Finds the names of ``torch``: those of ``toplevel``, and its rooms (``nn``, ``optim`` ...)."""

from __future__ import annotations

import sys
from typing import Any

from . import _FACADE

_FACADE[:] = [None]  # whoever comes first, the package or one of its rooms

from . import spelling, toplevel
from .imports import aliases, finder
from .missing import MissingName

spelling.install()
finder.install()

_PACKAGE = __package__
_NAMES = {n: value for n, value in vars(toplevel).items() if n.isidentifier() and n[0] != "_"}
_NAMES["__version__"] = toplevel.__version__

# They are attributes of the package from now on: what is asked for next is found without a call.
vars(sys.modules[_PACKAGE]).update(_NAMES)


def _names() -> list[str]:
    moved = (path.removeprefix(f"{_PACKAGE}.") for path in aliases.ELSEWHERE)
    return [*_NAMES, *aliases.ROOMS, *(name for name in moved if "." not in name)]


def find(name: str) -> Any:
    """Return what ``torch`` has under a name.

    Raises:
        MissingName: saying where it was asked for, and what comes nearest.
    """
    if name == "__all__":
        return sorted({n for n in _names() if not n.startswith("_")})
    if name in _NAMES:
        return _NAMES[name]
    try:
        return aliases.below(_PACKAGE, name)
    except LookupError:
        pass
    raise MissingName("torch", name, _names, sys.modules[_PACKAGE])


_FACADE[:] = [find]
