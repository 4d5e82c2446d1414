"""Specs of ``minigrad.ops.images.convolution``."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import convolutions, reals, transposed_convolutions

F = torch.nn.functional


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return PyTorch's function without its warning that padding="same" may copy."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Using padding='same'", UserWarning)
            return function(*args, **kwargs)

    return call


# --- calls that PyTorch refuses ---------------------------------------------------------------


def refused(ndim: int, transposed: bool) -> st.SearchStrategy[Case]:
    """Calls with operands or numbers that do not fit."""
    x = np.zeros((2, 4, *(5,) * ndim))
    w = np.zeros((4, 4, *(3,) * ndim))
    more = (ndim + 1) * (1,)
    found = [
        Case((x, w[0])),
        Case((x, w[None])),
        Case((x, None)),
        Case((x, w, 2.0)),
        Case((x, w, np.zeros(5))),
        Case((x, w, np.zeros((4, 1)))),
        Case((x, w.astype(np.float32))),
        Case((x, w.astype(int))),
        Case((x > 0, w > 0)),
        Case((x[:, :3], w)),
        Case((x[None], w)),
        Case((x[:, :, :0], w)),
        Case((x, w[:0])),
        Case((x, w[:, :, :0])),
        Case((x, w), {"groups": 3}),
        Case((x, w), {"padding": "full"}),
        *(Case((x, w), {name: 0}) for name in ("stride", "dilation", "groups")),
        *(Case((x, w), {name: -1}) for name in ("stride", "dilation", "groups", "padding")),
        *(Case((x, w), {name: 1.5}) for name in ("stride", "dilation", "groups", "padding")),
        *(Case((x, w), {name: more}) for name in ("stride", "dilation", "padding")),
    ]
    if transposed:
        found += [
            Case((x, w[:, :0])),
            Case((x, w), {"output_padding": 1}),
            Case((x, w), {"output_padding": -1}),
            Case((x, w), {"padding": 5}),
            Case((x, w), {"padding": "same"}),
        ]
    else:
        found += [
            Case((x, w), {"dilation": 3}),
            Case((x, w), {"groups": 2}),
            Case((x, w, np.zeros(4, np.float32))),
            Case((x, w), {"padding": "same", "stride": 2}),
        ]
    return st.sampled_from(found)


for _n in (1, 2, 3):
    for _name, _cases, _transposed in (
        (f"conv{_n}d", convolutions(_n), False),
        (f"conv_transpose{_n}d", transposed_convolutions(_n), True),
    ):
        register(
            _name,
            vars(mg)[_name],
            _quiet(vars(F)[_name]),
            _cases,
            errors=refused(_n, _transposed),
        )


@st.composite
def sequences(draw: st.DrawFn) -> Case:
    """Sequences (time, batch, channels), a kernel, a bias and padding."""
    time, batch, channels, kernel, found = (draw(st.integers(1, 3)) for _ in range(5))
    pad = draw(st.integers(0, 2))
    shapes = (time + kernel - 1, batch, channels), (kernel, channels, found), (found,)
    # The derivative of PyTorch's takes row-major memory only.
    return Case((*(np.array(draw(reals(shape)), order="C") for shape in shapes), pad))


_SEQUENCE, _KERNEL = np.ones((4, 2, 3)), np.ones((2, 3, 5))
register(
    "conv_tbc",
    mg.conv_tbc,
    torch.conv_tbc,
    sequences(),
    errors=st.sampled_from(
        [
            Case((_SEQUENCE[0], _KERNEL, np.ones(5))),
            Case((_SEQUENCE, _KERNEL[0], np.ones(5))),
            Case((_SEQUENCE, _KERNEL, np.ones((1, 5)))),
            Case((_SEQUENCE, _KERNEL[:, :2], np.ones(5))),
            Case((_SEQUENCE, _KERNEL, np.ones(4))),
        ]
    ),
)
