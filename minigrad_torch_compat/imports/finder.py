"""The import finder: makes ``import torch`` find the facade, in this process and only while asked.

``install`` serves the facade's own deeper names (``minigrad_torch_compat.nn.modules.linear``).
``activate`` serves ``torch`` and ``torchvision`` too: never PyTorch itself, not even for a name
that minigrad lacks, so that two libraries are not mixed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from .. import _OURS
from ..missing import MissingModule, caller, nearest
from .aliases import ALIASES, PACKAGE, Alias

SERVED = {"torch": PACKAGE, "torchvision": f"{PACKAGE}.torchvision"}


class _AliasLoader(Loader):
    """Makes a module whose names are those of others."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Alias(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


class _AliasFinder(MetaPathFinder):
    """Finds the facade's deeper names, which have no files; asked last, it says what is missing."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in ALIASES:
            return ModuleSpec(fullname, _AliasLoader(), is_package=True)
        top, *rest = fullname.split(".")
        if top != PACKAGE or (rest[0] in _OURS and rest[0] != "torchvision"):
            return None
        # Under PyTorch's name: of its own, ``from torch import foo`` would swallow the error.
        title = ".".join(rest if rest[0] == "torchvision" else ["torch", *rest])
        raise MissingModule(_missing(fullname, title), name=title)


class _SameLoader(Loader):
    """Loads a module under a second name: the same object."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self.name)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # Importing sets the specification of the second name; relative imports need the first.
        second = module.__spec__
        assert second is not None
        module.__spec__ = second.loader_state


class _TorchFinder(MetaPathFinder):
    """Finds ``torch`` and all below it in the facade."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top, _, rest = fullname.partition(".")
        if top not in SERVED:
            return None
        name = f"{SERVED[top]}.{rest}" if rest else SERVED[top]
        if not exists(name) or rest.partition(".")[0] in _OURS:
            raise MissingModule(_missing(name, fullname), name=fullname)
        return ModuleSpec(fullname, _SameLoader(name), is_package=True)


def exists(name: str) -> bool:
    """Return whether the facade has a module; its parents are loaded to find out."""
    if name in ALIASES or name in sys.modules:
        return True
    parent = name.rpartition(".")[0]
    path = getattr(importlib.import_module(parent), "__path__", None) if parent else None
    return PathFinder.find_spec(name, path) is not None


def _missing(name: str, title: str) -> str:
    """Return what to say of a module of the facade that is not there."""
    parent, _, last = name.rpartition(".")
    like = nearest(last, dir(sys.modules[parent])) if parent in sys.modules else None
    hint = f"; the nearest name it has is {title.rpartition('.')[0]}.{like}" if like else ""
    return f"minigrad has no {title} (at {caller()}){hint}"


_alias_finder = _AliasFinder()
_torch_finder = _TorchFinder()


def install() -> None:
    """Let the facade's deeper names be imported."""
    if _alias_finder not in sys.meta_path:
        sys.meta_path.append(_alias_finder)


def activate() -> None:
    """Make ``torch`` and ``torchvision`` mean minigrad in this process, from now on.

    Raises:
        RuntimeError: if PyTorch itself is loaded already.
    """
    for top in SERVED:
        loaded = sys.modules.get(top)
        if loaded is not None and not loaded.__name__.startswith(PACKAGE):
            raise RuntimeError(
                f"{top} is loaded already: {getattr(loaded, '__file__', loaded)}. Start anew, and "
                "let minigrad stand in for it before the first import"
            )
    install()
    if _torch_finder not in sys.meta_path:
        sys.meta_path.insert(0, _torch_finder)


def deactivate() -> None:
    """Let ``torch`` mean PyTorch again, for imports to come."""
    if _torch_finder in sys.meta_path:
        sys.meta_path.remove(_torch_finder)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in SERVED and (module.__name__ or "").startswith(PACKAGE):
            del sys.modules[name]
