"""Multi-head attention as a module."""

from __future__ import annotations

from typing import Any

from ..creation import empty
from . import functional as F
from . import init
from .linear import Linear
from .module import Module
from .parameter import Parameter

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """A linear layer, named as PyTorch names (and prints) the one that ends an attention."""


class MultiheadAttention(Module):
    """Several attentions side by side, each between projections of its own.

    Args:
        embed_dim: size of queries and of the output, which the heads share.
        num_heads: how many heads.
        dropout: how likely a weight is dropped, in training.
        bias: whether the projections have biases.
        add_bias_kv: add a key and a value that are trained.
        add_zero_attn: add a key and a value of zeros.
        kdim, vdim: sizes of keys and values, by default ``embed_dim``.
        batch_first: inputs and outputs are (N, L, E) instead of (L, N, E).
        device, dtype: of the parameters.

    Raises:
        ValueError: for sizes that are not positive.
        AssertionError: if the heads do not divide ``embed_dim``.

    Source: Vaswani et al., Attention is all you need (2017).
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, got "
                f"embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError(
                f"embed_dim must be divisible by num_heads, got {embed_dim} and {num_heads}"
            )
        self.add_zero_attn = add_zero_attn
        together = self.kdim == self.vdim == embed_dim
        apart = None if together else embed_dim
        shapes = {
            "q_proj_weight": apart and (embed_dim, embed_dim),
            "k_proj_weight": apart and (embed_dim, self.kdim),
            "v_proj_weight": apart and (embed_dim, self.vdim),
            "in_proj_weight": (3 * embed_dim, embed_dim) if together else None,
            "in_proj_bias": (3 * embed_dim,) if bias else None,
            "bias_k": (1, 1, embed_dim) if add_bias_kv else None,
            "bias_v": (1, 1, embed_dim) if add_bias_kv else None,
        }
        options = {"device": device, "dtype": dtype}
        for name, shape in shapes.items():
            made = Parameter(empty(*shape, **options)) if shape else None
            self.register_parameter(name, made)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, **options)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the projections by Xavier's rule; their biases become 0."""
        for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
            weight = getattr(self, name)
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """Return the output, and the weights or None.

        Shapes:
            query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), or all without N; with
            N before if ``batch_first``. The weights are (N, L, S), or (N, num_heads, L, S).

        Args:
            query, key, value: sequences.
            key_padding_mask: (N, S), True (or -inf, added to the scores) for keys to leave out.
            need_weights: return the weights too, which is slower.
            attn_mask: (L, S) or (N * num_heads, L, S), True where a query may not look at a key.
            average_attn_weights: return the mean of the heads' weights.
            is_causal: a hint that ``attn_mask`` is causal.

        Raises:
            AssertionError, RuntimeError: as ``functional.multi_head_attention_forward``.
        """
        turn = self.batch_first and query.ndim == 3
        if turn:
            query, key, value = _turned(query, key, value)
        output, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            self.in_proj_weight is None,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return output.transpose(0, 1) if turn else output, weights


def _turned(query: Any, key: Any, value: Any) -> tuple[Any, Any, Any]:
    """Swap batch and time. Equal ones stay the same object: they are projected at once."""
    turned = {id(x): x.transpose(0, 1) for x in (query, key, value)}
    return turned[id(query)], turned[id(key)], turned[id(value)]
