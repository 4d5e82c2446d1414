"""Which tensors to draw, and what their owner calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..autograd.traced import Traced

__all__ = ["named_tensors", "outputs_of"]


def outputs_of(outputs: Any) -> list[tuple[str | None, Traced]]:
    """Return the tensors in ``outputs``, in containers of containers too.

    Those in a dict have their keys as names: ``state``, ``state[0]``, ``state.hidden``.

    Raises:
        TypeError: if something in it is no tensor.
        ValueError: if it is empty.
    """
    if not isinstance(outputs, Traced | list | tuple | Mapping):
        raise TypeError(
            "draw_graph expects a Tensor or a list, tuple or dict of them, got "
            f"{type(outputs).__name__}"
        )
    found: list[tuple[str | None, Traced]] = []
    waiting: list[tuple[str | None, Any]] = [(None, outputs)]
    seen: set[int] = set()  # a list may hold itself
    while waiting:
        name, item = waiting.pop()
        if isinstance(item, Traced):
            found.append((name, item))
        elif not isinstance(item, list | tuple | Mapping):
            raise TypeError(f"draw_graph expects Tensors, got {type(item).__name__} among them")
        elif id(item) not in seen:
            seen.add(id(item))
            waiting += reversed(list(_items(name, item)))
    if not found:
        raise ValueError(f"draw_graph expects at least one Tensor, got an empty {outputs!r}")
    return found


def _items(name: str | None, container: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield what a container holds, with names where it or one around it is a dict."""
    if isinstance(container, Mapping):
        for key, item in container.items():
            yield (str(key) if name is None else f"{name}.{key}"), item
    else:
        for index, item in enumerate(container):
            yield (None if name is None else f"{name}[{index}]"), item


def named_tensors(names: Any) -> list[tuple[str, Traced]]:
    """Return the tensors in a mapping of names (or in pairs), in its order.

    Lists and tuples of tensors are named ``ws[0]``, ``ws[1]``; parameters of a module ``net.bias``.
    Names that start with an underscore are left out: notebooks keep results under such.

    Raises:
        TypeError: if ``names`` is neither a mapping nor pairs.
    """
    if names is None:
        return []
    try:
        pairs = list(dict(names).items())
        if any(isinstance(name, Traced) for name, _ in pairs):
            raise TypeError  # the wrong way round, or a list of tensors of two elements
    except (TypeError, ValueError):
        raise TypeError(
            "names must be a mapping of names to Tensors, such as locals() or "
            f"dict(module.named_parameters()), got {type(names).__name__}"
        ) from None
    found = []
    for name, value in pairs:
        if not str(name).startswith("_"):
            found += list(_tensors(str(name), value))
    return found


def _tensors(name: str, value: Any) -> Iterator[tuple[str, Traced]]:
    if isinstance(value, Traced):
        yield name, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if isinstance(item, Traced):
                yield f"{name}[{index}]", item
    elif callable(getattr(type(value), "named_parameters", None)):  # a module, not its class
        for path, item in value.named_parameters():
            if isinstance(item, Traced):
                yield f"{name}.{path}", item
