"""Specs of ``minigrad.ops.contracting.products``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, reals, shapes
from .matmul import fitting

SMALL = shapes(max_dims=2, max_side=3)
ROWS = reals(SMALL).map(np.ascontiguousarray)

register("outer", mg.outer, torch.outer, fitting("n", "m"))


def kron(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """PyTorch's, which refuses some operands that are not contiguous."""
    return torch.kron(x.contiguous(), y.contiguous())


register("kron", mg.kron, torch.kron, st.tuples(ROWS, ROWS).map(Case))
register("kron/integers", mg.kron, torch.kron, st.tuples(integers(SMALL), ROWS).map(Case))
register(
    "kron/layouts", mg.kron, kron, st.tuples(reals(SMALL), reals(SMALL)).map(Case), method=None
)
register("trace", mg.trace, torch.trace, fitting("nm"))
register("trace/integers", mg.trace, torch.trace, integers(shapes(2, 2)).map(lambda x: Case((x,))))


@st.composite
def tensordots(draw: st.DrawFn) -> Case:
    """Calls ``f(x, y, dims)``: dimensions in any order, one size of each pair possibly 1."""
    x_shape, y_shape = (list(draw(shapes(min_side=1, max_side=3))) for _ in range(2))
    count = draw(st.integers(0, min(len(x_shape), len(y_shape))))
    x_dims, y_dims = (
        draw(st.permutations(range(len(shape))))[:count] for shape in (x_shape, y_shape)
    )
    for d, e in zip(x_dims, y_dims, strict=True):
        y_shape[e] = draw(st.sampled_from([x_shape[d], x_shape[d], 1]))
    y_dims = [d - len(y_shape) if d % 2 else d for d in y_dims]
    return Case((draw(reals(tuple(x_shape))), draw(reals(tuple(y_shape))), (x_dims, y_dims)))


register("tensordot", mg.tensordot, torch.tensordot, tensordots())


@st.composite
def counted(draw: st.DrawFn) -> Case:
    """Calls ``f(x, y, number of dimensions)``."""
    shared = draw(shapes(max_dims=2, max_side=3))
    first, last = draw(shapes(max_dims=2, max_side=3)), draw(shapes(max_dims=2, max_side=3))
    return Case((draw(reals(first + shared)), draw(reals(shared + last)), len(shared)))


register("tensordot/number", mg.tensordot, torch.tensordot, counted())
