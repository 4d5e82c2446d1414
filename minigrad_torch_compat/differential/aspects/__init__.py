"""What is compared: each aspect is a function of an examination that raises if sides disagree.

An aspect returns if both sides agree, raises ``Disagreement`` if they do not and ``NotApplicable``
if there is nothing to compare. They are independent: a wrong dtype does not hide a wrong gradient.
"""

from __future__ import annotations

from collections.abc import Callable

from ..examination import Examination
from .forms import functional, in_place, method
from .gradients import create_graph, gradient, second_gradient
from .memory import aliasing, inputs
from .refusals import errors, refusals
from .values import dtype, float32, repeatable, requires_grad, shape, value

ASPECTS: dict[str, Callable[[Examination], None]] = {
    "errors": errors,
    "value": value,
    "shape": shape,
    "dtype": dtype,
    "requires_grad": requires_grad,
    "inputs": inputs,
    "gradient": gradient,
    "create_graph": create_graph,
    "second_gradient": second_gradient,
    "float32": float32,
    "method": method,
    "functional": functional,
    "in_place": in_place,
    "aliasing": aliasing,
    "repeatable": repeatable,
    "refusals": refusals,
}

# What is compared of each example in the tests of minigrad; the rest takes longer or finds less.
CORE = (
    "errors", "value", "shape", "dtype", "requires_grad", "inputs", "gradient", "create_graph",
    "second_gradient", "float32",
)  # fmt: skip

__all__ = ["ASPECTS", "CORE"]
