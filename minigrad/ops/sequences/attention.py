"""Attention: each query takes the mean of the values, weighted by how well it fits their keys."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import Keep, primitive
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ...backend.attention import attention, attention_gradients
from ...backend.dtypes import bool_, float32
from ...backend.sums import total
from ..arguments import check_real
from ..contracting.matmul import matmul
from ..neurons.dropout import dropout
from ..pointwise.comparison import where
from ..reducing.reductions import sum
from ..shaping.broadcasting import common_shape, expand
from ..shaping.repeating import repeat_interleave

__all__ = ["scaled_dot_product_attention"]

# --- the weights as operations of their own -------------------------------------------------------


@primitive(x=lambda g, out: out * (g - sum(g * out, (-1,), True)), dtypes="real")
def _masked_softmax(x: Any) -> Any:
    """The softmax along the last dimension, and zeros where all of it is masked (-inf)."""
    out = x - x.max(axis=-1, keepdims=True, initial=np.finfo(x.dtype).min)
    out = np.exp(out, out=out)
    out /= np.maximum(total(out, (out.ndim - 1,), True), 1)
    return out


def _weights(query: Any, key: Any, bias: Any, scale: float, causal: bool) -> Any:
    """Return softmax(query @ key.mT * scale + bias), on arrays or tensors."""
    scores = matmul(query * scale, key.mT)
    if bias is not None:
        scores = scores + bias
    if causal:
        array = scores._array if isinstance(scores, Traced) else scores
        scores = where(namespace(array).tri(*array.shape[-2:], dtype=bool), scores, -math.inf)
    return _masked_softmax(scores)


# --- attention as one operation -------------------------------------------------------------------


def _attention_rule(
    g: Any,
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    out: Any,
    scale: float,
    causal: bool,
    logs: Any,
    needs: Any,
) -> Any:
    """With p = weights: dvalue = p.mT @ g, dscores = p * (g @ value.mT - sum(g * out)).

    Then dquery = dscores @ key * scale, dkey = dscores.mT @ query * scale, dbias = dscores.
    """
    if not isinstance(g, Traced):
        arrays = (g, query, key, value, bias, out, logs)
        return attention_gradients(*arrays, scale, causal, needs[3])
    p = _weights(query, key, bias, scale, causal)  # the twin for higher derivatives
    slopes = p * (matmul(g, value.mT) - sum(g * out, (-1,), True))
    dquery, dkey = matmul(slopes, key) * scale, matmul(slopes.mT, query) * scale
    return dquery, dkey, matmul(p.mT, g), slopes if needs[3] else None


@primitive(joint=_attention_rule)
def _attention(
    query: Any, key: Any, value: Any, bias: Any = None, *, scale: float, causal: bool
) -> Any:
    out, logs = attention(query, key, value, bias, scale, causal)
    return Keep(out, logs=logs)


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """Return ``softmax(query @ key.mT * scale) @ value``.

    Shapes:
        query (..., L, E), key (..., S, E), value (..., S, V), whose leading dimensions broadcast;
        attn_mask broadcasts to (..., L, S). The result is (..., L, V).

    Args:
        query, key, value: tensors of one dtype.
        attn_mask: bools, True where a query may look at a key; or numbers to add to the scores.
            A query that may not look at any key gets zeros.
        dropout_p: drop weights with this probability (in evaluation, pass 0).
        is_causal: let no query look at a key that comes after it.
        scale: by default ``1 / sqrt(E)``.
        enable_gqa: let groups of the query's heads (dimension -3) share a head of key and value.

    Derivative: with weights p, ``p.mT @ g`` for the values, ``p * (g @ value.mT - sum(g * out))``
    for the scores. The weights are not kept, but made again in blocks.

    Raises:
        RuntimeError: for shapes or dtypes that do not fit, a mask together with ``is_causal``, or
            ``dropout_p`` above 1.
        IndexError: for ``enable_gqa`` without heads.

    Source: A. Vaswani et al., Attention is all you need, 2017.
    """
    _check_operands(query, key, value, enable_gqa)
    if dropout_p > 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {dropout_p}")
    if attn_mask is not None and is_causal:
        raise RuntimeError("Explicit attn_mask should not be set when is_causal=True")
    if enable_gqa:
        key, value = (_repeated_heads(query, x) for x in (key, value))
    bias = None if attn_mask is None else additive(query, attn_mask)
    batch = common_shape(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    if bias is not None:
        shape = (*batch, query.shape[-2], key.shape[-2])
        if common_shape(shape, bias.shape) != shape:
            raise RuntimeError(f"attn_mask of shape {bias.shape} does not broadcast to {shape}")
        bias = bias.reshape((1,) * (len(shape) - bias.ndim) + bias.shape)
    if scale is None:
        scale = query.shape[-1] ** -0.5 if query.shape[-1] else 1.0
    if dropout_p > 0:
        weights = _weights(query, key, bias, scale, is_causal)
        return matmul(dropout(weights, dropout_p), value)
    query, key, value = (expand(x, (*batch, *x.shape[-2:])) for x in (query, key, value))
    return _attention(query, key, value, bias, scale=float(scale), causal=is_causal)


# --- arguments ------------------------------------------------------------------------------------


def _check_operands(query: Any, key: Any, value: Any, heads: bool) -> None:
    operands = {"query": query, "key": key, "value": value}
    for name, x in operands.items():
        if not isinstance(x, Traced):
            kind = type(x).__name__
            raise TypeError(f"scaled_dot_product_attention: {name} must be Tensor, not {kind}")
    check_real("scaled_dot_product_attention", query, key, value)
    dtypes = [x.dtype for x in operands.values()]
    if dtypes.count(dtypes[0]) < 3 or dtypes[0].kind != "f":
        found = ", ".join(map(str, dtypes))
        raise RuntimeError(
            f"Expected query, key and value to have the same floating-point dtype, but got {found}"
        )
    shapes = ", ".join(str(list(x.shape)) for x in operands.values())
    if any(x.ndim < 2 for x in operands.values()):
        raise RuntimeError(
            f"Expected query, key and value to be at least 2-dimensional, but got {shapes}"
        )
    if heads and any(x.ndim < 3 for x in operands.values()):
        raise IndexError(f"enable_gqa: expected heads in dimension -3, but got shapes {shapes}")
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise RuntimeError(
            "Expected query and key of the same last size, and as many keys as values, but got "
            f"shapes {shapes}"
        )


def _repeated_heads(query: Any, x: Any) -> Any:
    """Return keys or values with each head repeated for the queries that share it."""
    heads, held = query.shape[-3], x.shape[-3]
    if held == heads:
        return x
    if held == 0 or heads % held:
        raise RuntimeError(
            "Number of heads in key and value must divide the number of heads in query, but got "
            f"{held} and {heads}"
        )
    return repeat_interleave(x, heads // held, -3)


def additive(query: Any, mask: Any) -> Any:
    """Return what a mask adds to the scores: -inf where a query may not look."""
    if not hasattr(mask, "dtype"):
        kind = type(mask).__name__
        raise TypeError(f"scaled_dot_product_attention: attn_mask must be Tensor, not {kind}")
    if mask.dtype == bool_:
        return mask.new_zeros(mask.shape, dtype=query.dtype).masked_fill(~mask, -math.inf)
    if mask.dtype not in (query.dtype, float32):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got "
            f"{mask.dtype} for {query.dtype}"
        )
    return mask if mask.dtype == query.dtype else cast(mask, dtype=query.dtype)
