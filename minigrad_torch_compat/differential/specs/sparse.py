"""Specs of ``minigrad.sparse``: products, with gradients to the values and the dense matrix."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register


@st.composite
def products(draw: st.DrawFn, vector: bool = False) -> Case:
    """Entries of a sparse matrix, places among them that occur twice, and what it multiplies."""
    rows, columns, width = (draw(st.integers(1, 4)) for _ in range(3))
    count = draw(st.integers(0, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = np.stack([rng.integers(0, rows, count), rng.integers(0, columns, count)])
    dense = rng.normal(size=(columns,) if vector else (columns, width))
    return Case((rng.normal(size=count), dense), {"places": places, "size": (rows, columns)})


def _ours(values: mg.Tensor, dense: mg.Tensor, places: Any, size: tuple[int, int]) -> mg.Tensor:
    return mg.sparse_coo_tensor(places, values, size) @ dense


def _theirs(values: Any, dense: Any, places: Any, size: tuple[int, int]) -> torch.Tensor:
    # PyTorch has no second derivatives of sparse products: a dense one is the same.
    zeros = torch.zeros(size, dtype=values.dtype)
    return zeros.index_put(tuple(torch.as_tensor(places)), values, accumulate=True) @ dense


register("sparse_product", _ours, _theirs, products(), tier=2)
register("sparse_product/vector", _ours, _theirs, products(vector=True), tier=2)
