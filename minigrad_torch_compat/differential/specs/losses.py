"""Specs of ``minigrad.ops.criteria.losses``."""

import warnings
from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import positive, reals, shapes


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


@st.composite
def weighted(draw: st.DrawFn, /, **options: st.SearchStrategy[Any]) -> Case:
    """Two arrays and weights of one shape, positionally, so that they receive gradients."""
    found = draw(same(**options))
    return Case((*found.args, draw(positive(found.args[0].shape))), found.kwargs)


def with_weight(function: Any) -> Any:
    """Return a loss whose weight is the third operand."""

    def call(input: Any, target: Any, weight: Any, **settings: Any) -> Any:
        return function(input, target, weight=weight, **settings)

    return call


X = np.ones((2, 3))
REFUSED = [
    Case((X, X), {"reduction": "max"}),
    Case((X, X), {"weight": X[:1]}),
    Case((X, X), {"weight": X, "reduction": "max"}),
    Case((X.astype(int), X.astype(int))),
]

register("mse_loss", mg.mse_loss, F.mse_loss, same(), errors=st.sampled_from(REFUSED))
register("l1_loss", mg.l1_loss, F.l1_loss, same(), errors=st.sampled_from(REFUSED[:3]))
register("mse_loss/weight", with_weight(mg.mse_loss), with_weight(F.mse_loss), weighted())
register("l1_loss/weight", with_weight(mg.l1_loss), with_weight(F.l1_loss), weighted())
# Thresholds that no difference of the inputs equals: PyTorch's second derivatives differ there.
register(
    "huber_loss",
    mg.huber_loss,
    F.huber_loss,
    same(delta=st.sampled_from([0.51, 1.01, 3.01])),
    errors=st.sampled_from([*REFUSED, Case((X, X), {"delta": 0}), Case((X, X), {"delta": -1.0})]),
)
register(
    "huber_loss/weight",
    with_weight(mg.huber_loss),
    with_weight(F.huber_loss),
    weighted(delta=st.sampled_from([0.51, 1.01, 3.01])),
)
register(
    "smooth_l1_loss",
    mg.smooth_l1_loss,
    F.smooth_l1_loss,
    same(beta=st.sampled_from([0, 0.51, 1.01, 3.01])),
    errors=st.sampled_from([REFUSED[0], REFUSED[3], Case((X, X), {"beta": -1.0})]),
)


def quietly(function: Any) -> Any:
    """Return a loss that does not warn of operands that broadcast, as both engines do."""

    def call(input: Any, target: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(input, target)

    return call


for _name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"):
    register(
        f"{_name}/broadcast",
        quietly(getattr(mg, _name)),
        quietly(getattr(F, _name)),
        st.tuples(
            st.sampled_from([(2, 3), (1, 3)]).flatmap(reals),
            st.sampled_from([(3,), (2, 1), ()]).flatmap(reals),
        ).map(lambda p: Case((p[0] + 0.004, p[1]))),  # no difference is 0 or 1, where kinks are
    )
