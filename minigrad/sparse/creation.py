"""Making sparse tensors, and dense ones of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.traced import Traced
from ..backend.device import DeviceError
from ..constructor import array_from
from ..ops.indices.scatter import index_add
from ..tensor import Tensor
from .coordinates import entries, is_sparse, keys_of, sparse


@primitive(values=lambda g: g, view=True)
def _sparse_values(values: Any) -> Any:
    """Look at values: a sparse tensor has a place of its own in the graph."""
    return values.view()


def sparse_coo_tensor(
    indices: Any,
    values: Any = None,
    size: Sequence[int] | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    is_coalesced: bool | None = None,
) -> Tensor:
    """Return a sparse tensor with ``values`` at ``indices`` and zeros elsewhere.

    Shapes: indices ``(s, n)``, values ``(n, ...)``; the size is that of ``s`` sparse dimensions
    followed by those of one value.

    Args:
        indices: a column of coordinates for each value; or the size, for a tensor of zeros.
        values: what is there; values of one place count as their sum. Gradients flow to them.
        size: by default just large enough.
        dtype: that of the values by default.
        device: where the values are put.
        requires_grad: must be False: give values that require a gradient.
        check_invariants: places are always checked to be inside.
        is_coalesced: promise that places are different and in order.

    Raises:
        RuntimeError: if the shapes do not fit, or a place lies outside.

    Example:
        >>> import minigrad as mg
        >>> mg.sparse_coo_tensor([[0, 1], [1, 0]], [5.0, 6.0], (2, 2)).to_dense()
        tensor([[0., 5.],
                [6., 0.]])
    """
    if requires_grad:
        raise RuntimeError(
            "sparse_coo_tensor: gradients are collected by the values: leave out requires_grad "
            "and give values that require it"
        )
    if values is None:
        size = tuple(indices) if size is None else size
        indices = np.zeros((len(size), 0), np.int64)
        values = Tensor([], dtype=dtype)
    if not isinstance(values, Traced):
        values = Tensor(values, dtype=dtype)
    if dtype is not None or device is not None:
        values = values.to(device=device, dtype=dtype)
    if values.device.type != "cpu":
        raise DeviceError(f"sparse tensors live on the CPU only, the values on {values.device}")
    places = array_from(indices, np.int64)
    if values.ndim == 0:
        values = values.reshape(1)
    shape = _checked_shape(places, values, size)
    return sparse(places, _sparse_values(values), shape, bool(is_coalesced))  # type: ignore[no-any-return]


def _checked_shape(places: Any, values: Any, size: Any) -> tuple[int, ...]:
    if places.ndim != 2:
        raise RuntimeError(f"indices must be sparse_dim x nnz, but got: {list(places.shape)}")
    if places.shape[1] != values.shape[0]:
        raise RuntimeError(
            "indices and values must have same nnz, but got nnz from indices: "
            f"{places.shape[1]}, nnz from values: {values.shape[0]}"
        )
    if places.size and places.min() < 0:
        raise RuntimeError(f"found negative index {places.min()} among the indices")
    inner = tuple(values.shape[1:])
    if size is None:
        return (*(row.max(initial=-1).item() + 1 for row in places), *inner)
    shape = tuple(int(length) for length in size)
    if len(shape) != len(places) + len(inner):
        raise RuntimeError(
            "'len(size) == sparse_dim + dense_dim' is not satisfied: "
            f"len(size) = {len(shape)}, sparse_dim = {len(places)}, dense_dim = {len(inner)}"
        )
    if shape[len(places) :] != inner:
        raise RuntimeError(f"values of shape {inner} do not fit the size {shape}")
    for dim, row in enumerate(places):
        if row.max(initial=-1) >= shape[dim]:
            raise RuntimeError(
                f"size is inconsistent with indices: for dim {dim}, size is {shape[dim]} but found "
                f"index {row.max()}"
            )
    return shape


def coalesce(tensor: Any) -> Any:
    """Return the same tensor with one entry for each place, in the order of rows."""
    found = entries(tensor, "coalesce")
    if found.coalesced:
        return tensor
    keys, first, groups = np.unique(keys_of(found), return_index=True, return_inverse=True)
    zeros = Tensor._wrap(np.zeros((len(keys), *found.values.shape[1:]), found.values._array.dtype))
    values = index_add(zeros, 0, Tensor._wrap(groups.reshape(-1)), found.values)
    return sparse(found.indices[:, first], values, found.shape, True)


def to_dense(tensor: Any, dtype: Any = None) -> Any:
    """Return a dense tensor with the same elements; a dense one as it is."""
    if is_sparse(tensor):
        found = tensor._array
        inner = found.values.shape[1:]
        lengths = found.shape[: len(found.indices)]
        count = int(np.prod(lengths, dtype=np.int64))
        flat = Tensor._wrap(np.zeros((count, *inner), found.values._array.dtype))
        places = Tensor._wrap(keys_of(found))
        tensor = index_add(flat, 0, places, found.values).reshape((*lengths, *inner))
    return tensor if dtype is None else tensor.to(dtype)


def to_sparse(tensor: Any, sparse_dim: int | None = None) -> Any:
    """Return a sparse tensor with the elements that are not zero; a sparse one as it is.

    Args:
        tensor: a dense tensor.
        sparse_dim: how many leading dimensions are sparse; all by default.

    Raises:
        RuntimeError: for more dimensions than there are.
    """
    if is_sparse(tensor):
        return tensor
    count = tensor.ndim if sparse_dim is None else sparse_dim
    if not 0 <= count <= tensor.ndim or (count == 0 and tensor.ndim):
        raise RuntimeError(f"to_sparse: expected sparse_dim in 1 to {tensor.ndim}, got {count}")
    array = tensor._array
    held = (array != 0).reshape((*array.shape[:count], -1)).any(-1) if array.size else array != 0
    places = np.stack(np.nonzero(held)) if count else np.zeros((0, int(held.sum())), np.int64)
    values = tensor[tuple(places)] if count else tensor.reshape(1)[held.reshape(1)]
    return sparse(places, values, tensor.shape, True)
