"""EmbeddingBag: the sum, mean or maximum of the vectors of several things."""

from __future__ import annotations

from typing import Any

from ..autograd.modes import no_grad
from ..creation import empty
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class EmbeddingBag(Module):
    """A table of vectors, looked up by number and reduced bag by bag.

    Shapes:
        input: (B, N), a bag in each row, or (N,) with ``offsets`` (B,) where the bags begin;
            giving (B, embedding_dim).
        weight: (num_embeddings, embedding_dim).

    Args:
        num_embeddings: the number of vectors.
        embedding_dim: their length.
        max_norm: vectors that are looked up and longer are shortened to it, in place.
        norm_type: which norm.
        scale_grad_by_freq: divide gradients by how often a number occurs in the batch.
        mode: "sum", "mean" or "max".
        sparse: kept for the name's sake: gradients are dense.
        include_last_offset: ``offsets`` names the end of the last bag too.
        padding_idx: a number that counts as nothing.
        device, dtype: of the table.

    Raises:
        AssertionError: if ``padding_idx`` is out of range.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError("padding_idx must be within num_embeddings")
            padding_idx %= num_embeddings
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset
        self.padding_idx = padding_idx
        shape = (num_embeddings, embedding_dim)
        if _weight is None:
            self.weight = Parameter(empty(*shape, device=device, dtype=dtype))
            self.reset_parameters()
            return
        if _weight.shape != shape:
            raise AssertionError(
                "Shape of weight does not match num_embeddings and embedding_dim: "
                f"{_weight.shape}, expected {shape}"
            )
        self.weight = Parameter(_weight)

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, **settings: Any) -> EmbeddingBag:
        """Return an embedding bag with a given table.

        Args:
            embeddings: the table; its memory is shared.
            freeze: do not train it.
            **settings: as of the constructor.

        Raises:
            AssertionError: if it is no matrix.
        """
        if embeddings.ndim != 2:
            raise AssertionError("Embeddings parameter is expected to be 2-dimensional")
        rows, columns = embeddings.shape
        layer = cls(rows, columns, _weight=embeddings, **settings)
        layer.weight.requires_grad_(not freeze)
        return layer

    def reset_parameters(self) -> None:
        """Draw normal numbers; the vector of ``padding_idx`` becomes zero."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        """Return a vector for each bag; for "sum", a weighted one if weights are given."""
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        """Return the sizes and the settings that are not the usual ones."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            text += ", scale_grad_by_freq=True"
        text += f", mode={self.mode!r}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        return text
