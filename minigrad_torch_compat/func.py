"""``torch.func``: transforms of functions."""

from __future__ import annotations

from typing import Any

from minigrad.transforms import functional_call as functional_call
from minigrad.transforms import grad as grad
from minigrad.transforms import hessian as hessian
from minigrad.transforms import jacfwd as jacfwd
from minigrad.transforms import jacrev as jacrev
from minigrad.transforms import jvp as jvp
from minigrad.transforms import linearize as linearize
from minigrad.transforms import stack_module_state as stack_module_state
from minigrad.transforms import value_and_grad as _value_and_grad
from minigrad.transforms import vjp as vjp
from minigrad.transforms import vmap as vmap

from .missing import room as _room


def grad_and_value(func: Any, argnums: Any = 0, has_aux: bool = False) -> Any:
    """Return the function that returns the gradient and the value of another."""
    both = _value_and_grad(func, argnums, has_aux)

    def call(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return gradient, value

    return call


__getattr__ = _room(globals())
