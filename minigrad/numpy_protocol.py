"""NumPy's universal functions on tensors: ``np.exp(tensor)``, ``array * tensor`` are recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import ops

_OPERATIONS = {
    np.absolute: ops.abs,
    np.add: ops.add,
    np.arccos: ops.acos,
    np.arccosh: ops.acosh,
    np.arcsin: ops.asin,
    np.arcsinh: ops.asinh,
    np.arctan: ops.atan,
    np.arctan2: ops.atan2,
    np.arctanh: ops.atanh,
    np.bitwise_and: ops.bitwise_and,
    np.bitwise_or: ops.bitwise_or,
    np.bitwise_xor: ops.bitwise_xor,
    np.ceil: ops.ceil,
    np.cos: ops.cos,
    np.cosh: ops.cosh,
    np.divide: ops.div,
    np.equal: ops.eq,
    np.exp: ops.exp,
    np.exp2: ops.exp2,
    np.expm1: ops.expm1,
    np.floor: ops.floor,
    np.floor_divide: ops.floor_divide,
    np.fmod: ops.fmod,
    np.greater: ops.gt,
    np.greater_equal: ops.ge,
    np.invert: ops.bitwise_not,
    np.isfinite: ops.isfinite,
    np.isinf: ops.isinf,
    np.isnan: ops.isnan,
    np.less: ops.lt,
    np.less_equal: ops.le,
    np.log: ops.log,
    np.log10: ops.log10,
    np.log1p: ops.log1p,
    np.log2: ops.log2,
    np.logaddexp: ops.logaddexp,
    np.logical_and: ops.logical_and,
    np.logical_not: ops.logical_not,
    np.logical_or: ops.logical_or,
    np.logical_xor: ops.logical_xor,
    np.matmul: ops.matmul,
    np.maximum: ops.maximum,
    np.minimum: ops.minimum,
    np.multiply: ops.mul,
    np.negative: ops.neg,
    np.not_equal: ops.ne,
    np.power: ops.pow,
    np.reciprocal: ops.reciprocal,
    np.remainder: ops.remainder,
    np.rint: ops.round,
    np.sign: ops.sign,
    np.sin: ops.sin,
    np.sinh: ops.sinh,
    np.sqrt: ops.sqrt,
    np.square: ops.square,
    np.subtract: ops.sub,
    np.tan: ops.tan,
    np.tanh: ops.tanh,
    np.trunc: ops.trunc,
}


def array_ufunc(self: Any, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Call the operation that a NumPy function stands for (``Tensor.__array_ufunc__``).

    Raises:
        TypeError: for a function that is no operation on tensors, for its methods such as
            ``np.add.reduce``, and for ``out=``, ``where=`` and other keywords.
    """
    operation = _OPERATIONS.get(ufunc)
    if operation is None:
        raise TypeError(
            f"np.{ufunc.__name__} is not defined for tensors; call it on tensor.detach().numpy()"
        )
    if method != "__call__":
        raise TypeError(f"np.{ufunc.__name__}.{method} is not defined for tensors")
    if kwargs:
        raise TypeError(
            f"np.{ufunc.__name__} on tensors takes no keyword arguments, got {sorted(kwargs)}: "
            "the result is a new tensor (an array cannot take part in a graph)"
        )
    return operation(*inputs)
