"""Methods of ``Tensor``: sparse tensors, see ``minigrad.sparse``, which is loaded when needed."""

from __future__ import annotations

from typing import Any


class Sparse:
    """Between dense and sparse, and what a sparse tensor consists of."""

    __slots__ = ()

    _array: Any

    @property
    def is_sparse(self) -> bool:
        """True for sparse tensors."""
        return getattr(type(self._array), "is_sparse", False)

    @property
    def layout(self) -> Any:
        """How elements lie in memory: "strided", or "sparse_coo" for sparse tensors."""
        return "sparse_coo" if self.is_sparse else "strided"

    def to_sparse(self, sparse_dim: int | None = None) -> Any:
        """Return a sparse tensor with the elements that are not zero."""
        from ..sparse import to_sparse

        return to_sparse(self, sparse_dim)

    def to_dense(self, dtype: Any = None) -> Any:
        """Return a dense tensor with the same elements; a dense one as it is."""
        from ..sparse import to_dense

        return to_dense(self, dtype)

    def coalesce(self) -> Any:
        """Return the same sparse tensor with one entry for each place, in the order of rows."""
        from ..sparse import coalesce

        return coalesce(self)

    def is_coalesced(self) -> bool:
        """Return whether no place of a sparse tensor occurs twice, and they are in order."""
        return bool(self._entries("is_coalesced").coalesced)

    def indices(self) -> Any:
        """Return the places of a coalesced sparse tensor's values: a column for each."""
        self._check_coalesced("indices")
        return self._indices()

    def values(self) -> Any:
        """Return the values of a coalesced sparse tensor."""
        self._check_coalesced("values")
        return self._entries("values").values

    def _indices(self) -> Any:
        return type(self)._wrap(self._entries("_indices").indices)  # type: ignore[attr-defined]

    def _values(self) -> Any:
        return self._entries("_values").values.detach()

    def _nnz(self) -> int:
        return int(self._entries("_nnz").indices.shape[1])

    def sparse_dim(self) -> int:
        """Return the number of sparse dimensions."""
        return len(self._entries("sparse_dim").indices) if self.is_sparse else 0

    def dense_dim(self) -> int:
        """Return the number of dense dimensions."""
        return self._array.ndim - self.sparse_dim()  # type: ignore[no-any-return]

    def _entries(self, name: str) -> Any:
        from ..sparse.coordinates import entries

        return entries(self, name)

    def _check_coalesced(self, name: str) -> None:
        if not self._entries(name).coalesced:
            raise RuntimeError(
                f"Cannot get {name} on an uncoalesced tensor, please call .coalesce() first"
            )
