"""Specs of ``minigrad.ops.images.pooling``, ``adaptive_pooling`` and ``power_pooling``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.images.pooling import boxes_of, max_pool, pool_winners

from ..spec import Case, register
from ..strategies import integers, positive, reals

F = torch.nn.functional


@st.composite
def images(draw: st.DrawFn, size: tuple[int, ...], values: Any = reals) -> Any:
    """Images of one size: unbatched, several, none; small integers make ties likely."""
    lead = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    shape = (*lead, draw(st.integers(1, 3)), *size)
    if values is reals and draw(st.booleans()):
        return draw(integers(shape, 0, 2)).astype(np.float64)
    return draw(values(shape))


@st.composite
def windows(draw: st.DrawFn, ndim: int, dilated: bool, values: Any = reals) -> Any:
    """Return (images, options) with kernel_size, stride, padding, ceil_mode (and dilation)."""
    axes = []
    for _ in range(ndim):
        k, d = draw(st.integers(1, 3)), draw(st.integers(1, 2)) if dilated else 1
        span = d * (k - 1) + 1
        p = draw(st.integers(0, k // 2))
        s = draw(st.integers(1, 3))
        # At least d: PyTorch corrupts its memory if no tap of a window meets the input. At least k
        # in avg_pool3d, which refuses less even if padding makes up for it.
        least = max(d, span - 2 * p, k if ndim == 3 else 1)
        n = draw(st.integers(least, span + (7 if ndim < 3 else 3)))
        axes.append((n, k, s, p, d))
    size, kernel, stride, padding, dilation = zip(*axes)
    options = {"kernel_size": kernel, "padding": padding, "ceil_mode": draw(st.booleans())}
    if all(s == k for s, k in zip(stride, kernel)) or draw(st.booleans()):
        options["stride"] = stride
    if dilated:
        options["dilation"] = dilation
    if ndim == 1 and draw(st.booleans()):
        options |= {name: v[0] for name, v in options.items() if isinstance(v, tuple)}
    return draw(images(size, values)), options


@st.composite
def max_pools(draw: st.DrawFn, ndim: int) -> Case:
    """Calls of max_pool1d, max_pool2d or max_pool3d."""
    x, options = draw(windows(ndim, True))
    options["return_indices"] = draw(st.booleans())
    return Case((x,), options)


@st.composite
def avg_pools(draw: st.DrawFn, ndim: int) -> Case:
    """Calls of avg_pool1d, avg_pool2d or avg_pool3d."""
    x, options = draw(windows(ndim, False))
    options["count_include_pad"] = draw(st.booleans())
    if ndim > 1:
        options["divisor_override"] = draw(st.none() | st.integers(1, 5))
    return Case((x,), options)


@st.composite
def adaptive_pools(draw: st.DrawFn, ndim: int, maximum: bool) -> Case:
    """Calls of the six adaptive functions."""
    size = draw(st.tuples(*[st.integers(1, 7 if ndim < 3 else 4)] * ndim))
    each = st.integers(1, 5) if ndim == 1 else st.none() | st.integers(1, 5)
    wanted = draw(st.integers(1, 4) | st.tuples(*[each] * ndim))
    options = {"return_indices": draw(st.booleans())} if maximum else {}
    return Case((draw(images(size)), wanted), options)


@st.composite
def lp_pools(draw: st.DrawFn, ndim: int) -> Case:
    """Calls of lp_pool1d, lp_pool2d or lp_pool3d on positive numbers."""
    x, options = draw(windows(ndim, False, positive))
    for name in ("padding", *(("stride",) if draw(st.booleans()) else ())):
        options.pop(name, None)
    power = draw(st.sampled_from([1, 2, 3.5, float("inf"), -float("inf")]))
    if ndim == 1:
        kernel = options["kernel_size"]
        options["kernel_size"] = kernel[0] if isinstance(kernel, tuple) else kernel
    shortest = min(
        a - k for a, k in zip(x.shape[-ndim:], np.broadcast_to(options["kernel_size"], ndim))
    )
    if shortest < 0:
        options["kernel_size"] = 1 if ndim == 1 else (1,) * ndim
    return Case((x, power), options)


# --- calls that PyTorch refuses ---------------------------------------------------------------


def refused_windows(ndim: int, *more: Case) -> Any:
    """Calls with windows, sizes or images that do not fit."""
    x = np.zeros((2, 3, *(6,) * ndim))
    return st.sampled_from(
        [
            Case((x, 0)),
            Case((x, -1)),
            Case((x, 7)),
            Case((x, 2.5)),
            Case((x, True)),
            Case((x, "2")),
            Case((x, None)),
            Case((x, (2,) * (ndim + 1))),
            Case((x, 2, 0)),
            Case((x, 2, 1.5)),
            Case((x, 3, 2, 2)),
            Case((x, 3, 2, -1)),
            Case((x, 3, 2, (1,) * (ndim + 1))),
            Case((x[None], 2)),
            Case((x[:, :0], 2)),
            Case((x[:, :, :0], 2)),
            Case((x > 0, 2)),
            *more,
        ]
    )


def refused_adaptive(ndim: int, maximum: bool) -> Any:
    """Calls with sizes or images that do not fit."""
    x = np.zeros((2, 3, *(6,) * ndim))
    return st.sampled_from(
        [
            Case((x, -1)),
            Case((x, 2.5)),
            Case((x, "2")),
            Case((x, True)),
            Case((x, (2,) * (ndim + 1))),
            Case((x[None], 2)),
            Case((x[:, :, :0], 2)),
            Case((x.astype(int), 2)),
            *([Case((x[:, :0], 2))] if maximum else []),
        ]
    )


def refused_powers(ndim: int) -> Any:
    """Calls with windows that do not fit."""
    x = np.ones((2, 3, *(6,) * ndim))
    return st.sampled_from(
        [
            Case((x, 2, 0)),
            Case((x, 2, 7)),
            Case((x, 2, 2.5)),
            Case((x, 2, 2, 0)),
            Case((x[None], 2, 2)),
        ]
    )


for _n in (1, 2, 3):
    _x = np.zeros((2, 3, *(6,) * _n))
    _refused = {
        f"max_pool{_n}d": refused_windows(
            _n, Case((_x, 2), {"dilation": 0}), Case((_x, 4), {"dilation": 3})
        ),
        f"avg_pool{_n}d": refused_windows(
            _n,
            Case((_x.astype(np.int32), 2)),
            *([Case((_x, 2), {"divisor_override": d}) for d in (0, 2.5)] if _n > 1 else []),
        ),
        f"adaptive_avg_pool{_n}d": refused_adaptive(_n, False),
        f"adaptive_max_pool{_n}d": refused_adaptive(_n, True),
        f"lp_pool{_n}d": refused_powers(_n),
    }
    _ours, _theirs = vars(mg), vars(F)
    for _name, _cases in {
        f"max_pool{_n}d": max_pools(_n),
        f"avg_pool{_n}d": avg_pools(_n),
        f"adaptive_avg_pool{_n}d": adaptive_pools(_n, False),
        f"adaptive_max_pool{_n}d": adaptive_pools(_n, True),
        f"lp_pool{_n}d": lp_pools(_n),
    }.items():
        register(_name, _ours[_name], _theirs[_name], _cases, errors=_refused[_name])


# --- primitives behind them -------------------------------------------------------------------


def _indices(function: Any) -> Any:
    """Return a function that keeps only the indices of a maximum pooling."""
    return lambda *args, **options: function(*args, **{**options, "return_indices": True})[1]


register("max_pool_indices", _indices(mg.max_pool2d), _indices(F.max_pool2d), max_pools(2))
register(
    "adaptive_max_pool_indices",
    _indices(mg.adaptive_max_pool2d),
    _indices(F.adaptive_max_pool2d),
    adaptive_pools(2, True),
)


@st.composite
def _with_values(draw: st.DrawFn) -> Case:
    """Images, other values at their places, and windows."""
    x, options = draw(windows(2, True).filter(lambda found: found[0].ndim == 4))
    return Case((draw(reals(x.shape)), x), options, frozenset({1}))


def _ours_at_winners(h: Any, x: Any, **options: Any) -> Any:
    """What is left of max_pool2d after a derivative."""
    boxes = boxes_of("max_pool2d", x, **{"stride": None, "dilation": 1} | options)
    return pool_winners(h, x, max_pool(x, boxes=boxes), boxes=boxes)


def _theirs_at_winners(h: Any, x: Any, **options: Any) -> Any:
    places = F.max_pool2d(x, **options, return_indices=True)[1]
    flat = h.reshape(*h.shape[:2], h.shape[2] * h.shape[3])
    return flat.gather(2, places.flatten(2)).reshape(places.shape)


register("pool_winners", _ours_at_winners, _theirs_at_winners, _with_values())
