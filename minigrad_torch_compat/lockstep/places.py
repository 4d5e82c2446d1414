"""Which frames are the program's, and which the engine's."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

_ENGINES = ("torch", "torchvision", "minigrad", "minigrad_torch_compat")


def is_program(frame: FrameType) -> bool:
    """Return whether a frame runs code that is not the engine's."""
    name = frame.f_globals.get("__name__") or ""
    if name.partition(".")[0] not in _ENGINES:
        return True
    return name.startswith("minigrad.examples")


def of_engine(kind: type) -> bool:
    """Return whether a class is the engine's, not the program's."""
    name = kind.__module__ or ""
    return name.partition(".")[0] in _ENGINES and not name.startswith("minigrad.examples")


def program_frame(depth: int = 1) -> FrameType:
    """Return the innermost frame of the program; the outermost of all if there is none."""
    frame = sys._getframe(depth)
    while not is_program(frame) or "importlib" in frame.f_code.co_filename:
        if frame.f_back is None:
            return frame
        frame = frame.f_back
    return frame


def variable_of(frame: FrameType, value: Any) -> str | None:
    """Return the name of a variable that holds a value there."""
    for names in (frame.f_locals, frame.f_globals):
        for name, held in list(names.items()):
            if held is value and not name.startswith("__"):
                return name
    return None
