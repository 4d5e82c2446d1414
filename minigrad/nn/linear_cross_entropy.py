"""The last layer of a classifier and its loss as one module."""

from __future__ import annotations

import math
from typing import Any

from . import functional as F
from .linear import Linear
from .module import Module

__all__ = ["LinearCrossEntropyLoss"]


class LinearCrossEntropyLoss(Module):
    """``cross_entropy`` of the outputs of a linear layer.

    Shapes:
        input: (N, in_features) or (in_features,).
        target: (N, *out_features) of classes, or (N, num_classes, *out_features) of probabilities.

    Args:
        in_features: size of the inputs.
        num_classes: the number of classes.
        out_features: further dimensions of the outputs, each element with a target of its own.
        bias: whether the layer has a bias.
        device, dtype: of the parameters.
        reduction, weight, ignore_index, label_smoothing: as of ``CrossEntropyLoss``.
        options: accepted, without effect, as by ``functional.linear_cross_entropy``.

    Raises:
        RuntimeError: for a weight of another shape, or a smoothing that is no share.
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Any = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        if weight is not None and weight.shape != (num_classes,):
            raise RuntimeError(f"expected weight shape to be {(num_classes,)}, got {weight.shape}")
        if not 0 <= label_smoothing <= 1:
            raise RuntimeError(
                f"expected label_smoothing to be in range [0, 1], got {label_smoothing}"
            )
        super().__init__()
        self.register_buffer("weight", weight)
        self.reduction = reduction
        self.num_classes = num_classes
        self.out_features = out_features
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.options = options
        outputs = math.prod(out_features, start=num_classes)
        self.linear = Linear(in_features, outputs, bias, device, dtype)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss."""
        shape, bias = (self.num_classes, *self.out_features), self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape((*shape, self.linear.in_features)),
            target,
            linear_bias=None if bias is None else bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        linear, names = self.linear, ("reduction", "ignore_index", "label_smoothing", "options")
        sizes = f"in_features={linear.in_features}, num_classes={self.num_classes}, "
        sizes += f"out_features={self.out_features}, bias={linear.bias is not None}, "
        return sizes + ", ".join(f"{name}={getattr(self, name)}" for name in names)
