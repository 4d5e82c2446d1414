"""PyTorch as an engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .base import TapeEngine

try:
    import torch
except ImportError as error:
    raise ImportError(
        "comparing with PyTorch needs PyTorch: python -m pip install 'minigrad[torch]'"
    ) from error


class TorchEngine(TapeEngine):
    """PyTorch."""

    name = "torch"
    shares_memory = True
    raises_alike = True
    tensor_class = torch.Tensor
    functional = torch.nn.functional

    def tensor(self, array: Any, requires_grad: bool = False) -> Any:
        """Return a leaf that shares the array's memory if PyTorch can express its strides."""
        if any(stride < 0 or stride % array.itemsize for stride in array.strides):
            array = array.copy()
        tensor = torch.from_numpy(array)
        return tensor.requires_grad_() if requires_grad else tensor

    def array(self, value: Any) -> Any:
        """Return a tensor's values, its memory shared where NumPy can."""
        if isinstance(value, torch.Tensor):
            return value.detach().numpy(force=True)
        return np.asarray(value)

    def grad(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        weights: Sequence[Any],
        create_graph: bool = False,
    ) -> list[Any]:
        """Return gradients as tensors."""
        found = torch.autograd.grad(
            outputs,
            inputs,
            weights,
            retain_graph=True,
            create_graph=create_graph,
            allow_unused=True,
        )
        return list(found)

    def requires_grad(self, value: Any) -> bool | None:
        """Return whether gradients flow through a result."""
        return value.requires_grad if isinstance(value, torch.Tensor) else None
