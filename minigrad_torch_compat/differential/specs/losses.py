"""Specs of ``minigrad.ops.losses``."""

from typing import Any

import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals, shapes


def reductions(shape: tuple[int, ...]) -> st.SearchStrategy[str]:
    """Reductions; not the mean of nothing, whose second derivative PyTorch has as 0 or as NaN."""
    return st.sampled_from(["sum", "none"] if 0 in shape else ["mean", "sum", "none"])


@st.composite
def same(draw: st.DrawFn, /, **options: st.SearchStrategy[Any]) -> Case:
    """Two arrays of one shape, and settings."""
    shape = draw(shapes())
    settings = {name: draw(strategy) for name, strategy in options.items()}
    settings["reduction"] = draw(reductions(shape))
    return Case((draw(reals(shape)), draw(reals(shape))), settings)


register("mse_loss", mg.mse_loss, F.mse_loss, same())
register("l1_loss", mg.l1_loss, F.l1_loss, same())
# Thresholds that no difference of the inputs equals: PyTorch's second derivatives differ there.
register(
    "huber_loss",
    mg.huber_loss,
    F.huber_loss,
    same(delta=st.sampled_from([0.51, 1.01, 3])),
)
register(
    "smooth_l1_loss",
    mg.smooth_l1_loss,
    F.smooth_l1_loss,
    same(beta=st.sampled_from([0, 0.51, 1.01, 3])),
)
