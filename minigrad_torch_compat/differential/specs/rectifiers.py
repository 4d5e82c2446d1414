"""Specs of ``minigrad.ops.neurons.rectifiers``."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import integers, reals, shapes
from .dropout import seeded

WIDE = reals(low=-8.0, high=8.0)

INTEGERS, BOOLS = st.just(Case((np.ones(2, int),))), st.just(Case((np.ones(2, bool),)))

register("relu", mg.relu, torch.relu, case(st.one_of(reals(), integers())), errors=BOOLS)
register("relu6", mg.relu6, F.relu6, case(st.one_of(WIDE, integers(low=-8, high=8))))
register(
    "hardtanh",
    mg.hardtanh,
    F.hardtanh,
    case(
        st.one_of(reals(), integers()), st.sampled_from([-1.0, -2.0]), st.sampled_from([0.5, 1.0])
    ),
    errors=st.sampled_from([Case((np.ones(2), 1.0, -1.0)), Case((np.ones(2, bool),))]),
)
register(
    "leaky_relu",
    mg.leaky_relu,
    F.leaky_relu,
    case(reals(), st.sampled_from([0.01, -0.5, 2.0])),
    errors=INTEGERS,
)
# PyTorch's gradient multiplies by one sixth rounded to float32, even in float64, and has no
# derivative itself.
register(
    "hardsigmoid",
    mg.hardsigmoid,
    F.hardsigmoid,
    case(WIDE),
    rtol=1e-7,
    second=False,
    errors=INTEGERS,
)
register("hardswish", mg.hardswish, F.hardswish, case(WIDE), errors=INTEGERS)
register(
    "threshold",
    mg.threshold,
    F.threshold,
    case(st.one_of(reals(), integers()), st.sampled_from([0.5, 1]), st.sampled_from([-2, 4])),
    errors=st.just(Case((np.ones(2, bool), 0.5, 0))),
)
register(
    "rrelu",
    mg.rrelu,
    F.rrelu,
    case(reals(), st.sampled_from([0.1, -0.5]), st.sampled_from([0.25, 1.5])),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2), 0.5, 0.25))]),
)
register(
    "rrelu/training",
    seeded(mg, mg.rrelu),
    seeded(torch, F.rrelu),
    case(reals(), st.sampled_from([0.1, -0.5]), st.sampled_from([0.25, 1.5]), st.just(True)),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2), 0.5, 0.25, True)), Case((np.ones(2, int),))]),
)
register(
    "hardshrink",
    mg.hardshrink,
    torch.hardshrink,
    case(reals(), st.sampled_from([0.0, 0.5, 1, -1.0])),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2, int),))]),
)
register(
    "softshrink",
    mg.softshrink,
    F.softshrink,
    case(reals(), st.sampled_from([0.0, 0.5, 1])),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2), -1.0)), Case((np.ones(2, int),))]),
)


@st.composite
def slopes(draw: st.DrawFn) -> Case:
    """An input and a slope per channel, or one for all.

    At 0 the second derivative of PyTorch is not the derivative of its first one.
    """
    shape = draw(shapes(min_dims=1, min_side=1))
    channels = shape[1] if len(shape) > 1 else 1
    weight = draw(st.sampled_from([(), (1,), (channels,)]))
    return Case((draw(reals(shape, away_from=(0.0,))), draw(reals(weight))))


register(
    "prelu",
    mg.prelu,
    F.prelu,
    slopes(),
    errors=st.sampled_from(
        [
            Case((np.ones((2, 3)), np.ones(2))),
            Case((np.ones((2, 3)), np.ones((1, 3)))),
            Case((np.array(1.0), np.ones(2))),
        ]
    ),
)
