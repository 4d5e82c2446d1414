"""Stand-ins for packages that a submission imports but does not need here (plots, progress bars).

Whatever is asked of them, they give another stand-in; what wraps a function or iterates over
something gives that back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Standin:
    """Any object of a missing package."""

    def __init__(self, name: str):
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{self.__name__} is a stand-in and has no {name}")
        return Standin(f"{self.__name__}.{name}")

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Give back what was wrapped, or another stand-in."""
        first = self.__name__.rpartition(".")[2]
        if first == "trange":
            return range(*arguments)
        if len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]  # a decorator
        if first == "tqdm" and arguments:
            return arguments[0]
        if first == "subplots":
            return Standin("figure"), Standin("axes")
        return Standin(f"{self.__name__}()")

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __subclasscheck__(self, kind: Any) -> bool:
        return False

    def __or__(self, other: Any) -> Any:  # in annotations
        return self

    __ror__ = __or__

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return ()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, key: Any) -> Any:
        return Standin(f"{self.__name__}[]")

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    def __repr__(self) -> str:
        return f"<stand-in for {self.__name__}>"


class StubModule(ModuleType):
    """A missing module, with every name."""

    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{self.__name__} is a stand-in and has no {name}")
        return Standin(f"{self.__name__}.{name}")


class StubLoader:
    """Makes stand-ins for modules."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return an empty module that has every name."""
        module = StubModule(spec.name)
        module.__path__ = []
        module.__all__ = []  # type: ignore[attr-defined]  # for "from module import *"
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is no source."""


def stub_spec(name: str) -> ModuleSpec:
    """Return where a stand-in module comes from."""
    return ModuleSpec(name, StubLoader(), is_package=True)  # type: ignore[arg-type]


def stubbed() -> list[str]:
    """Return the packages that stand-ins were used for."""
    names = (n for n, module in list(sys.modules.items()) if type(module) is StubModule)
    return sorted({name.partition(".")[0] for name in names})
