"""Specs of ``minigrad.ops.images.fractional_pooling``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, reals

F = torch.nn.functional


@st.composite
def pools(draw: st.DrawFn, ndim: int) -> Case:
    """Images, windows and the numbers that shift them; small integers make ties likely."""
    axes = []
    for _ in range(ndim):
        k, m = draw(st.integers(1, 2)), draw(st.integers(1, 4))
        axes.append((k, m, draw(st.integers(m + k, m + k + 4))))
    kernel, wanted, size = zip(*axes)
    lead = draw(st.sampled_from([(2,), (0, 1), (1, 2), (2, 2)]))
    shape = (*lead, *size)
    x = draw(reals(shape) | integers(shape, 0, 2).map(lambda a: a.astype(np.float64)))
    # Exact in float32, and not such that a multiple of the distance is a whole number.
    fractions = st.integers(0, 1 << 10).map(lambda n: n / (1 << 10) * 0.99 + 0.001)
    samples = hnp.arrays(
        np.float64,
        ((lead[0] if len(lead) == 2 else 1), lead[-1], ndim),
        elements=fractions.map(lambda f: float(np.float32(f))),
    )
    options: dict[str, Any] = {
        "kernel_size": kernel,
        "output_size": wanted,
        "return_indices": draw(st.booleans()),
    }
    if draw(st.booleans()):
        options["output_ratio"] = tuple((m + 0.5) / n for m, n in zip(wanted, size))
        del options["output_size"]
    return Case((x,), {**options, "_random_samples": draw(samples)})


def refused(ndim: int) -> st.SearchStrategy[Case]:
    """Calls that do not fit."""
    x = np.zeros((2, 3, *(5,) * ndim))
    samples = np.zeros((2, 3, ndim))

    def given(values: Any) -> Case:
        return Case((x, 2, 3), {"_random_samples": values})

    return st.sampled_from(
        [
            Case((x, 2)),
            Case((x, 2, (3,) * (ndim + 1))),
            Case((x, (2,) * (ndim + 1), 3)),
            Case((x, 6, 1)),
            Case((x, 2, 5)),
            Case((x, 2, -1)),
            Case((x, 2.5, 3)),
            Case((x, 2, 3.5)),
            given(samples[:1]),
            given(samples[:, :2]),
            given(samples[:, :, :1]),
            given(samples[0]),
            given(samples.astype(np.float32)),
            Case((x[:, :0], 2, 3)),
            Case((x[:, :, :0], 2, 3)),
            Case((x.astype(int), 2, 3)),
        ]
    )


for _n in (2, 3):
    _name = f"fractional_max_pool{_n}d"
    register(_name, vars(mg)[_name], vars(F)[_name], pools(_n), errors=refused(_n))


def _indices(function: Any) -> Any:
    """Return a function that keeps only the indices of a pooling."""
    return lambda *args, **options: function(*args, **{**options, "return_indices": True})[1]


register(
    "fractional_max_pool_indices",
    _indices(mg.fractional_max_pool2d),
    _indices(F.fractional_max_pool2d),
    pools(2),
)
