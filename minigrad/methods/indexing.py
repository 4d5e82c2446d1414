"""Methods of ``Tensor``: reading and writing parts."""

from __future__ import annotations

from .. import ops
from ..ops.pointwise import mapping


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
    nonzero_static = ops.nonzero_static
    argwhere = ops.argwhere
    scatter_reduce = ops.scatter_reduce
    index_reduce = ops.index_reduce
    index_put = ops.index_put
    put = ops.put
    masked_scatter = ops.masked_scatter
    as_strided_scatter = ops.as_strided_scatter
    diagonal_scatter = ops.diagonal_scatter
    select_scatter = ops.select_scatter
    slice_scatter = ops.slice_scatter

    scatter_ = ops.in_place(ops.scatter)
    scatter_add_ = ops.in_place(ops.scatter_add)
    index_add_ = ops.in_place(ops.index_add)
    index_copy_ = ops.in_place(ops.index_copy)
    index_fill_ = ops.in_place(ops.index_fill)
    masked_fill_ = ops.in_place(ops.masked_fill)
    scatter_reduce_ = ops.in_place(ops.scatter_reduce)
    index_reduce_ = ops.in_place(ops.index_reduce)
    index_put_ = ops.in_place(ops.index_put)
    put_ = ops.in_place(ops.put)
    masked_scatter_ = ops.in_place(ops.masked_scatter)

    # --- Python functions of each element -----------------------------------------------------

    apply_ = mapping.apply_
    map_ = mapping.map_
    map2_ = mapping.map2_
