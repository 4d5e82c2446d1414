"""Coordinates and values: what a sparse tensor has in the place of an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from ..autograd.stand_in import StandIn
from ..tensor import Tensor


class Coordinates(StandIn):
    """The entries of a sparse tensor.

    Attributes:
        indices: where they are, an array of integers of shape (sparse dimensions, entries).
        values: what they are, a tensor of shape (entries, *dense dimensions).
        coalesced: no place occurs twice, and they are in the order of their places. Entries of
            one place count as their sum.
    """

    __slots__ = ("coalesced", "indices", "values")

    is_sparse = True
    base = None
    strides = ()
    interpreter: Callable[..., Any]  # see ``rules``, which builds on this file

    def __init__(self, indices: Any, values: Any, shape: tuple[int, ...], coalesced: bool) -> None:
        super().__init__(shape, values._array.dtype)
        self.indices = indices
        self.values = values
        self.coalesced = coalesced

    @property
    def device(self) -> Any:
        """Where the values live."""
        return self.values.device

    @property
    def itemsize(self) -> int:
        """Bytes per value."""
        return int(self.values.itemsize)

    @property
    def nbytes(self) -> int:
        """Bytes of all values and indices."""
        return int(self.values.nbytes + self.indices.nbytes)

    def detached(self) -> Coordinates:
        """Return the same entries without their history."""
        return Coordinates(self.indices, self.values.detach(), self.shape, self.coalesced)

    def copy(self, order: str = "K") -> Coordinates:
        """Return a copy that shares no memory and has no history."""
        values = Tensor._wrap(self.values._array.copy())
        return Coordinates(self.indices.copy(), values, self.shape, self.coalesced)

    def astype(self, dtype: Any, copy: bool = True) -> Coordinates:
        """Return the entries with values of a dtype, without history."""
        values = Tensor._wrap(self.values._array.astype(dtype, copy=copy))
        return Coordinates(self.indices, values, self.shape, self.coalesced)

    def interpret(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Do what a function means for sparse tensors, if it has a rule."""
        return Coordinates.interpreter(function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"a sparse tensor has no array, of which {name!r} is asked: use to_dense() first"
        )

    def _refuse(self, *others: Any, **keywords: Any) -> NoReturn:
        raise TypeError("can't convert a sparse tensor to numpy. Use Tensor.to_dense() first.")

    __getitem__ = __setitem__ = __iter__ = __array__ = _refuse
    __array_ufunc__ = __array_function__ = _refuse


def sparse(indices: Any, values: Any, shape: tuple[int, ...], coalesced: bool = False) -> Any:
    """Return a sparse tensor around entries; its place in the graph is that of its values."""
    result = Tensor._wrap(Coordinates(indices, values, tuple(shape), coalesced))
    result._node, result._requires_grad = values._node, values.requires_grad
    return result


def is_sparse(value: Any) -> bool:
    """Return whether a value is a sparse tensor."""
    return isinstance(value, Tensor) and isinstance(value._array, Coordinates)


def entries(tensor: Any, name: str) -> Coordinates:
    """Return what a sparse tensor consists of.

    Raises:
        RuntimeError: for another tensor.
    """
    if not is_sparse(tensor):
        raise RuntimeError(f"{name} expected sparse coordinate tensor layout but got Strided")
    found: Coordinates = tensor._array
    return found


def keys_of(coordinates: Coordinates) -> Any:
    """Return the places as numbers, in the order of rows."""
    lengths = coordinates.shape[: len(coordinates.indices)]
    if not lengths:
        return np.zeros(coordinates.indices.shape[1], np.int64)
    return np.ravel_multi_index(tuple(coordinates.indices), lengths)
