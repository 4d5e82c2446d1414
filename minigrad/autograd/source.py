"""Where in the user's program an operation was recorded or a tensor written."""

from __future__ import annotations

import sys
from types import CodeType, FrameType

# Frames of these packages are the library's own; the user's line is the first frame outside them.
# (minigrad.examples is deliberately absent: its programs are users.)
LIBRARY = {
    "minigrad",
    "minigrad.autograd",
    "minigrad.backend",
    "minigrad.data",
    "minigrad.data.transforms",
    "minigrad.drawing",
    "minigrad.drawing.replaying",
    "minigrad.methods",
    "minigrad.nn",
    "minigrad.nn.factorized",
    "minigrad.ops",
    "minigrad.ops.contracting",
    "minigrad.ops.criteria",
    "minigrad.ops.images",
    "minigrad.ops.indices",
    "minigrad.ops.neurons",
    "minigrad.ops.normalizing",
    "minigrad.ops.pointwise",
    "minigrad.ops.reducing",
    "minigrad.ops.sequences",
    "minigrad.ops.shaping",
    "minigrad.ops.special_functions",
    "minigrad.ops.spectra",
    "minigrad.ops.linear_algebra",
    "minigrad.optim",
    "minigrad.serialization",
    "minigrad.sparse",
    "minigrad.training",
    "minigrad.training.callbacks",
    "minigrad.transforms",
    "minigrad.transforms.rules",
}


def outside_library(frame: FrameType) -> FrameType:
    """Return the first frame, from this one outwards, that belongs to the user."""
    found: FrameType | None = frame
    while found is not None:
        if found.f_globals.get("__package__") not in LIBRARY:
            return found
        frame, found = found, found.f_back
    return frame


def call_site() -> tuple[CodeType, int]:
    """Return the user's current position as (code, instruction offset): cheap to take.

    Neither keeps the frame alive, so no local variable of the user is held by a graph.
    """
    frame = outside_library(sys._getframe(1))
    return frame.f_code, frame.f_lasti


def describe(code: CodeType | None, offset: int) -> str:
    """Return ``file.py:12, in function`` for a recorded position."""
    if code is None:
        return "an unknown place"
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= offset < end and number is not None:
            line = number
    return f"{code.co_filename}:{line}, in {code.co_name}"
