"""Specs of ``minigrad.ops.dropout``: both libraries draw the same masks from the same seed."""

from typing import Any

import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import case, register
from ..strategies import reals


def ours(x: Any, **kwargs: Any) -> Any:
    """Drop from a known seed."""
    mg.manual_seed(0)
    return mg.dropout(x, **kwargs)


def theirs(x: Any, **kwargs: Any) -> Any:
    """Drop from the same seed."""
    torch.manual_seed(0)
    return F.dropout(x, **kwargs)


register(
    "dropout",
    ours,
    theirs,
    case(reals(), p=st.sampled_from([0.0, 0.25, 0.5, 1.0]), training=st.booleans()),
)
