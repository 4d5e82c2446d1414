"""Specs of ``minigrad.ops.contracting.matmul``."""

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


def fitting(*terms: str) -> st.SearchStrategy[Case]:
    """Calls with one tensor per term; equal letters are equal sizes, from zero."""

    @st.composite
    def cases(draw: st.DrawFn) -> Case:
        sizes = {letter: draw(st.integers(0, 4)) for letter in sorted(set("".join(terms)))}
        return Case(tuple(draw(reals(tuple(sizes[c] for c in term))) for term in terms))

    return cases()


@st.composite
def weighted(draw: st.DrawFn, calls: st.SearchStrategy[Case]) -> Case:
    """The same calls with ``beta=`` and ``alpha=``."""
    factors = {name: draw(st.sampled_from([0, 1, -2])) for name in ("beta", "alpha")}
    return Case(draw(calls).args, factors)


register("mm", mg.mm, torch.mm, fitting("nk", "km"))
register("bmm", mg.bmm, torch.bmm, fitting("bnk", "bkm"))
register("mv", mg.mv, torch.mv, fitting("nk", "k"))
register("dot", mg.dot, torch.dot, fitting("k", "k"))
ADDMM = st.one_of(*(fitting(term, "nk", "km") for term in ("nm", "m", "")))
register("addmm", mg.addmm, torch.addmm, weighted(ADDMM))
register("addmv", mg.addmv, torch.addmv, weighted(fitting("n", "nk", "k")))
register("baddbmm", mg.baddbmm, torch.baddbmm, weighted(fitting("bnm", "bnk", "bkm")))
