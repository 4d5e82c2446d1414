"""Sparse tensors: only the entries that are not zero, as graphs have them between their nodes.

    adjacency = mg.sparse_coo_tensor([[0, 1, 1], [2, 0, 2]], [3.0, 4.0, 5.0], (2, 3))
    adjacency @ features  # (2, 3) @ (3, n) -> (2, n), a dense tensor

A sparse tensor is a ``Tensor`` in whose place of an array lie coordinates and values
(``coordinates``). ``rules`` lists the operations that understand it; gradients flow to its values,
and to what it is multiplied by (``products``).
"""

from .creation import coalesce as coalesce
from .creation import sparse_coo_tensor as sparse_coo_tensor
from .creation import to_dense as to_dense
from .creation import to_sparse as to_sparse
from .products import addmm as addmm
from .products import mm as mm
from .rules import sum as sum
