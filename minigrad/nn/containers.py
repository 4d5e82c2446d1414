"""Containers of modules: in a row, in a list, by name."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, TypeVar

from .module import Module
from .text import module_text, repeats

S = TypeVar("S", bound="_ModuleRow")


class _ModuleRow(Module):
    """Child modules in order, reached by position. Their names are "0", "1", ... unless given."""

    def _rename(self, children: Iterable[Module]) -> None:
        """Make these the children, numbered from 0."""
        for child in (rows := list(children)):
            _check_module(child)
        self._modules.clear()
        self._modules.update((str(i), child) for i, child in enumerate(rows))

    def _name_at(self, index: int) -> str:
        return list(self._modules)[position_in(index, len(self))]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._part_of(index)
        return self._modules[self._name_at(index)]

    def _part_of(self: S, index: slice) -> S:
        return type(self)(list(self._modules.values())[index])

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name_at(index), module)

    def __delitem__(self, index: Any) -> None:
        rows = list(self._modules.values())
        if not isinstance(index, slice):
            index = position_in(index, len(rows))
        del rows[index]
        self._rename(rows)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def __add__(self: S, other: Iterable[Module]) -> S:
        result = type(self)()
        result._rename([*self, *other])
        return result

    def __iadd__(self: S, other: Iterable[Module]) -> S:
        return self.extend(other)

    def append(self: S, module: Module) -> S:
        """Add a module at the end.

        Raises:
            TypeError: if it is no module.
        """
        self.add_module(str(len(self)), module)
        return self

    def insert(self: S, index: int, module: Module) -> S:
        """Put a module before the one at ``index``."""
        rows = list(self)
        rows.insert(index, module)
        self._rename(rows)
        return self

    def extend(self: S, modules: Iterable[Module]) -> S:
        """Add modules at the end.

        Raises:
            TypeError: if ``modules`` cannot be iterated, or for an element that is no module.
        """
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"{type(self).__name__}.extend should be called with an iterable, but got "
                f"{type(modules).__name__}"
            )
        for module in list(modules):
            self.append(module)
        return self

    def pop(self, index: int = -1) -> Module:
        """Remove a module and return it."""
        module: Module = self[index]
        del self[index]
        return module


class Sequential(_ModuleRow):
    """Modules one after the other, each called on the result of the one before it.

    Args:
        *args: the modules, or one dictionary of them by name.

    Example:
        >>> import minigrad as mg
        >>> mg.nn.Sequential(mg.nn.Linear(2, 3), mg.nn.ReLU())
        Sequential(
          (0): Linear(in_features=2, out_features=3, bias=True)
          (1): ReLU()
        )
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            named: Iterable[tuple[str, Any]] = args[0].items()
        else:
            named = ((str(i), module) for i, module in enumerate(args))
        for name, module in named:
            self.add_module(name, module)

    def _part_of(self, index: slice) -> Sequential:
        return type(self)(dict(list(self._modules.items())[index]))

    def forward(self, input: Any) -> Any:
        """Return the result of the last module."""
        for module in self:
            input = module(input)
        return input


class ModuleList(_ModuleRow):
    """A list of modules that registers them; it is not called itself.

    Args:
        modules: the modules, none by default.
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __repr__(self) -> str:
        return module_text(type(self).__name__, "", repeats([repr(child) for child in self]))


class ModuleDict(Module, MutableMapping[str, Any]):
    """Modules by name, with the methods of a dictionary.

    Args:
        modules: a mapping, or pairs of name and module.
    """

    __eq__ = object.__eq__  # a module, unlike a mapping, equals only itself
    __hash__ = object.__hash__

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)


def position_in(index: Any, size: int) -> int:
    """Return a position in a row of ``size``; negative ones count from the end.

    Raises:
        IndexError: out of range.
    """
    position = operator.index(index)
    if not -size <= position < size:
        raise IndexError(f"index {position} is out of range")
    return position % size


def _check_module(value: Any) -> None:
    if not isinstance(value, Module):
        raise TypeError(f"{type(value).__name__} is not a Module subclass")
