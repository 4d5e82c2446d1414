"""Specs of ``minigrad.ops.matmul``."""

from typing import Any

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import broadcastable, integers, reals


@st.composite
def products(draw: st.DrawFn, make: Any = reals) -> Case:
    """Operands of ``matmul``: vectors, matrices and batches that broadcast, sizes from zero."""
    n, k, m = (draw(st.integers(0, 4)) for _ in range(3))
    x_batch, y_batch = draw(broadcastable(max_dims=2))
    x_shape = (k,) if draw(st.integers(0, 3)) == 0 else (*x_batch, n, k)
    y_shape = (k,) if draw(st.integers(0, 3)) == 0 else (*y_batch, k, m)
    return Case((draw(make(x_shape)), draw(make(y_shape))))


register("matmul", mg.matmul, torch.matmul, products())
register("matmul/integers", mg.matmul, torch.matmul, products(integers))
