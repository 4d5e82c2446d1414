"""What the facade replaces in minigrad, and putting it back."""

from __future__ import annotations

from typing import Any

_ABSENT = object()
_replaced: list[tuple[Any, str, Any]] = []


def replace(owner: Any, name: str, value: Any) -> None:
    """Set an attribute of a class or module, and remember what it was, if it was there."""
    _replaced.append((owner, name, vars(owner).get(name, _ABSENT)))
    setattr(owner, name, value)


def put_back() -> None:
    """Set all attributes to what they were: tests of the facade share a process with others."""
    while _replaced:
        owner, name, value = _replaced.pop()
        if value is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, value)
