"""Functions in place: ``torch.relu_(x)`` is ``x.relu_()``."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from minigrad import Tensor
from minigrad.nn import functional

_METHODS = (
    *("abs", "acos", "acosh", "addmv", "arccos", "arccosh", "arcsin", "arcsinh", "arctan"),
    *("arctanh", "as_strided", "asin", "asinh", "atan", "atanh", "ceil", "clamp", "clamp_max"),
    *("clamp_min", "clip", "conj_physical", "cos", "cosh", "deg2rad", "detach", "erf", "erfc"),
    *("exp", "exp2", "expm1", "fill", "fix", "floor", "frac", "gcd", "i0", "index_put", "lcm"),
    *("ldexp", "log", "log10", "log1p", "log2", "logit", "nan_to_num", "neg", "negative"),
    *("rad2deg", "reciprocal", "relu", "resize_as", "round", "rsqrt", "sigmoid", "sin", "sinc"),
    *("sinh", "sqrt", "square", "tan", "tanh", "trunc", "xlogy", "zero"),
)
_ACTIVATIONS = ("celu_", "rrelu_", "selu_", "threshold_")


def _function(name: str) -> Callable[..., Any]:
    """Return the function that calls a method in place."""
    method = getattr(Tensor, name)

    def call(input: Any, *args: Any, **kwargs: Any) -> Any:
        return method(input, *args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Return ``input`` after ``input.{name}(...)``."
    return call


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"{name}_": _function(f"{name}_") for name in _METHODS},
    **{name: getattr(functional, name) for name in _ACTIVATIONS},
    "detach": operator.methodcaller("detach"),
}
