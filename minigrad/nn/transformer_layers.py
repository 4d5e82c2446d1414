"""The layers of transformers: attention and a small network at each place, with shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import functional as F
from .attention import MultiheadAttention
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .normalization import LayerNorm

__all__ = ["TransformerDecoderLayer", "TransformerEncoderLayer"]

Activation = str | Callable[[Any], Any]


class _Layer(Module):
    """What both layers share: parts in the order in which PyTorch makes and names them.

    Args:
        d_model: size of inputs and outputs.
        nhead: how many heads the attentions have.
        dim_feedforward: size of the hidden layer of the network at each place.
        dropout: how likely an element is dropped, in training.
        activation: "relu", "gelu" or a function, of the hidden layer.
        layer_norm_eps: added to the variance by the normalizations.
        batch_first: inputs and outputs are (N, L, E) instead of (L, N, E).
        norm_first: normalize what goes into each block, instead of the sum behind it.
        bias: whether linear layers and normalizations have biases.
        device, dtype: of the parameters.

    Raises:
        RuntimeError: for an unknown name of a function.
    """

    _attentions: tuple[str, ...]

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        options: dict[str, Any] = {"bias": bias, "device": device, "dtype": dtype}
        for name in self._attentions:
            attention = MultiheadAttention(
                d_model, nhead, dropout, batch_first=batch_first, **options
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, **options)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **options)
        self.norm_first = norm_first
        blocks = range(1, len(self._attentions) + 2)
        for i in blocks:
            setattr(self, f"norm{i}", LayerNorm(d_model, layer_norm_eps, **options))
        for i in blocks:
            setattr(self, f"dropout{i}", Dropout(dropout))
        self.activation = _function(activation) if isinstance(activation, str) else activation

    def _through(self, x: Any, number: int, block: Callable[[Any], Any]) -> Any:
        """Return the input plus what a block makes of it, normalized before or after."""
        norm, dropout = getattr(self, f"norm{number}"), getattr(self, f"dropout{number}")
        if self.norm_first:
            return x + dropout(block(norm(x)))
        return norm(x + dropout(block(x)))

    def _network(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(_Layer):
    """Attention of a sequence to itself, and a small network at each place.

    Args:
        d_model: size of inputs and outputs.
        nhead: how many heads the attention has.
        dim_feedforward: size of the hidden layer of the network at each place.
        dropout: how likely an element is dropped, in training.
        activation: "relu", "gelu" or a function, of the hidden layer.
        layer_norm_eps: added to the variance by the normalizations.
        batch_first: inputs and outputs are (N, L, E) instead of (L, N, E).
        norm_first: normalize what goes into each block, instead of the sum behind it.
        bias: whether linear layers and normalizations have biases.
        device, dtype: of the parameters.

    Raises:
        RuntimeError: for an unknown name of a function.

    Source: Vaswani et al., Attention is all you need (2017).
    """

    _attentions = ("self_attn",)

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """Return the sequence with what each place learnt of the others.

        Args:
            src: (L, N, E), (N, L, E) if ``batch_first``, or (L, E).
            src_mask, src_key_padding_mask, is_causal: as of ``MultiheadAttention``.
        """
        x = self._through(
            src,
            1,
            lambda x: _attend(self.self_attn, x, x, src_mask, src_key_padding_mask, is_causal),
        )
        return self._through(x, 2, self._network)


class TransformerDecoderLayer(_Layer):
    """Attention of a sequence to itself, then to a memory, and a small network at each place.

    Args, Raises, Source: as ``TransformerEncoderLayer``.
    """

    _attentions = ("self_attn", "multihead_attn")

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """Return the sequence with what each place learnt of the others and of the memory.

        Args:
            tgt: (L, N, E), (N, L, E) if ``batch_first``, or (L, E).
            memory: a sequence of the same kind, the output of an encoder.
            tgt_mask, tgt_key_padding_mask, tgt_is_causal: as of ``MultiheadAttention``.
            memory_mask, memory_key_padding_mask, memory_is_causal: the same for the memory.
        """
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        other = (memory_mask, memory_key_padding_mask, memory_is_causal)
        x = self._through(tgt, 1, lambda x: _attend(self.self_attn, x, x, *own))
        x = self._through(x, 2, lambda x: _attend(self.multihead_attn, x, memory, *other))
        return self._through(x, 3, self._network)


def _attend(
    attention: Any, x: Any, memory: Any, mask: Any, padding_mask: Any, is_causal: bool
) -> Any:
    settings = {"attn_mask": mask, "key_padding_mask": padding_mask, "is_causal": is_causal}
    return attention(x, memory, memory, need_weights=False, **settings)[0]


def _function(name: str) -> Callable[[Any], Any]:
    if name not in ("relu", "gelu"):
        raise RuntimeError(f"activation should be relu/gelu, not {name}")
    return F.relu if name == "relu" else F.gelu
