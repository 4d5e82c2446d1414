"""Containers of parameters: in a list, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, TypeVar

from ..tensor import Tensor
from .containers import position_in
from .module import Module
from .parameter import Parameter

P = TypeVar("P", bound="ParameterList")


class ParameterList(Module):
    """A list of parameters that registers them; tensors become parameters, other values stay.

    Args:
        values: the initial values.
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(self[i] for i in range(len(self))[index])
        return getattr(self, str(position_in(index, len(self))))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(position_in(index, len(self))), _as_parameter(value))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __iadd__(self: P, values: Iterable[Any]) -> P:
        return self.extend(values)

    def append(self: P, value: Any) -> P:
        """Add a value at the end."""
        self._size += 1
        self[self._size - 1] = value
        return self

    def extend(self: P, values: Iterable[Any]) -> P:
        """Add values at the end.

        Raises:
            TypeError: if ``values`` is a tensor or cannot be iterated.
        """
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(
                "ParameterList.extend should be called with an iterable, but got "
                f"{type(values).__name__}"
            )
        for value in list(values):
            self.append(value)
        return self

    def extra_repr(self) -> str:
        """Return a line for each value."""
        return "\n".join(_entry(str(i), value) for i, value in enumerate(self))


class ParameterDict(Module, MutableMapping[str, Any]):
    """Parameters by name, with the methods of a dictionary; tensors become parameters.

    Args:
        parameters: a mapping, or pairs of name and value.
    """

    __eq__ = object.__eq__  # a module, unlike a mapping, equals only itself
    __hash__ = object.__hash__

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys:
            raise KeyError(key)
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        setattr(self, key, _as_parameter(value))
        self._keys[key] = None

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def extra_repr(self) -> str:
        """Return a line for each value."""
        return "\n".join(_entry(key, value) for key, value in self.items())


def _as_parameter(value: Any) -> Any:
    if isinstance(value, Tensor) and not isinstance(value, Parameter):
        return Parameter(value)
    return value


def _entry(label: str, value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"  ({label}): Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    sides = "x".join(str(side) for side in value.shape)
    return f"  ({label}): {kind} containing: [{value.dtype} of size {sides}]"
