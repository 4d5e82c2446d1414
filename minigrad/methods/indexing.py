"""Methods of ``Tensor``: reading and writing parts."""

from __future__ import annotations

from .. import ops


class Indexing:
    """Reading and writing parts."""

    __slots__ = ()

    gather = ops.gather
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    index_select = ops.index_select
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    masked_fill = ops.masked_fill
    masked_select = ops.masked_select
    take = ops.take
    take_along_dim = ops.take_along_dim
    nonzero = ops.nonzero

    scatter_ = ops.in_place(ops.scatter)
    scatter_add_ = ops.in_place(ops.scatter_add)
    index_add_ = ops.in_place(ops.index_add)
    index_copy_ = ops.in_place(ops.index_copy)
    index_fill_ = ops.in_place(ops.index_fill)
    masked_fill_ = ops.in_place(ops.masked_fill)
