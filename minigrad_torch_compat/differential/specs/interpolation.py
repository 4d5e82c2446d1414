"""Specs of ``minigrad.ops.images.interpolation``."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals

F = torch.nn.functional


@st.composite
def resizings(draw: st.DrawFn, mode: str, ndims: tuple[int, ...], antialias: bool = False) -> Case:
    """Images, and a size or a scale."""
    ndim = draw(st.sampled_from(ndims))
    longest = 7 if ndim < 3 else 4
    size = draw(st.tuples(*[st.integers(1, longest)] * ndim))
    # Antialiased, PyTorch (2.13) makes all rows of a result of width 1 the first one.
    wanted = tuple(
        draw(st.integers(2 if antialias and axis == ndim - 1 else 1, longest + 2))
        for axis in range(ndim)
    )
    options: dict[str, Any] = {"mode": mode, **({"antialias": True} if antialias else {})}
    options |= draw(_sizes(size, wanted))
    if mode in ("linear", "bilinear", "trilinear", "bicubic"):
        options["align_corners"] = draw(st.sampled_from([None, False, True]))
    shape = (draw(st.integers(0, 2)), draw(st.integers(1, 2)), *size)
    return Case((draw(reals(shape)),), options)


@st.composite
def _sizes(draw: st.DrawFn, size: tuple[int, ...], wanted: tuple[int, ...]) -> dict[str, Any]:
    """Return the options that ask for a size, by itself or by a scale."""
    if draw(st.booleans()):
        same = len(set(wanted)) == 1 and draw(st.booleans())
        return {"size": wanted[0] if same else wanted}
    rest = draw(st.floats(0.125, 0.75))
    # Where a scale that is not whole rounds to the same or the double size, PyTorch's derivatives
    # of "nearest" and of antialiased modes belong to another function than its values (2.13).
    scales = tuple(
        (m if m in (n, 2 * n) else m + rest) / n for n, m in zip(size, wanted, strict=True)
    )
    recompute = draw(st.sampled_from([None, False, True]))
    return {"scale_factor": scales, "recompute_scale_factor": recompute}


X = np.zeros((1, 2, 4, 4))


def refused(mode: str, right: Any, wrong: Any) -> st.SearchStrategy[Case]:
    """Calls that do not fit; ``right`` is an image for the mode, ``wrong`` is not."""
    ndim = right.ndim - 2
    options = {"mode": mode}
    return st.sampled_from(
        [
            Case((right,), options),
            Case((right, 2, 2.0), options),
            Case((right, (2,) * (ndim + 1)), options),
            Case((right, None, (2.0,) * (ndim + 1)), options),
            Case((right, 2.5), options),
            Case((right, "2"), options),
            Case((right, None, "2"), options),
            Case((right, 0), options),
            Case((right, -1), options),
            Case((right, None, 0.1), options),
            Case((right[:, :0], 2), options),
            Case((right[:, :, :0], 2), options),
            Case((right, 2), {**options, "recompute_scale_factor": True}),
            Case((right.astype(int), 2), options),
            Case((wrong, 2), options),
            Case((right, 2), {"mode": "cubic"}),
            *([Case((right, 2), {**options, "align_corners": True})] if "nearest" in mode else []),
            *([Case((right, 2), {**options, "antialias": True})] if mode == "nearest" else []),
        ]
    )


for _mode, _ndims in {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "trilinear": (3,),
    "bicubic": (2,),
}.items():
    _right = np.zeros((1, 2, *(4,) * _ndims[0]))
    _wrong = np.zeros((1, 2)) if len(_ndims) > 1 else _right[..., 0] if _ndims[0] > 1 else X
    register(
        f"interpolate/{_mode}",
        mg.interpolate,
        F.interpolate,
        resizings(_mode, _ndims),
        tier=2,
        errors=refused(_mode, _right, _wrong),
    )
register(
    "interpolate/area",
    mg.interpolate,
    F.interpolate,
    resizings("area", (1, 2, 3)),
    tier=2,
    errors=st.sampled_from(
        [
            Case((X, 2), {"mode": "area", "align_corners": False}),
            Case((X[:, :, :0], 2), {"mode": "area"}),
            Case((X[0, 0], 2), {"mode": "area"}),
            Case((X, (2, 2, 2)), {"mode": "area"}),
        ]
    ),
)
for _mode in ("bilinear", "bicubic", "lanczos"):
    register(
        f"interpolate/{_mode} antialias",
        mg.interpolate,
        F.interpolate,
        resizings(_mode, (2,), True),
        tier=2,
        errors=st.sampled_from(
            [
                Case((X[0], 2), {"mode": _mode, "antialias": True}),
                Case((X, 2), {"mode": "lanczos"}),
                Case((X, 2), {"mode": "lanczos", "antialias": True, "align_corners": True}),
            ]
        ),
    )


# --- the old names ------------------------------------------------------------------------------


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function without its warning that it is deprecated."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*deprecated", UserWarning)
            return function(*args, **kwargs)

    return call


_DOUBLED = case(reals((1, 2, 3, 2)), st.none(), st.sampled_from([1.5, 2.0]))
for _name in ("upsample", "upsample_nearest", "upsample_bilinear"):
    register(
        _name,
        _quiet(vars(mg)[_name]),
        _quiet(vars(F)[_name]),
        _DOUBLED,
        tier=2,
        errors=st.sampled_from([Case((X,)), Case((X, 2, 2.0)), Case((X[0, 0], 2))]),
    )
