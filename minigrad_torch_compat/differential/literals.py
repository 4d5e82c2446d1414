"""Arguments as Python source: readable, and exactly the same when read back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


def literal(value: Any, array: Callable[[Any], str] | None = None) -> str:
    """Return an expression for an argument; ``array`` writes the arrays in it."""
    if isinstance(value, np.ndarray | np.generic):
        return (array or array_literal)(np.asarray(value))
    if isinstance(value, dict):
        items = (f"{name!r}: {literal(item, array)}" for name, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, array) for item in value) + "]"
    if isinstance(value, tuple):
        inside = ", ".join(literal(item, array) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if value is ...:
        return "..."
    if isinstance(value, float) and not math.isfinite(value):
        return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def array_literal(array: Any) -> str:
    """Return an expression for an array: its numbers, dtype and memory layout."""
    dtype = "" if str(array.dtype) in ("float64", "int64", "bool") else f", np.{array.dtype}"
    if not array.size:
        kind = dtype or ("" if array.dtype == np.float64 else f", np.{array.dtype}")
        return f"np.zeros({array.shape}{kind})".replace("np.bool)", "bool)")
    text = f"np.array({literal(array.tolist())}{dtype})"
    if array.flags.c_contiguous:
        return text
    if array.flags.f_contiguous:
        return f"np.asfortranarray({text})"
    if array.strides[-1] < 0:
        return f"np.flip({array_literal(np.ascontiguousarray(array[..., ::-1]))}, -1)"
    return f"np.repeat({text}, 2, axis=-1)[..., ::2]"


@dataclass
class Data:
    """The arrays of a script, each under a name of its own."""

    dtype: Any
    lines: list[str] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)

    def name(self, array: Any) -> str:
        """Return the name of a case's array; written in the script when first asked for."""
        if id(array) not in self.names:
            self.names[id(array)] = self.add(f"x{len(self.names)}", array)
        return self.names[id(array)]

    def add(self, name: str, array: Any) -> str:
        """Write an array's numbers under a name, if they are not there yet."""
        if name not in self.arrays:
            narrow = self.dtype == np.float32 and array.dtype == np.float64
            numbers = literal(np.ascontiguousarray(array).reshape(array.shape))
            self.lines.append(f"{name} = {numbers}{'.astype(np.float32)' if narrow else ''}")
            self.arrays[name] = array
        return name

    def copied(self, name: str) -> str:
        """Return an expression for a copy of a named array, in its memory layout."""
        flags = self.arrays[name].flags
        if flags.c_contiguous:
            return f"{name}.copy()"
        if flags.f_contiguous:
            return f"np.asfortranarray({name})"
        if self.arrays[name].strides[-1] < 0:
            return f"{name}[..., ::-1].copy()[..., ::-1]"
        return f"np.repeat({name}, 2, axis=-1)[..., ::2]"
