"""Specs of ``minigrad.ops.indices.masks``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, integers, pairs, reals

MASKED = pairs(reals, booleans)
register("masked_fill", mg.masked_fill, torch.masked_fill, MASKED.map(lambda p: Case((*p, -1.5))))
register(
    "masked_fill/tensor",
    mg.masked_fill,
    torch.masked_fill,
    st.tuples(MASKED, reals(())).map(lambda both: Case((*both[0], both[1]))),
)
register(
    "masked_fill/integers",
    mg.masked_fill,
    torch.masked_fill,
    pairs(integers, booleans).map(lambda p: Case((*p, 2.5))),
)
register("masked_select", mg.masked_select, torch.masked_select, MASKED.map(Case))
NUMBERS = st.one_of(reals(), integers(low=-1, high=1), booleans())
register("nonzero", mg.nonzero, torch.nonzero, case(NUMBERS))
register(
    "nonzero/tuple",
    lambda x: mg.nonzero(x, as_tuple=True),
    lambda x: torch.nonzero(x, as_tuple=True),
    case(NUMBERS),
)
register("argwhere", mg.argwhere, torch.argwhere, case(booleans()))
register(
    "nonzero_static",
    mg.nonzero_static,
    torch.nonzero_static,
    case(booleans(), size=st.integers(0, 5), fill_value=st.integers(-2, 2)),
    errors=st.just(Case((np.ones(2),), {"size": -1})),
)
register(
    "unravel_index",
    mg.unravel_index,
    torch.unravel_index,
    case(integers(low=0), st.sampled_from([6, (6,), (2, 3), (1, 2, 3), [3, 2]])),
    method=None,
    errors=st.sampled_from(
        [
            Case((np.ones(2), (2, 3))),
            Case((np.ones(2, bool), (2, 3))),
            Case((np.arange(2), (2.0, 3))),
            Case((np.arange(2), (-1, 3))),
        ]
    ),
)
