"""Attention in blocks: scores are made, turned into weights and used up while they are in cache.

The matrix of all scores is never there. What the backward pass needs to make the weights again is
one number for each query: the logarithm of its sum of exponentials. With a causal mask, the blocks
above the diagonal are not computed at all.

Source: T. Dao et al., FlashAttention: fast and memory-efficient exact attention with IO-awareness,
2022. The plain twin is ``softmax(query @ key.mT * scale + bias) @ value``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import namespace
from .dtypes import float32
from .sums import total

_BLOCK = 1 << 18  # scores at a time
_HEIGHT = 128  # queries at a time under a causal mask: half of a block on the diagonal is wasted

Part = tuple[slice, slice, slice]


class _Scores:
    """``query @ key.mT * scale + bias``, part by part.

    Args:
        query, key: (N, L, E) and (N, S, E).
        bias: None, or (..., L or 1, S or 1), whose first dimensions broadcast to ``batch``.
        batch: the dimensions that N stands for.
        scale: a factor.
        causal: no query looks at a key that comes after it.
    """

    def __init__(
        self, query: Any, key: Any, bias: Any, batch: tuple[int, ...], scale: float, causal: bool
    ) -> None:
        self.query, self.key = query, key
        self.scale, self.causal = scale, causal
        self.bias, self.which = bias, None
        if bias is not None:
            leading = bias.shape[:-2]
            count = math.prod(leading)
            self.bias = bias.reshape((count, *bias.shape[-2:]))
            if count != 1:
                numbers = namespace(bias).arange(count).reshape(leading)
                self.which = np.broadcast_to(numbers, batch).reshape(-1)

    def parts(self) -> Iterator[Part]:
        """Yield slices of the batch, of the queries and of the keys."""
        count, length = self.query.shape[:2]
        keys = self.key.shape[1]
        height = max(1, min(length, _BLOCK // max(keys, 1), _HEIGHT if self.causal else length))
        together = max(1, _BLOCK // max(height * keys, 1))
        for first in range(0, count, together):
            for row in range(0, length, height):
                end = min(row + height, keys) if self.causal else keys
                yield slice(first, first + together), slice(row, row + height), slice(0, end)

    def of(self, part: Part) -> Any:
        """Return the scores of a part, an array of its own."""
        entries, rows, columns = part
        query = self.query[entries, rows] * self.query.dtype.type(self.scale)
        scores = np.matmul(query, self.key[entries, columns].swapaxes(1, 2))
        if self.bias is not None:
            bias = self.bias if self.which is None else self.bias[self.which[entries]]
            bias = bias if bias.shape[1] == 1 else bias[:, rows]
            scores += bias if bias.shape[2] == 1 else bias[..., columns]
        if self.causal:
            future = scores[..., rows.start :]
            xp = namespace(scores)
            future += xp.where(xp.tri(*future.shape[1:], dtype=bool), 0, -np.inf)
        return scores


def _flat(x: Any) -> Any:
    """Return a batch of matrices with one dimension for the batch, float16 as float32."""
    if x.dtype.char == "e":
        x = x.astype(float32)
    return x.reshape((math.prod(x.shape[:-2]), *x.shape[-2:]))


def attention(
    query: Any, key: Any, value: Any, bias: Any, scale: float, causal: bool
) -> tuple[Any, Any]:
    """Return ``softmax(scores) @ value``, and the logarithms of the sums of exponentials.

    A query that may not look at any key gets zeros.
    """
    scores = _Scores(_flat(query), _flat(key), bias, query.shape[:-2], scale, causal)
    values = _flat(value)
    xp = namespace(query)
    out = xp.empty((*scores.query.shape[:2], values.shape[2]), values.dtype)
    logs = xp.empty((*scores.query.shape[:2], 1), values.dtype)
    lowest = np.finfo(values.dtype).min  # in place of -inf, from which nothing can be subtracted
    for part in scores.parts():
        entries, rows, columns = part
        weights = scores.of(part)
        top = weights.max(axis=2, keepdims=True, initial=lowest)
        weights -= top
        np.exp(weights, out=weights)
        sums = np.maximum(total(weights, (2,), True), 1)  # 1 or more, but for who sees nothing
        np.matmul(weights, values[entries, columns], out=out[entries, rows])
        out[entries, rows] /= sums
        logs[entries, rows] = top + np.log(sums)
    return out.reshape((*query.shape[:-1], value.shape[-1])).astype(query.dtype, copy=False), logs


def attention_gradients(
    g: Any,
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    out: Any,
    logs: Any,
    scale: float,
    causal: bool,
    with_bias: bool,
) -> tuple[Any, Any, Any, Any]:
    """Return the gradients of query, key, value and, if asked for, bias (before un-broadcasting).

    With weights p = exp(scores - logs): dvalue = p.mT @ g, and dscores = p * (g @ value.mT - d)
    for d = sum(g * out), the derivative of a softmax.
    """
    scores = _Scores(_flat(query), _flat(key), bias, query.shape[:-2], scale, causal)
    values, g, out = _flat(value), _flat(g), _flat(out)
    xp = namespace(query)
    dquery = xp.empty_like(scores.query)
    dkey, dvalue = xp.zeros_like(scores.key), xp.zeros_like(values)
    dbias = None
    if with_bias:
        dbias = xp.zeros((*scores.query.shape[:2], scores.key.shape[1]), values.dtype)
    drift = total(g * out, (2,), True)
    for part in scores.parts():
        entries, rows, columns = part
        weights = scores.of(part)
        weights -= logs[entries, rows]
        np.exp(weights, out=weights)
        dvalue[entries, columns] += np.matmul(weights.swapaxes(1, 2), g[entries, rows])
        slopes = np.matmul(g[entries, rows], values[entries, columns].swapaxes(1, 2))
        slopes -= drift[entries, rows]
        slopes *= weights
        np.matmul(slopes, scores.key[entries, columns], out=dquery[entries, rows])
        dkey[entries, columns] += np.matmul(slopes.swapaxes(1, 2), scores.query[entries, rows])
        if dbias is not None:
            dbias[entries, rows, columns] = slopes
    dquery *= scale
    dkey *= scale
    if dbias is not None:
        dbias = dbias.reshape((*query.shape[:-1], key.shape[-2]))
    return dquery.reshape(query.shape), dkey.reshape(key.shape), dvalue.reshape(value.shape), dbias
