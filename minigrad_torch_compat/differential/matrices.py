"""Hypothesis strategies for matrices that linear algebra can answer for: well conditioned ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from .strategies import Array, layouts, reals, shapes

BATCH = shapes(max_dims=2, max_side=2)
SIDES = st.integers(0, 4)
# Sides of decompositions: LAPACK's own signs, and gradients, need something to decompose.
FILLED = st.integers(1, 4)


@st.composite
def matrices(
    draw: st.DrawFn,
    rows: st.SearchStrategy[int] = SIDES,
    columns: st.SearchStrategy[int] | None = None,
    batch: st.SearchStrategy[tuple[int, ...]] = BATCH,
    diagonal: float = 3.0,
) -> Array:
    """Batches of matrices with a heavy diagonal, in every memory layout; square by default.

    The diagonal grows along the way, so that singular values and eigenvalues differ.
    """
    m = draw(rows)
    n = m if columns is None else draw(columns)
    small = draw(reals((*draw(batch), m, n), -0.25, 0.25))
    # Something irregular in every element: multiples of 1/64 have too many coincidences.
    grid = np.arange(m * n).reshape(m, n)
    small = small + np.sin(1.0 + grid) / 4
    return draw(layouts(small + np.diag(diagonal + np.arange(max(m, n)))[:m, :n]))


@st.composite
def definite(draw: st.DrawFn, rows: st.SearchStrategy[int] = SIDES) -> Array:
    """Batches of symmetric positive-definite matrices with different eigenvalues."""
    x = draw(matrices(rows))
    return draw(layouts(x + x.swapaxes(-1, -2)))


@st.composite
def systems(draw: st.DrawFn) -> tuple[Array, Array]:
    """A batch of square matrices and right-hand sides, as columns, of batches that broadcast."""
    n, k = draw(SIDES), draw(st.integers(0, 3))
    batch = draw(BATCH)
    other = tuple(1 if draw(st.booleans()) else size for size in batch)
    first, second = draw(st.permutations([batch, other[draw(st.integers(0, len(other))) :]]))
    A = draw(matrices(st.just(n), batch=st.just(tuple(first))))
    return A, draw(reals((*second, n, k)))
