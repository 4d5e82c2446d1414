"""Checkpoints: nested states as safetensors files, written whole or not at all.

Every tensor is stored under its path ("parts.model.0.weight"), so that any reader of the format
finds it; what else there is goes into the file's metadata as JSON. Nothing is ever executed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..backend.arrays import to_host
from ..creation import new
from ..files import write
from ..tensor import Tensor

Arrays = dict[str, Any]

_KEY = "minigrad"  # of the metadata


def save_checkpoint(path: str | os.PathLike[str], state: Any) -> None:
    """Write tensors, arrays, numbers, strings, None, and dicts, lists and tuples of them.

    A ``state_dict`` of a module becomes a file with just its names.

    Raises:
        TypeError: for anything else; the message tells where it is.
        ModuleNotFoundError: without the package safetensors.
    """
    safetensors = _safetensors()
    arrays: Arrays = {}
    outline = _taken_apart(state, "", arrays)
    content = safetensors.numpy.save(arrays, {_KEY: json.dumps(outline)})
    write(path, content)


def load_checkpoint(path: str | os.PathLike[str]) -> Any:
    """Read a state. Of a file that another program wrote: a dict of its tensors.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it is damaged or no safetensors file.
        ModuleNotFoundError: without the package safetensors.
    """
    safetensors = _safetensors()
    try:
        with safetensors.safe_open(os.fspath(path), "numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            outline = (file.metadata() or {}).get(_KEY)
        if outline is None:
            return {name: new(array) for name, array in arrays.items()}
        return _put_together(json.loads(outline), arrays)
    except (safetensors.SafetensorError, json.JSONDecodeError, KeyError) as error:
        raise ValueError(f"{os.fspath(path)} is damaged or no checkpoint: {error}") from None


def _safetensors() -> Any:
    try:
        import safetensors
        import safetensors.numpy
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "checkpoints need the package safetensors: pip install 'minigrad[training]'",
            name="safetensors",
        ) from None
    return safetensors


# --- the outline ------------------------------------------------------------------------------
#
# JSON has no tuples, no dicts with other keys than strings, and no tensors: each of them becomes a
# dict with one key, which no state has.


def _taken_apart(value: Any, path: str, arrays: Arrays) -> Any:
    """Return a state as JSON can hold it; its arrays go into a dict."""

    def inner(item: Any, key: Any) -> Any:
        return _taken_apart(item, f"{path}.{key}" if path else f"{key}", arrays)

    if isinstance(value, Tensor):
        return {"$tensor": _stored(value._array, path, arrays)}
    if isinstance(value, np.ndarray):
        return {"$array": _stored(value, path, arrays)}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        items = [(key, inner(item, key)) for key, item in value.items()]
        if all(isinstance(key, str) and not key.startswith("$") for key, _ in items):
            return dict(items)
        return {"$items": [[_taken_apart(key, path, arrays), item] for key, item in items]}
    if isinstance(value, list | tuple):
        rows = [inner(item, number) for number, item in enumerate(value)]
        return {"$tuple": rows} if isinstance(value, tuple) else rows
    raise TypeError(
        f"save_checkpoint: {path or 'the state'} is a {type(value).__name__}; expected tensors, "
        "arrays, numbers, strings, None, or dicts, lists and tuples of them"
    )


def _stored(array: Any, path: str, arrays: Arrays) -> Any:
    """Store an array under its path; return its name, and the dtype if the format lacks it."""
    host = np.asarray(to_host(array))
    name = path or "value"
    while name in arrays:  # {"a.b": ...} beside {"a": {"b": ...}}
        name += "'"
    if host.dtype == np.complex128:
        arrays[name] = np.ascontiguousarray(host).reshape(*host.shape, 1).view(np.float64)
        return [name, "complex128"]
    arrays[name] = np.ascontiguousarray(host).reshape(host.shape)  # which makes 0-d arrays 1-d
    return name


def _put_together(outline: Any, arrays: Arrays) -> Any:
    """Return the state that an outline and its arrays are of."""
    if isinstance(outline, list):
        return [_put_together(item, arrays) for item in outline]
    if not isinstance(outline, dict):
        return outline
    (mark, *_) = outline or ("",)
    if mark in _MARKS:
        return _MARKS[mark](outline[mark], arrays)
    return {key: _put_together(item, arrays) for key, item in outline.items()}


def _array(name: Any, arrays: Arrays) -> Any:
    if isinstance(name, str):
        return arrays[name]
    return arrays[name[0]].view(name[1])[..., 0]


_MARKS: dict[str, Callable[[Any, Arrays], Any]] = {
    "$tensor": lambda name, arrays: new(_array(name, arrays)),
    "$array": _array,
    "$tuple": lambda rows, arrays: tuple(_put_together(rows, arrays)),
    "$items": lambda rows, arrays: dict(map(tuple, _put_together(rows, arrays))),
}
