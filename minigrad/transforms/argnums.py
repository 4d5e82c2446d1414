"""Argument numbers: which arguments a function is differentiated by."""

from __future__ import annotations

from typing import Any

Argnums = int | tuple[int, ...]


def sliced(args: tuple[Any, ...], argnums: Argnums) -> Any:
    """Return the argument of a number, or a tuple of those of several.

    Raises:
        RuntimeError: for numbers out of range, given twice, or none.
    """
    if not isinstance(argnums, int | tuple):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    if isinstance(argnums, int):
        return args[_place(argnums, len(args))]
    places = [_place(number, len(args)) for number in argnums]
    if not places:
        raise RuntimeError("argnums must be non-empty")
    if len(set(places)) != len(places):
        raise RuntimeError(f"argnums elements must be unique, got {argnums}")
    return tuple(args[place] for place in places)


def replaced(args: tuple[Any, ...], argnums: Argnums, chosen: Any) -> list[Any]:
    """Return the arguments with those of ``argnums`` replaced."""
    result = list(args)
    if isinstance(argnums, int):
        result[argnums] = chosen
    else:
        for number, value in zip(argnums, chosen, strict=True):
            result[number] = value
    return result


def _place(argnum: Any, count: int) -> int:
    if not isinstance(argnum, int):
        raise RuntimeError(f"argnum must be int, got: {type(argnum)}")
    if not -count <= argnum < count:
        raise RuntimeError(f"Got argnum={argnum}, but only {count} positional inputs")
    return argnum % count
