"""The affine map of a layer, and its bilinear sister."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from .einsum import einsum
from .matmul import _matmul, matmul

__all__ = ["bilinear", "linear"]


def _flat(x: Any) -> Any:
    """Return a tensor as a matrix of rows, which a product takes at once."""
    return x if x.ndim == 2 else x.reshape((prod(x.shape[:-1]), x.shape[-1]))


def _weight_rule(g: Any, x: Any) -> Any:
    """dweight = g.mT @ x, rows of all batch dimensions together."""
    return _matmul(_flat(g).mT, _flat(x))


def _x_rule(g: Any, weight: Any, x_shape: tuple[int, ...]) -> Any:
    """dx = g @ weight."""
    return _matmul(_flat(g), weight).reshape(x_shape)


@primitive(x=_x_rule, weight=_weight_rule, bias=lambda g: g)
def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x @ weight.mT + bias."""
    out = np.dot(_flat(x), weight.T)
    if bias is not None:
        out += bias
    return out.reshape(*x.shape[:-1], weight.shape[0])


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """Return ``input @ weight.T + bias``.

    Shapes: input (..., m), weight (n, m), bias (n,); result (..., n). A weight (m,) gives (...,).

    Derivative: input: ``g @ weight``; weight: ``g.T @ input``, all rows together; bias: g summed
    over all but the last dimension.

    Raises:
        TypeError: for operands that are not tensors.
        RuntimeError: for sizes that do not fit or different dtypes.

    Example:
        >>> import minigrad as mg
        >>> mg.linear(mg.tensor([1., 2.]), mg.tensor([[3., 4.]]), mg.tensor([5.]))
        tensor([16.])
    """
    _check_operands(input, weight, bias)
    if weight.ndim == 2 and (bias is None or bias.shape == weight.shape[:1]):
        return _linear(input, weight, bias)
    out = matmul(input, weight.mT if weight.ndim == 2 else weight)
    if bias is None:
        return out
    shape = out.shape
    out = out + bias
    if out.shape != shape:
        raise RuntimeError(
            f"linear: bias of shape {list(bias.shape)} does not broadcast to the result's shape "
            f"{list(shape)}"
        )
    return out


def _check_operands(input: Any, weight: Any, bias: Any) -> None:
    for what, operand in (("input", input), ("weight", weight)):
        if not hasattr(operand, "shape"):
            raise TypeError(f"linear: {what} must be a Tensor, got {type(operand).__name__}")
    if not input.ndim or not weight.ndim:
        raise RuntimeError(
            f"linear: both arguments need to be at least 1D, got {input.ndim}D and {weight.ndim}D"
        )
    if weight.ndim > 2 or (weight.ndim == 1 and bias is not None):
        raise RuntimeError(
            f"linear: expected a 2-D weight (or 1-D without bias), got {list(weight.shape)}"
        )
    if input.shape[-1] != weight.shape[-1]:
        raise RuntimeError(
            f"linear: mat1 and mat2 shapes cannot be multiplied: input {list(input.shape)}, weight "
            f"{list(weight.shape)}, whose last sizes must be equal"
        )
    for what, operand in (("weight", weight), ("bias", bias)):
        if operand is not None and operand.dtype != input.dtype:
            raise RuntimeError(
                f"linear: expected input and {what} to have the same dtype, but got "
                f"{input.dtype} and {operand.dtype}"
            )


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """Return ``input1 @ weight[k] @ input2`` for each k, plus bias.

    Shapes: input1 (..., m), input2 (..., n), weight (o, m, n), bias (o,); result (..., o).

    Raises:
        RuntimeError: for sizes that do not fit or different dtypes.
    """
    if weight.ndim != 3:
        raise IndexError(f"bilinear: expected a 3-D weight, got shape {list(weight.shape)}")
    shapes = f"input1 {list(input1.shape)}, input2 {list(input2.shape)}"
    if input1.ndim != input2.ndim:
        raise RuntimeError(f"bilinear: input dimensions do not match: {shapes}")
    if input1.shape[:-1] != input2.shape[:-1]:
        raise RuntimeError(f"bilinear: input batch dimensions do not match: {shapes}")
    outputs, m, n = weight.shape
    if (input1.shape[-1], input2.shape[-1]) != (m, n):
        raise RuntimeError(
            f"bilinear: input sizes do not match weight size: {shapes}, weight {list(weight.shape)}"
        )
    if bias is not None and bias.shape != (outputs,):
        raise RuntimeError(
            f"bilinear: bias size does not match weight size: got {list(bias.shape)}, expected "
            f"[{outputs}]"
        )
    out = einsum("...i,oij,...j->...o", input1, weight, input2)
    return out if bias is None else out + bias
