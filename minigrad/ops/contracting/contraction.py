"""Contraction: two tensors multiplied and summed over shared dimensions, lowered to one GEMM.

Dimensions carry labels, one character each. A label of both operands that the result lacks is
summed over; one of both and the result is a batch dimension; any other belongs to one operand and
the result. So every label is in two or in all three of (x, y, result), and that stays true when
they trade places: **the derivative of a contraction is a contraction**. The backward pass of every
product (batched, broadcast, einsum, tensordot) is therefore as fast as its forward pass.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...autograd.primitive import primitive

__all__: list[str] = []


def alike(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse operands of different dtypes: products do not promote, as in PyTorch.

    Raises:
        RuntimeError: for different dtypes.
        NotImplementedError: for bools.
    """
    x, y = arrays
    if x.dtype != y.dtype:
        raise RuntimeError(
            f"expected operands of a product to have the same dtype, but got {x.dtype} and "
            f"{y.dtype}"
        )
    if x.dtype.kind == "b":
        raise NotImplementedError("products are not implemented for bool: convert to a number")
    return arrays


@primitive(
    x=lambda g, y, xs, ys, outs: contract(g, y, xs=outs, ys=ys, outs=xs),
    y=lambda g, x, xs, ys, outs: contract(x, g, xs=xs, ys=outs, outs=ys),
    dtypes=alike,
)
def contract(x: Any, y: Any, *, xs: str, ys: str, outs: str) -> Any:
    """Multiply ``x`` by ``y`` and sum: ``einsum(f"{xs},{ys}->{outs}")`` for labels as above."""
    plan = lower(xs, ys, outs, x.shape, y.shape)
    a, b = (y, x) if plan.swapped else (x, y)
    a, b = _arranged(a, *plan.a), _arranged(b, *plan.b)
    if plan.product is np.matmul:
        a, b = _for_blas(a), _for_blas(b)
    out = plan.product(a, b)
    if out.shape != plan.shape:
        out = out.reshape(plan.shape)
    return out if plan.order is None else np.transpose(out, plan.order)


class Lowering(NamedTuple):
    """How a contraction becomes one call of NumPy.

    Attributes:
        swapped: whether ``y`` is the left factor.
        a, b: (permutation, shape) that make the factors (batch..., rows, summed) and
            (batch..., summed, columns); None where nothing is to be done.
        product: the function that multiplies them.
        shape, order: the shape of the result, and the permutation that orders its dimensions.
    """

    swapped: bool
    a: tuple[Any, Any]
    b: tuple[Any, Any]
    product: Callable[[Any, Any], Any]
    shape: tuple[int, ...]
    order: tuple[int, ...] | None


@functools.lru_cache(maxsize=4096)
def lower(
    xs: str, ys: str, outs: str, x_shape: tuple[int, ...], y_shape: tuple[int, ...]
) -> Lowering:
    """Plan a contraction."""
    batch = [c for c in outs if c in xs and c in ys]
    rows = [c for c in outs if c not in ys]
    columns = [c for c in outs if c not in xs]
    summed = [c for c in xs if c not in outs]
    # (batch, columns, rows) comes for free, by exchanging the factors.
    swapped = [*batch, *columns, *rows] == list(outs) != [*batch, *rows, *columns]
    sizes = dict(zip(xs + ys, x_shape + y_shape))
    if swapped:
        xs, ys, x_shape, y_shape, rows, columns = ys, xs, y_shape, x_shape, columns, rows
    made = [*batch, *rows, *columns]
    if not summed:
        # No sum: a broadcast multiplication in the order of the result.
        made = list(outs)
        a_order, a_sizes = (
            list(filter(xs.__contains__, outs)),
            [sizes[c] if c in xs else 1 for c in outs],
        )
        b_order, b_sizes = (
            list(filter(ys.__contains__, outs)),
            [sizes[c] if c in ys else 1 for c in outs],
        )
    else:
        m, k, n = (math.prod(sizes[c] for c in group) for group in (rows, summed, columns))
        lead = [sizes[c] for c in batch]
        a_order, a_sizes = [*batch, *rows, *summed], [*lead, m, k]
        b_order, b_sizes = [*batch, *summed, *columns], [*lead, k, n]
    order = tuple(made.index(c) for c in outs)
    return Lowering(
        swapped,
        _arrangement(xs, x_shape, a_order, a_sizes),
        _arrangement(ys, y_shape, b_order, b_sizes),
        np.multiply if not summed else np.matmul if batch else np.dot,
        tuple(sizes[c] for c in made),
        None if order == tuple(range(len(order))) else order,
    )


def _arrangement(
    labels: str, shape: tuple[int, ...], wanted: list[str], sizes: list[int]
) -> tuple[Any, Any]:
    """Return the permutation and the shape that bring an operand into form; None for no change."""
    order = tuple(map(labels.index, wanted))
    same = tuple(shape[axis] for axis in order) == tuple(sizes)
    return None if order == tuple(range(len(order))) else order, None if same else tuple(sizes)


def _arranged(array: Any, order: tuple[int, ...] | None, shape: tuple[int, ...] | None) -> Any:
    if order is not None:
        array = np.transpose(array, order)
    return array if shape is None else array.reshape(shape)


def _for_blas(array: Any) -> Any:
    """Return matrices that BLAS can read: NumPy before 2.3 multiplies others in a slow loop."""
    return array if array.itemsize in array.strides[-2:] else array.copy()
