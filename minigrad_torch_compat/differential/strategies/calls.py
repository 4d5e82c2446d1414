"""Whole calls that many operators share."""

from __future__ import annotations

from hypothesis import strategies as st

from ..spec import Case
from .arrays import reals
from .shapes import Array, dim_sets, dims


@st.composite
def with_dim(draw: st.DrawFn, array: st.SearchStrategy[Array] | None = None) -> Case:
    """Calls ``f(x, dim)``: softmax, cumsum, sort."""
    x = draw(reals() if array is None else array)
    return Case((x, draw(dims(x.ndim))))


@st.composite
def with_dims(draw: st.DrawFn, array: st.SearchStrategy[Array] | None = None) -> Case:
    """Calls ``f(x, dim, keepdim)`` with None, one dimension or several: reductions."""
    x = draw(reals() if array is None else array)
    return Case((x, draw(dim_sets(x.ndim)), draw(st.booleans())))
