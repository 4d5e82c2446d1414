"""Recurrences of recurrent networks: a state that each step of a sequence changes.

A whole sequence is one operation. What does not depend on the state, the inputs' share of the
gates, comes as an operand, made by one product; forward, a loop is left that has only one product
with the state in each step. Backward, the gates of all steps are made again at once, from the
states, which are the result, and a loop carries the gradient of the state back.

Sequences of different lengths are packed: the rows of a step are those of the sequences that last
that long, longest first, and ``sizes`` says how many. Rules are written with primitives, so that
they have derivatives too.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ..contracting.matmul import _matmul
from ..pointwise.transcendental import sigmoid, tanh
from ..shaping.joining import _cat

__all__: list[str] = []


def rows_of(sizes: tuple[int, ...]) -> list[slice]:
    """Return the rows of each step."""
    return [slice(start, stop) for start, stop in pairwise((0, *accumulate(sizes)))]


def _before(first: Any, states: Any, sizes: tuple[int, ...]) -> Any:
    """Return for each row the state that its step began with."""
    if sizes[0] == sizes[-1]:
        return _cat(first, states[: len(states) - sizes[0]], dim=0)
    parts = [states[r.start : r.start + size] for r, size in zip(rows_of(sizes), sizes[1:])]
    return _cat(first, *parts, dim=0)


def _with(g: Any, carried: Any) -> Any:
    """Add the gradient that later steps carry back; the last rows may have no later step."""
    if carried is None:
        return g
    count = len(carried)
    return g + carried if count == len(g) else _cat(g[:count] + carried, g[count:], dim=0)


def _parts(x: Any, count: int) -> list[Any]:
    """Return equal parts of the columns: the gates."""
    width = x.shape[1] // count
    return [x[:, i * width : (i + 1) * width] for i in range(count)]


def _in_order(steps: list[Any]) -> Any:
    return _cat(*reversed(steps), dim=0)


# --- plain ----------------------------------------------------------------------------------------


def _carried_back(
    g: Any, slope: Any, h: Any, weight: Any, out: Any, sizes: tuple[int, ...]
) -> tuple[Any, Any, Any]:
    """da[t] = (g[t] + da[t + 1] @ weight) * slope[t]; then dweight = da.T @ states before."""
    steps, carried = [], None
    for rows in reversed(rows_of(sizes)):
        da = _with(g[rows], carried) * slope[rows]
        carried = _matmul(da, weight)
        steps.append(da)
    da = _in_order(steps)
    return da, carried, _matmul(da.mT, _before(h, out, sizes))


@primitive(
    joint=lambda g, h, weight, out, sizes: _carried_back(g, 1 - out * out, h, weight, out, sizes)
)
def _rnn_tanh(gates: Any, h: Any, weight: Any, *, sizes: tuple[int, ...]) -> Any:
    """h[t] = tanh(gates[t] + h[t - 1] @ weight.T)."""
    return _loop(np.tanh, gates, h, weight, sizes)


@primitive(
    joint=lambda g, h, weight, out, sizes: _carried_back(g, out > 0, h, weight, out, sizes),
    dtypes="real",
)
def _rnn_relu(gates: Any, h: Any, weight: Any, *, sizes: tuple[int, ...]) -> Any:
    """h[t] = relu(gates[t] + h[t - 1] @ weight.T)."""
    return _loop(lambda a: np.maximum(a, 0), gates, h, weight, sizes)


def _loop(function: Any, gates: Any, h: Any, weight: Any, sizes: tuple[int, ...]) -> Any:
    out = namespace(gates).empty_like(gates)
    for rows, size in zip(rows_of(sizes), sizes):
        a = np.dot(h[:size], weight.T)
        a += gates[rows]
        h = out[rows] = function(a)
    return out


# --- long short-term memory -----------------------------------------------------------------------


def _lstm_rule(
    g: Any,
    gates: Any,
    h: Any,
    c: Any,
    weight: Any,
    projection: Any,
    out: Any,
    sizes: tuple[int, ...],
) -> tuple[Any, ...]:
    """With gates i, f, n, o: dc[t] = g_c[t] + f[t + 1] dc[t + 1] + dh[t] o (1 - tanh(c[t])²).

    di = dc n i (1 - i), df = dc c[t - 1] f (1 - f), dn = dc i (1 - n²), do = dh tanh(c) o (1 - o),
    and dh[t - 1] has the share (di, df, dn, do) @ weight. With a projection the state is
    h = m @ projection.T, and dm = dh @ projection takes the place of dh above.
    """
    (g_h, g_c), (states, cells) = g, out
    before, c_before = _before(h, states, sizes), _before(c, cells, sizes)
    i, f, n, o = _parts(gates + _matmul(before, weight.mT), 4)
    i, f, n, o, t = sigmoid(i), sigmoid(f), tanh(n), sigmoid(o), tanh(cells)
    through = o * (1 - t * t)
    slopes = (n * (i - i * i), c_before * (f - f * f), i * (1 - n * n), t * (o - o * o))
    factors = _cat(*slopes, dim=1)
    steps, shown, dh, dc = [], [], None, None
    for rows in reversed(rows_of(sizes)):
        dm = _with(g_h[rows], dh)
        if projection is not None:
            shown.append(dm)
            dm = _matmul(dm, projection)
        total = _with(g_c[rows], dc) + dm * through[rows]
        da = _cat(total, total, total, dm, dim=1) * factors[rows]
        dh, dc = _matmul(da, weight), total * f[rows]
        steps.append(da)
    da = _in_order(steps)
    dweight = _matmul(da.mT, before)
    if projection is None:
        return da, dh, dc, dweight, None
    return da, dh, dc, dweight, _matmul(_in_order(shown).mT, o * t)


@primitive(joint=_lstm_rule)
def _lstm(
    gates: Any, h: Any, c: Any, weight: Any, projection: Any = None, *, sizes: tuple[int, ...]
) -> Any:
    """c[t] = f c[t - 1] + i n and h[t] = o tanh(c[t]), with i, f, n, o from gates and h[t - 1]."""
    width = c.shape[1]
    states = namespace(gates).empty((len(gates), h.shape[1]), dtype=gates.dtype)
    cells = namespace(gates).empty((len(gates), width), dtype=gates.dtype)
    for rows, size in zip(rows_of(sizes), sizes):
        a = np.dot(h[:size], weight.T)
        a += gates[rows]
        n = np.tanh(a[:, 2 * width : 3 * width])
        i, f, _, o = _parts(sigmoid(a), 4)
        n *= i
        f *= c[:size]
        n += f
        c = cells[rows] = n
        o *= np.tanh(c)
        h = states[rows] = o if projection is None else np.dot(o, projection.T)
    return states, cells


# --- gated recurrent units ------------------------------------------------------------------------


def _gru_rule(
    g: Any, gates: Any, h: Any, weight: Any, bias: Any, out: Any, sizes: tuple[int, ...]
) -> tuple[Any, ...]:
    """With gates r, z and n = tanh(a + r b), b = h[t - 1] @ weight.T + bias: dn = dh (1 - z).

    Before the functions dn' = dn (1 - n²), dr' = dn' b r (1 - r), and dz' is
    dh (h[t - 1] - n) z (1 - z). The product with the state gets (dr', dz', dn' r), and dh[t - 1]
    has z dh besides.
    """
    before = _before(h, out, sizes)
    share = _matmul(before, weight.mT)
    share = share if bias is None else share + bias
    (ar, az, an), (br, bz, bn) = _parts(gates, 3), _parts(share, 3)
    r, z = sigmoid(ar + br), sigmoid(az + bz)
    n = tanh(an + r * bn)
    fn = (1 - z) * (1 - n * n)
    fr, fz = fn * bn * (r - r * r), (before - n) * (z - z * z)
    factors = _cat(fr, fz, fn * r, dim=1)
    steps, totals, dh = [], [], None
    for rows in reversed(rows_of(sizes)):
        total = _with(g[rows], dh)
        da = _cat(total, total, total, dim=1) * factors[rows]
        dh = _matmul(da, weight) + total * z[rows]
        steps.append(da)
        totals.append(total)
    da = _in_order(steps)
    width = h.shape[1]
    dgates = _cat(da[:, : 2 * width], _in_order(totals) * fn, dim=1)
    return dgates, dh, _matmul(da.mT, before), None if bias is None else da


@primitive(joint=_gru_rule)
def _gru(gates: Any, h: Any, weight: Any, bias: Any = None, *, sizes: tuple[int, ...]) -> Any:
    """h[t] = n + z (h[t - 1] - n), with r, z, n from gates and h[t - 1]."""
    width = h.shape[1]
    out = namespace(gates).empty((len(gates), width), dtype=gates.dtype)
    for rows, size in zip(rows_of(sizes), sizes):
        h = h[:size]
        share = np.dot(h, weight.T)
        if bias is not None:
            share += bias
        a = gates[rows]
        r, z = _parts(sigmoid(a[:, : 2 * width] + share[:, : 2 * width]), 2)
        r *= share[:, 2 * width :]
        r += a[:, 2 * width :]
        n = np.tanh(r)
        h = h - n
        h *= z
        h += n
        out[rows] = h
    return out
