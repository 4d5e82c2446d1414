"""Functions at the top of ``torch`` that minigrad spells otherwise, or not at all."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import minigrad
from minigrad import Tensor, from_numpy
from minigrad.nn import functional

from .dtypes import dtype

__all__ = [
    *("alpha_dropout_", "cond", "constant_pad_nd", "detach", "dropout_", "feature_alpha_dropout_"),
    *("fill", "frombuffer", "get_device", "is_distributed", "is_inference"),
    *("max_pool1d_with_indices", "range", "sym_float", "sym_int", "sym_ite", "sym_max", "sym_min"),
    *("sym_not", "sym_sum", "to_dlpack", "view_as_complex_copy", "view_as_real_copy"),
    "while_loop",
]

detach = operator.methodcaller("detach")
get_device = operator.methodcaller("get_device")
is_inference = operator.methodcaller("is_inference")
to_dlpack = operator.methodcaller("__dlpack__")
max_pool1d_with_indices = functional.max_pool1d_with_indices


def range(start: float = 0, end: float | None = None, step: float = 1, **options: Any) -> Tensor:
    """Return numbers from ``start`` to ``end``, which is among them: deprecated in PyTorch."""
    warnings.warn(
        "torch.range is deprecated and will be removed in a future release because its behavior "
        "is inconsistent with Python's range builtin. Instead, use torch.arange, which produces "
        "values in [start, end).",
        stacklevel=2,
    )
    if end is None:
        start, end = 0, start
    count = int((end - start) / step) + 1
    options.setdefault("dtype", minigrad.get_default_dtype())
    return minigrad.arange(count, dtype=minigrad.float64).mul(step).add(start).to(options["dtype"])


def frombuffer(
    buffer: Any, *, dtype: dtype, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """Return a tensor that shares memory with an object that has a buffer, such as bytes."""
    array = np.frombuffer(buffer, dtype.dtype, count, offset)
    return from_numpy(array).requires_grad_(requires_grad)


def fill(input: Tensor, value: Any) -> Tensor:
    """Return a tensor like ``input``, filled with a value."""
    return input.clone().fill_(value)


def constant_pad_nd(input: Tensor, pad: Sequence[int], value: float = 0) -> Any:
    """Return ``input`` between constants: see ``torch.nn.functional.pad``."""
    return functional.pad(input, pad, "constant", value)


def is_distributed(input: Tensor) -> bool:
    """Return False: a tensor lies in one process."""
    return False


def view_as_real_copy(input: Tensor) -> Any:
    """Return a copy of ``view_as_real``."""
    return minigrad.view_as_real(input).clone()


def view_as_complex_copy(input: Tensor) -> Any:
    """Return a copy of ``view_as_complex``."""
    return minigrad.view_as_complex(input).clone()


# --- dropout in place -----------------------------------------------------------------------------


def dropout_(input: Tensor, p: float, train: bool) -> Any:
    """Set elements to zero at random, in place."""
    return functional.dropout(input, p, train, inplace=True)


def alpha_dropout_(input: Tensor, p: float, train: bool) -> Any:
    """``alpha_dropout`` in place."""
    return functional.alpha_dropout(input, p, train, inplace=True)


def feature_alpha_dropout_(input: Tensor, p: float, train: bool) -> Any:
    """``feature_alpha_dropout`` in place."""
    return functional.feature_alpha_dropout(input, p, train, inplace=True)


# --- control flow, which PyTorch can compile ------------------------------------------------------


def cond(
    pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Any = ()
) -> Any:
    """Return one function's result or the other's."""
    return true_fn(*operands) if pred else false_fn(*operands)


def while_loop(
    cond_fn: Callable[..., Any], body_fn: Callable[..., Any], carried_inputs: Any
) -> Any:
    """Return the values that a loop ends with."""
    values = tuple(carried_inputs)
    while cond_fn(*values):
        values = tuple(body_fn(*values))
    return values


sym_int, sym_float, sym_max, sym_min, sym_sum = int, float, max, min, sum
sym_not = operator.not_


def sym_ite(b: bool, t: Any, f: Any) -> Any:
    """Return ``t`` if ``b``, else ``f``."""
    return t if b else f
