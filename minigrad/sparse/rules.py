"""What operations mean for sparse tensors: those listed here; all others are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..backend.device import Device, DeviceError
from ..ops.shaping.joining import cat
from ..tensor import Tensor
from .coordinates import Coordinates, entries, is_sparse, keys_of, sparse
from .creation import coalesce, to_dense
from .products import product

RULES: dict[str, Callable[..., Any]] = {}


def _rule(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function the rule of operations: (operation, *args, **kwargs) -> result."""

    def register(rule: Callable[..., Any]) -> Callable[..., Any]:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return register


def interpret(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call an operation some of whose arguments are sparse.

    Raises:
        NotImplementedError: if it has no rule.
    """
    entry = getattr(function, "primitive", None)
    name = entry.name if entry is not None else getattr(function, "__name__", str(function))
    if name not in RULES:
        raise NotImplementedError(
            f"{name} is not defined for sparse tensors: use to_dense() first, or compute with "
            "values() and indices(). Defined are: " + ", ".join(sorted(RULES))
        )
    return RULES[name](function, *args, **kwargs)


Coordinates.interpreter = staticmethod(interpret)


def _with_values(tensor: Any, values: Any) -> Any:
    found = tensor._array
    return sparse(found.indices, values, found.shape, found.coalesced)


# --- of each value -------------------------------------------------------------------------------


@_rule("neg", "cast", "clone", "contiguous")
def _linear(function: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return _with_values(x, function(x._array.values, *args, **kwargs))


@_rule("transfer")
def _transfer(function: Any, x: Any, *, device: Any, **kwargs: Any) -> Any:
    if Device(device).type != "cpu":
        raise DeviceError("sparse tensors live on the CPU only: move to_dense() to a GPU")
    return x


@_rule("abs", "relu", "sqrt", "square", "sign", "sin", "tan", "asin", "atan", "sinh", "tanh")
@_rule("asinh", "atanh", "expm1", "log1p", "floor", "ceil", "trunc", "round", "erf")
def _zero_at_zero(function: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return _linear(function, coalesce(x), *args, **kwargs)


@_rule("pow")
def _pow(function: Any, x: Any, exponent: Any, **kwargs: Any) -> Any:
    if not isinstance(exponent, int | float) or exponent <= 0:
        raise NotImplementedError("a sparse tensor can be raised to positive numbers only")
    return _linear(function, coalesce(x), exponent, **kwargs)


# --- arithmetic ----------------------------------------------------------------------------------


@_rule("add", "sub")
def _add(function: Any, x: Any, y: Any, **kwargs: Any) -> Any:
    if not is_sparse(y):
        raise RuntimeError("add(sparse, dense) is not supported. Use add(dense, sparse) instead.")
    if not is_sparse(x):
        return function(x, to_dense(y), **kwargs)
    if x.shape != y.shape:
        raise RuntimeError(
            f"add: expected sparse tensors of one size, got {tuple(x.shape)} and {tuple(y.shape)}"
        )
    a, b = x._array, y._array
    if np.array_equal(a.indices, b.indices):
        values = function(a.values, b.values, **kwargs)
        return sparse(a.indices, values, a.shape, a.coalesced and b.coalesced)
    zeros = Tensor._wrap(np.zeros((1,) * a.values.ndim, b.values._array.dtype))
    second = function(zeros, b.values, **kwargs)  # with its sign, and alpha
    values = cat([a.values, second])
    both = sparse(np.concatenate([a.indices, b.indices], 1), values, a.shape)
    return coalesce(both) if a.coalesced and b.coalesced else both


@_rule("mul")
def _mul(function: Any, x: Any, y: Any) -> Any:
    if not is_sparse(x):
        return _mul(function, y, x)
    if is_sparse(y):
        return _mul_sparse(function, coalesce(x), coalesce(y))
    if isinstance(y, Tensor) and y.ndim:
        if y.shape != x.shape:
            raise RuntimeError(
                f"mul(sparse, dense): expected one size, got {tuple(x.shape)} and {tuple(y.shape)}"
            )
        y = y[tuple(x._array.indices)]
    return _with_values(x, function(x._array.values, y))


def _mul_sparse(function: Any, x: Any, y: Any) -> Any:
    """Multiply at the places that both have."""
    if x.shape != y.shape:
        raise RuntimeError(
            f"mul: expected sparse tensors of one size, got {tuple(x.shape)} and {tuple(y.shape)}"
        )
    a, b = x._array, y._array
    _, left, right = np.intersect1d(keys_of(a), keys_of(b), True, return_indices=True)
    return sparse(a.indices[:, left], function(a.values[left], b.values[right]), a.shape, True)


@_rule("div")
def _div(function: Any, x: Any, y: Any, **kwargs: Any) -> Any:
    if not is_sparse(x) or is_sparse(y) or (isinstance(y, Tensor) and y.ndim):
        raise RuntimeError("div: a sparse tensor can be divided by numbers only")
    return _with_values(x, function(x._array.values, y, **kwargs))


@_rule("matmul")
def _matmul(function: Any, x: Any, y: Any) -> Any:
    return product(x, y)


# --- shapes --------------------------------------------------------------------------------------


@_rule("permute")
def _permute(function: Any, x: Any, *, dims: Any) -> Any:
    found = x._array
    count = len(found.indices)
    if any((dim < count) != (place < count) for place, dim in enumerate(dims)):
        raise RuntimeError("permute: sparse and dense dimensions cannot be mixed")
    inner = (0, *(dim - count + 1 for dim in dims[count:]))
    values = found.values if found.values.ndim == 1 else found.values.permute(inner)
    indices = found.indices[list(dims[:count])]
    return sparse(indices, values, tuple(found.shape[dim] for dim in dims))


@_rule("sum")
def _sum(function: Any, x: Any, **kwargs: Any) -> Any:
    dims, keepdim = kwargs.pop("dim", None), kwargs.pop("keepdim", False)
    if keepdim:
        raise NotImplementedError("sum: keepdim is not defined for sparse tensors")
    return sum(x, dims)


def sum(input: Any, dim: Any = None, dtype: Any = None) -> Any:
    """Return the sum of all elements, a number; or over dimensions, a sparse tensor of the rest.

    Raises:
        RuntimeError: for a dense tensor.
    """
    found = entries(input, "sum")
    values = found.values if dtype is None else found.values.to(dtype)
    dims = range(input.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
    gone = {d % input.ndim for d in dims}
    count = len(found.indices)
    inner = tuple(d - count + 1 for d in sorted(gone) if d >= count)
    if inner:
        values = values.sum(inner)
    kept = [d for d in range(count) if d not in gone]
    if not kept:
        return values.sum(0)
    shape = tuple(length for d, length in enumerate(found.shape) if d not in gone)
    return coalesce(
        sparse(found.indices[kept], values, shape, found.coalesced and len(kept) == count)
    )
