"""Multi-head attention: several attentions side by side, each between projections of its own."""

from __future__ import annotations

import warnings
from typing import Any

from ..contracting.linear import linear
from ..contracting.matmul import matmul
from ..images.padding import pad
from ..neurons.dropout import dropout
from ..neurons.softmax import softmax
from ..reducing.reductions import mean
from ..shaping.joining import cat, chunk
from .attention import additive, scaled_dot_product_attention

__all__ = ["multi_head_attention_forward"]


def multi_head_attention_forward(
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Any, Any]:
    """Return the output of multi-head attention, and its weights or None.

    Shapes:
        query (L, N, E), key and value (S, N, ...), or all without N. key_padding_mask (N, S),
        attn_mask (L, S) or (N * num_heads, L, S). static_k, static_v (N * num_heads, S, head).
        The results are (L, N, E), and weights (N, L, S), (N, num_heads, L, S) if not averaged.

    Args:
        query, key, value: sequences.
        embed_dim_to_check: E.
        num_heads: how many heads share E.
        in_proj_weight, in_proj_bias: three projections in one, (3 * E, E) and (3 * E,).
        bias_k, bias_v: one more key and value for all, (1, 1, E).
        add_zero_attn: add a key and a value of zeros.
        dropout_p: how likely a weight is dropped, in training.
        out_proj_weight, out_proj_bias: the projection of what the heads give.
        training: whether to drop.
        key_padding_mask: True (or -inf, added to the scores) for keys to be left out.
        need_weights: return the weights too, which is slower.
        attn_mask: True (or -inf) where a query may not look at a key.
        use_separate_proj_weight: project with the next three instead of in_proj_weight.
        q_proj_weight, k_proj_weight, v_proj_weight: (E, E), (E, of the key), (E, of the value).
        static_k, static_v: keys and values of the heads, in place of projected ones.
        average_attn_weights: return the mean of the heads' weights.
        is_causal: a hint that attn_mask is causal.

    Raises:
        AssertionError: for shapes or dtypes that do not fit, as PyTorch.
        RuntimeError: for a mask of another shape, or ``is_causal`` without a mask.

    Source: A. Vaswani et al., Attention is all you need, 2017.
    """
    batched = _is_batched(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = (x.unsqueeze(1) for x in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    length, batch, width = query.shape
    _check_sizes(query, key, value, embed_dim_to_check, num_heads, use_separate_proj_weight)
    if is_causal and attn_mask is None:
        raise RuntimeError("Need attn_mask if specifying the is_causal hint.")
    padding, mask = _masks(query, key_padding_mask, attn_mask)
    is_causal = is_causal and padding is None
    if is_causal and not need_weights:
        mask = None  # the hint is enough
    if mask is not None:
        mask = _with_heads(mask, (batch * num_heads, length, key.shape[0]))
        is_causal = False

    if use_separate_proj_weight:
        weights = (q_proj_weight, k_proj_weight, v_proj_weight)
        q, k, v = _projected_apart(query, key, value, weights, in_proj_bias)
    else:
        q, k, v = _projected(query, key, value, in_proj_weight, in_proj_bias)
    if (bias_k is None) is not (bias_v is None):
        raise AssertionError("bias_k and bias_v must be set both or not at all")
    q = _heads(q, num_heads)
    k = _extended(k, bias_k, static_k, (batch, num_heads), add_zero_attn)
    v = _extended(v, bias_v, static_v, (batch, num_heads), add_zero_attn)
    added = (bias_k is not None) + bool(add_zero_attn)
    mask = _merged(mask, padding, (batch, k.shape[1]), num_heads, added)

    p = dropout_p if training else 0.0
    shares: Any = None
    if need_weights:
        out, shares = _attend(q, k, v, mask, p)
        shares = shares.reshape((batch, num_heads, length, k.shape[1]))
        shares = mean(shares, 1) if average_attn_weights else shares
    else:
        q, k, v = (x.reshape((batch, num_heads, *x.shape[1:])) for x in (q, k, v))
        if mask is not None and mask.shape[0] != 1:
            mask = mask.reshape((batch, num_heads, *mask.shape[1:]))
        out = scaled_dot_product_attention(q, k, v, mask, p, is_causal)
        out = out.reshape((batch * num_heads, *out.shape[2:]))
    out = out.transpose(0, 1).reshape((length, batch, width))
    out = linear(out, out_proj_weight, out_proj_bias)
    if not batched:
        return out.squeeze(1), None if shares is None else shares.squeeze(0)
    return out, shares


def _attend(q: Any, k: Any, v: Any, mask: Any, p: float) -> tuple[Any, Any]:
    """Return attention with its weights, which are there as a whole."""
    scores = matmul(q * q.shape[-1] ** -0.5, k.mT)
    weights = softmax(scores if mask is None else scores + mask, -1)
    weights = dropout(weights, p) if p > 0 else weights
    return matmul(weights, v), weights


# --- projections ----------------------------------------------------------------------------------


def _projected(query: Any, key: Any, value: Any, weight: Any, bias: Any) -> Any:
    """Project with one matrix for all three, in one product where they are the same tensor."""
    if weight is None:
        raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
    if query is key and key is value:
        return chunk(linear(query, weight, bias), 3, -1)
    weights = chunk(weight, 3)
    biases = (None,) * 3 if bias is None else chunk(bias, 3)
    return [linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases)]


def _projected_apart(query: Any, key: Any, value: Any, weights: Any, bias: Any) -> Any:
    width = query.shape[-1]
    biases = (None,) * 3 if bias is None else chunk(bias, 3)
    found = []
    for name, x, weight, b in zip("qkv", (query, key, value), weights, biases):
        if weight is None:
            raise AssertionError(f"use_separate_proj_weight is True but {name}_proj_weight is None")
        _expect(f"{name}_proj_weight", weight.shape, (width, x.shape[-1]))
        if b is not None:
            _expect(f"bias of {name}", b.shape, (width,))
        found.append(linear(x, weight, b))
    return found


def _heads(x: Any, count: int) -> Any:
    """Return (S, N, E) as (N * heads, S, E / heads)."""
    length, batch, width = x.shape
    return x.reshape((length, batch * count, width // count)).transpose(0, 1)


def _extended(x: Any, bias: Any, static: Any, counts: tuple[int, int], zero: bool) -> Any:
    """Return the heads of keys or values, with those that are added for all queries."""
    batch, heads = counts
    if bias is not None:
        if static is not None:
            raise AssertionError("bias cannot be added to static key or value.")
        x = cat([x, bias.repeat(1, batch, 1)])
    if static is not None:
        found, expected = (static.shape[0], static.shape[2]), (batch * heads, x.shape[2] // heads)
        if found != expected:
            raise AssertionError(
                f"expected static key or value of sizes {expected[0]} and {expected[1]} in "
                f"dimensions 0 and 2, but got {found[0]} and {found[1]}"
            )
    x = _heads(x, heads) if static is None else static
    return cat([x, x.new_zeros((x.shape[0], 1, x.shape[2]))], 1) if zero else x


# --- masks ----------------------------------------------------------------------------------------


def _masks(query: Any, key_padding_mask: Any, attn_mask: Any) -> tuple[Any, Any]:
    """Return both masks as what is added to the scores."""
    for name, mask in (("key_padding_mask", key_padding_mask), ("attn_mask", attn_mask)):
        if mask is not None and mask.dtype.kind not in "bf":
            raise AssertionError(f"only bool and floating types of {name} are supported")
    if None not in (key_padding_mask, attn_mask) and key_padding_mask.dtype != attn_mask.dtype:
        warnings.warn(
            "Support for mismatched key_padding_mask and attn_mask is deprecated. Use same type "
            "for both instead.",
            stacklevel=3,
        )
    padding, mask = (
        additive(query, ~mask) if mask is not None and mask.dtype.kind == "b" else mask
        for mask in (key_padding_mask, attn_mask)
    )
    return padding, mask


def _with_heads(mask: Any, shape: tuple[int, ...]) -> Any:
    """Return a mask with a dimension for batch and heads, of size 1 if they share it."""
    expected = shape[-mask.ndim :]
    if mask.shape != expected:
        raise RuntimeError(
            f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {expected}."
        )
    return mask if mask.ndim == 3 else mask.unsqueeze(0)


def _merged(mask: Any, padding: Any, shape: tuple[int, int], heads: int, added: int) -> Any:
    """Return one mask of both, which does not hide the keys that were added."""
    if mask is not None:
        mask = pad(mask, (0, added))
    if padding is None:
        return mask
    padding = pad(padding, (0, added))
    _expect("key_padding_mask (with keys that are added)", padding.shape, shape)
    padding = padding.repeat_interleave(heads, 0).unsqueeze(1)
    return padding if mask is None else mask + padding


# --- checks ---------------------------------------------------------------------------------------


def _is_batched(query: Any, key: Any, value: Any, padding: Any, mask: Any, num_heads: int) -> bool:
    """Return whether there is a batch dimension, after a look at everyone's dimensions."""
    if query.ndim not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D, but is {query.ndim}D")
    batched = bool(query.ndim == 3)
    wanted: list[tuple[str, Any, tuple[int, ...]]]
    wanted = [("key", key, (query.ndim,)), ("value", value, (query.ndim,))]
    wanted += [("key_padding_mask", padding, (query.ndim - 1,)), ("attn_mask", mask, (2, 3))]
    for name, tensor, ndims in wanted:
        if tensor is not None and tensor.ndim not in ndims:
            raise AssertionError(
                f"For a query of {query.ndim} dimensions, expected {name} to have "
                f"{' or '.join(map(str, ndims))}, but found {tensor.ndim}"
            )
    if not batched and mask is not None and mask.ndim == 3:
        _expect("attn_mask", mask.shape, (num_heads, query.shape[0], key.shape[0]))
    return batched


def _check_sizes(query: Any, key: Any, value: Any, width: int, num_heads: int, apart: bool) -> None:
    if query.shape[2] != width:
        raise AssertionError(
            f"was expecting embedding dimension of {width}, but got {query.shape[2]}"
        )
    if width % num_heads:
        raise AssertionError(f"embed_dim {width} not divisible by num_heads {num_heads}")
    seen = 2 if apart else 3
    _expect("value", value.shape[:seen], key.shape[:seen])


def _expect(name: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if shape != expected:
        raise AssertionError(f"expected {name} of shape {list(expected)}, but got {list(shape)}")
