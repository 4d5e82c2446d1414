"""minigrad as an engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg
from minigrad.nn import functional

from .base import TapeEngine


class MinigradEngine(TapeEngine):
    """minigrad."""

    name = "minigrad"
    shares_memory = True
    raises_alike = True
    tensor_class = mg.Tensor
    functional = functional

    def tensor(self, array: Any, requires_grad: bool = False) -> Any:
        """Return a leaf that shares the array's memory."""
        tensor = mg.from_numpy(array)
        return tensor.requires_grad_() if requires_grad else tensor

    def array(self, value: Any) -> Any:
        """Return a tensor's array itself."""
        return value.detach().numpy() if isinstance(value, mg.Tensor) else np.asarray(value)

    def grad(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        weights: Sequence[Any],
        create_graph: bool = False,
    ) -> list[Any]:
        """Return gradients as tensors."""
        found = mg.autograd.grad(
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
        return value.requires_grad if isinstance(value, mg.Tensor) else None

    def operations(self, outputs: Sequence[Any]) -> set[str]:
        """Return the names of all primitives in the graphs of some tensors."""
        names: set[str] = set()
        seen: set[Any] = set()
        queue = [t.grad_fn for t in outputs if getattr(t, "grad_fn", None) is not None]
        while queue:
            node = queue.pop()
            if node in seen or not hasattr(node, "primitive"):
                continue
            seen.add(node)
            names.add(node.primitive.name)
            queue += [parent for parent, _ in node.next_functions if parent is not None]
        return names
