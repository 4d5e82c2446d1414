"""Specs of ``minigrad.ops.shaping.stacking``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import integers, reals, shapes

_VECTORS = shapes(min_dims=1, max_dims=1, min_side=1)
_CUBE = np.ones((1, 1, 1))


@st.composite
def columns(draw: st.DrawFn) -> Case:
    """Matrices and vectors of as many rows."""
    rows = draw(st.integers(0, 3))
    shape = st.just((rows,)) | st.tuples(st.just(rows), st.integers(0, 3))
    return Case((draw(st.lists(reals(shape), min_size=1, max_size=3)),))


register(
    "column_stack",
    mg.column_stack,
    torch.column_stack,
    columns() | case(st.lists(reals(()), min_size=1, max_size=3)),
    errors=st.sampled_from([Case(([],)), Case(([np.ones(2), np.ones(3)],))]),
)
register(
    "row_stack",
    mg.row_stack,
    torch.row_stack,
    case(st.lists(reals(st.just((3,)) | st.just((2, 3))), min_size=1, max_size=3)),
    errors=st.sampled_from([Case(([],)), Case(([np.ones(2), np.ones(3)],))]),
)
# PyTorch takes a vector of no elements for a row going forward, and for nothing going back: the
# gradients of the blocks that follow it are those of the row above.
_BLOCK_SHAPES = shapes(max_dims=2).filter(lambda shape: shape != (0,))
_BLOCK = reals(_BLOCK_SHAPES) | integers(_BLOCK_SHAPES)
register(
    "block_diag",
    lambda blocks: mg.block_diag(*blocks),
    lambda blocks: torch.block_diag(*blocks),
    case(st.lists(_BLOCK, min_size=1, max_size=3)),
    method=None,
    errors=st.sampled_from([Case(([_CUBE],)), Case(([1.0],))]),
)
register(
    "cartesian_prod",
    lambda vectors: mg.cartesian_prod(*vectors),
    lambda vectors: torch.cartesian_prod(*vectors),
    case(st.lists(reals(shapes(min_dims=1, max_dims=1)), min_size=1, max_size=3)),
    method=None,
    errors=st.sampled_from(
        [
            Case(([],)),
            Case(([np.ones((2, 2)), np.ones(2)],)),
            Case(([np.array(1.0), np.ones(2)],)),
            Case(([np.arange(2), np.ones(2)],)),
        ]
    ),
)
register(
    "combinations",
    mg.combinations,
    torch.combinations,
    case(reals(shapes(min_dims=1, max_dims=1)), st.integers(0, 4), st.booleans()),
    errors=st.sampled_from([Case((np.ones((2, 2)),)), Case((np.ones(2), -1))]),
)
register(
    "vander",
    mg.vander,
    torch.vander,
    case(
        # PyTorch's gradient fails, always: it saves what it changes in place afterwards.
        reals(_VECTORS) | integers(_VECTORS),
        constants=(0,),
        N=st.none() | st.integers(0, 4),
        increasing=st.booleans(),
    ),
    errors=st.sampled_from([Case((np.ones((2, 2)),)), Case((np.ones(2), -1))]),
)
