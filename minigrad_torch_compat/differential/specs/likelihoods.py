"""Specs of ``minigrad.ops.criteria.likelihoods``."""

import warnings
from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import positive, reals, shapes
from .losses import reductions


def quietly(function: Any) -> Any:
    """Return a function without its warning of the reduction 'mean'."""

    def quiet(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)

    return quiet


@st.composite
def likely(draw: st.DrawFn, /, var: bool = False, **options: st.SearchStrategy[Any]) -> Case:
    """Predictions, positive targets (and variances), and settings."""
    shape = draw(shapes())
    settings: dict[str, Any] = {name: draw(strategy) for name, strategy in options.items()}
    settings["reduction"] = draw(reductions(shape))
    args = [draw(reals(shape)), draw(positive(shape))]
    if var:
        args.append(draw(positive(shape)))
    if settings.get("log_input") is False:
        args[0] = draw(positive(shape))
    return Case(tuple(args), settings)


BOOLS = st.booleans()

X = np.ones((2, 3))

register(
    "kl_div",
    quietly(mg.kl_div),
    quietly(F.kl_div),
    likely(log_target=BOOLS),
    errors=st.sampled_from([Case((X, X), {"reduction": "max"}), Case((X, X[:, :2]))]),
)
register(
    "kl_div/batchmean",
    lambda x, y: mg.kl_div(x, y, reduction="batchmean"),
    lambda x, y: F.kl_div(x, y, reduction="batchmean"),
    st.sampled_from([(), (3,), (2, 3)]).flatmap(
        lambda shape: st.tuples(reals(shape), positive(shape)).map(Case)
    ),
)
register(
    "poisson_nll_loss",
    mg.poisson_nll_loss,
    F.poisson_nll_loss,
    likely(log_input=BOOLS, full=BOOLS),
    errors=st.sampled_from([Case((X, X), {"reduction": "max"}), Case((X, X[:, :2]))]),
)


@st.composite
def shared(draw: st.DrawFn) -> Case:
    """Variances that elements share, or one for all."""
    var = draw(
        st.sampled_from([0.5, *map(np.ones, [(2, 3), (2, 3, 1), (2, 1, 4), (1, 3, 4), (2, 3, 4)])])
    )
    x, y = draw(reals((2, 3, 4))), draw(reals((2, 3, 4)))
    return Case((x, y, var), {"full": draw(BOOLS), "eps": draw(st.sampled_from([1e-6, 2.0]))})


register(
    "gaussian_nll_loss",
    mg.gaussian_nll_loss,
    F.gaussian_nll_loss,
    likely(True, full=BOOLS),
    errors=st.sampled_from(
        [
            Case((X, X, X), {"reduction": "max"}),
            Case((X, X, -X)),
            Case((X, X, -1.0)),
            Case((X, X, np.ones(3))),
            Case((X, X, np.ones((1, 1)))),
            Case((X, X, np.ones((2, 2)))),
            Case((X, np.ones(2), X)),
        ]
    ),
)
register("gaussian_nll_loss/shared", mg.gaussian_nll_loss, F.gaussian_nll_loss, shared())
