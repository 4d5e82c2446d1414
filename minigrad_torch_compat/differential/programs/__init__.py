"""Random programs: operators in every combination, on minigrad and PyTorch in lock-step.

Specs look at one operator at a time. What goes wrong between operators (a view written after it was
saved, a gradient that arrives twice, a derivative of a derivative inside a batch) shows only in
programs, so these are drawn at random too, from one **vocabulary** of phrases (``t.sin({x})``,
``{x}.transpose({a}, {b})``, ``{x}.mul_({y})``):

- **machine**: statements that a Hypothesis state machine executes one by one on both engines;
- **functions**: pure functions of two tensors, and transforms of them nested in any order
  (``grad``, ``vjp``, ``jvp``, ``jacrev``, ``jacfwd``, ``hessian``, ``vmap``).

A program is text from the beginning, so one that fails can be printed, and run, as it is.
"""

from .functions import Transformed, compare_transformed, transformed
from .machine import machine
from .running import Lockstep
from .vocabulary import PHRASES, Phrase

__all__ = [
    "Lockstep",
    "PHRASES",
    "Phrase",
    "Transformed",
    "compare_transformed",
    "machine",
    "transformed",
]
