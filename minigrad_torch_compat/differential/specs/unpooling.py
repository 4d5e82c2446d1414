"""Specs of ``minigrad.ops.images.unpooling``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, reals

F = torch.nn.functional


@st.composite
def unpools(draw: st.DrawFn, ndim: int) -> Case:
    """Maxima, places for them, and the windows they came from; two may have one place."""
    axes, wanted = [], []
    for _ in range(ndim):
        n, k, s = (draw(st.integers(1, 3)) for _ in range(3))
        p = draw(st.integers(0, min(k // 2, ((n - 1) * s + k - 1) // 2)))
        usual = (n - 1) * s + k - 2 * p
        wanted.append(draw(st.integers(max(1, usual - s + 1), usual + s - 1)))
        axes.append((n, k, s, p, usual))
    size, kernel, stride, padding, usual_size = zip(*axes)
    lead = draw(st.sampled_from([(2,), (0, 2), (1, 1), (2, 2)]))
    options: dict[str, Any] = {"kernel_size": kernel, "stride": stride, "padding": padding}
    if draw(st.booleans()):
        whole = draw(st.booleans()) and len(lead) == 2
        options["output_size"] = (*(lead if whole else ()), *wanted)
    room = int(np.prod(wanted if "output_size" in options else usual_size))
    places = draw(integers((*lead, *size), 0, room - 1))
    return Case((draw(reals((*lead, *size))), places), options)


def refused(ndim: int) -> st.SearchStrategy[Case]:
    """Calls that do not fit."""
    x = np.zeros((2, 2, *(3,) * ndim))
    i = np.zeros(x.shape, int)
    return st.sampled_from(
        [
            Case((x[0, 0], i[0, 0], 2)),
            Case((x, i[0], 2)),
            Case((x, i.astype(np.int32), 2)),
            Case((x, i.astype(float), 2)),
            Case((x, i - 1, 2)),
            Case((x, i + 6**ndim, 2)),
            Case((x, i, 2), {"output_size": (8,) * ndim}),
            Case((x, i, 2), {"output_size": (4,) * ndim}),
            Case((x, i, 2), {"output_size": (7,) * (ndim + 1)}),
            Case((x, i, 2), {"output_size": 7}),
            Case((x, i, 2.5)),
            Case((x[:, :0], i[:, :0], 2)),
            Case((x[:, :, :0], i[:, :, :0], 2)),
            Case((x.astype(int), i, 2)),
        ]
    )


for _n in (1, 2, 3):
    _name = f"max_unpool{_n}d"
    register(_name, vars(mg)[_name], vars(F)[_name], unpools(_n), errors=refused(_n))
