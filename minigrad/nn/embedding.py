"""Embedding: a vector for each of a number of things."""

from __future__ import annotations

from typing import Any

from ..autograd.modes import no_grad
from ..creation import empty
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """A table of vectors, looked up by number.

    Shapes:
        input: integers of any shape, giving that shape with ``embedding_dim`` behind it.
        weight: (num_embeddings, embedding_dim).

    Args:
        num_embeddings: the number of vectors.
        embedding_dim: their length.
        padding_idx: a number whose vector is zero at first and is not trained.
        max_norm: vectors that are looked up and longer are shortened to it, in place.
        norm_type: which norm.
        scale_grad_by_freq: divide gradients by how often a number occurs in the batch.
        sparse: kept for the name's sake: gradients are dense.
        device, dtype: of the table.

    Raises:
        AssertionError: if ``padding_idx`` is out of range.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError("Padding_idx must be within num_embeddings")
            padding_idx %= num_embeddings
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        shape = (num_embeddings, embedding_dim)
        if _weight is None:
            self.weight = Parameter(empty(*shape, device=device, dtype=dtype), not _freeze)
            self.reset_parameters()
            return
        if _weight.shape != shape:
            raise AssertionError(
                f"Shape of weight does not match num_embeddings and embedding_dim: "
                f"{_weight.shape}, expected {shape}"
            )
        self.weight = Parameter(_weight, not _freeze)

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, **settings: Any) -> Embedding:
        """Return an embedding with a given table.

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
        return cls(rows, columns, _weight=embeddings, _freeze=freeze, **settings)

    def reset_parameters(self) -> None:
        """Draw normal numbers; the vector of ``padding_idx`` becomes zero."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, input: Any) -> Any:
        """Return the vectors that the input's numbers stand for."""
        return F.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    def extra_repr(self) -> str:
        """Return the sizes and the settings that are not the usual ones."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        usual = {
            "padding_idx": None,
            "max_norm": None,
            "norm_type": 2,
            "scale_grad_by_freq": False,
            "sparse": False,
        }
        for name, value in usual.items():
            if getattr(self, name) != value:
                text += f", {name}={getattr(self, name)}"
        return text
