"""Specs of ``minigrad.ops.neurons.activations``."""

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals, shapes

WIDE = reals(low=-8.0, high=8.0)

# Second derivatives have kinks at 0 where PyTorch's differ from those of its first derivatives.
OFF_ZERO = reals(low=-4.0, high=4.0, away_from=(0.0,))
INTEGERS = st.just(Case((np.ones((2, 2), int),)))
register("elu", mg.elu, F.elu, case(OFF_ZERO, st.sampled_from([1.0, 0.5, -2.0])), errors=INTEGERS)
register("selu", mg.selu, F.selu, case(OFF_ZERO), errors=INTEGERS)
register(
    "celu",
    mg.celu,
    F.celu,
    case(OFF_ZERO, st.sampled_from([1.0, 2.0, -0.5])),
    errors=st.sampled_from([Case((np.ones(2), 0.0)), Case((np.ones(2, int),))]),
)
register(
    "softplus",
    mg.softplus,
    F.softplus,
    # At the threshold itself PyTorch's second derivative belongs to the other side than its first.
    case(WIDE, st.sampled_from([1, 2.5, -2]), st.sampled_from([3.005, 20.005, -1.005])),
    errors=INTEGERS,
)
register("logsigmoid", mg.logsigmoid, F.logsigmoid, case(WIDE), errors=INTEGERS)
register(
    "gelu",
    mg.gelu,
    F.gelu,
    case(WIDE),
    errors=st.sampled_from(
        [Case((np.ones(2),), {"approximate": "sinh"}), Case((np.ones(2, int),))]
    ),
)
register(
    "gelu_tanh",
    lambda x: mg.gelu(x, approximate="tanh"),
    lambda x: F.gelu(x, approximate="tanh"),
    case(WIDE),
)
register("silu", mg.silu, F.silu, case(WIDE), errors=INTEGERS)
register("mish", mg.mish, F.mish, case(WIDE), errors=INTEGERS)
register("softsign", mg.softsign, F.softsign, case(OFF_ZERO))
register("tanhshrink", mg.tanhshrink, F.tanhshrink, case(reals()))


@st.composite
def halves(draw: st.DrawFn) -> Case:
    """An array with a dimension of even length, and that dimension."""
    shape = list(draw(shapes(min_dims=1)))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    shape[dim] *= 2
    return Case((draw(reals(tuple(shape))), dim))


register(
    "glu",
    mg.glu,
    F.glu,
    halves(),
    errors=st.sampled_from(
        [Case((np.ones((2, 3)),)), Case((np.ones((2, 3)), 2)), Case((np.array(1.0), 0))]
    ),
)
