"""Names that minigrad lacks: an error that says which, where, and what comes nearest."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

_OURS = str(Path(__file__).parent)


class MissingName(AttributeError):
    """A name of PyTorch that minigrad does not have.

    What comes nearest is looked for when the error is shown: ``hasattr`` wants no explanations.

    Args:
        room: where the name was asked for.
        name: the name.
        supported: returns the names that are there.
        obj: the module or object itself.
    """

    def __init__(
        self, room: str, name: str, supported: Callable[[], Iterable[str]], obj: Any = None
    ) -> None:
        super().__init__(name=name, obj=obj)
        self.room, self.supported, self.place = room, supported, caller()

    def __str__(self) -> str:
        return explain(self.room, str(self.name), self.supported(), self.place)


class MissingModule(ModuleNotFoundError):
    """A module of PyTorch that minigrad does not have."""


def caller() -> str:
    """Return where the program is: ``train.py, line 12``; the frames of imports are passed by."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not (name.startswith(_OURS) or "importlib" in name):
            return f"{name}, line {frame.f_lineno}"
        frame = frame.f_back
    return "an unknown place"


def nearest(name: str, supported: Iterable[str]) -> str | None:
    """Return the supported name most like another; a mere difference of case comes first."""
    names = sorted(supported)
    for other in names:
        if other.lower().strip("_") == name.lower().strip("_"):
            return other
    return next(iter(difflib.get_close_matches(name, names, 1, 0.7)), None)


def elsewhere(name: str) -> str | None:
    """Return where else minigrad has a name: ``torch.nn.functional.one_hot``."""
    for room in ("", "nn.functional", "nn", "linalg", "special", "fft", "optim", "nn.init"):
        path = ".".join(filter(None, ("minigrad_torch_compat", room)))
        if name in vars(importlib.import_module(path)):
            return ".".join(filter(None, ("torch", room, name)))
    return None


def explain(room: str, name: str, supported: Iterable[str], place: str) -> str:
    """Return what to say of a name that is not in a room."""
    like = nearest(name, supported)
    spelling = elsewhere(name) or (f"{room}.{like}" if like else None)
    hint = f"; the nearest name it has is {spelling}" if spelling else ""
    return f"minigrad has no {room}.{name} (at {place}){hint}"


def room(names: dict[str, Any], code: bool = False, drop: str = "") -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module of the facade.

    It loads the modules below when they are first asked for, and says what is missing. Of what
    star imports brought along, modules and names of Python's are taken out first, unless the
    module has ``code`` of its own that needs them; and so are names that PyTorch does not have.

    Args:
        names: the module's ``globals()``.
        code: its functions need all that it imported.
        drop: names to take out.
    """
    importlib.import_module(f"{__package__}.facade")  # its spelling holds for every room
    module = sys.modules[names["__name__"]]
    title = module.__name__.replace("minigrad_torch_compat.torchvision", "torchvision")
    title = title.replace("minigrad_torch_compat", "torch")
    for name, value in list(names.items()):
        wanted = code or name.startswith("_") or name in names.get("__all__", ())
        if not wanted and _foreign(value):
            del names[name]
    for name in drop.split():
        del names[name]

    def __getattr__(name: str) -> Any:  # noqa: N807 - it becomes a module's own
        from .imports.aliases import below

        if name.startswith("__"):
            raise AttributeError(f"module {title!r} has no attribute {name!r}")
        try:
            return below(module.__name__, name)
        except LookupError:
            pass
        raise MissingName(title, name, known, module)

    def known() -> list[str]:
        return [n for n, v in names.items() if not (n.startswith("_") or _foreign(v))]

    return __getattr__


def _foreign(value: Any) -> bool:
    if isinstance(value, ModuleType):
        return not value.__name__.startswith("minigrad_torch_compat")
    home = getattr(value, "__module__", None) or ""
    return home in ("__future__", "typing", "collections.abc", "types", "functools", "contextlib")
