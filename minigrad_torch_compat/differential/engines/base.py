"""What the tester asks of a framework: four functions are enough to write an adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Call:
    """A call that was made: all of it in an engine's own tensors.

    Attributes:
        function: what was called.
        args: its positional arguments.
        kwargs: its keyword arguments.
        inputs: the tensors among ``args`` that gradients are asked for.
        outputs: the tensors and numbers it returned, as a flat list.
    """

    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: list[Any]
    outputs: list[Any]


class Engine:
    """A framework under test, or the one it is tested against.

    Write an adapter by overriding ``tensor``, ``array`` and ``gradients`` (and ``invoke``, if a
    function is not simply called). A framework with a tape that can differentiate gradients again
    derives from ``TapeEngine`` and overrides ``grad`` instead of ``gradients``.

    Attributes:
        name: for reports.
        shares_memory: ``tensor`` and ``array`` copy nothing, so that it can be seen which results
            are views of their operands.
        raises_alike: it means to raise PyTorch's types of errors.
        tensor_class: where methods and in-place methods are looked up; None if there are none.
        functional: the module of functional forms; None if there is none.
    """

    name = "engine"
    shares_memory = False
    raises_alike = False
    tensor_class: Any = None
    functional: Any = None

    def tensor(self, array: Any, requires_grad: bool = False) -> Any:
        """Return a leaf that holds an array."""
        raise TypeError(f"{type(self).__name__} must define tensor()")

    def array(self, value: Any) -> Any:
        """Return the array that a tensor or a number holds."""
        return np.asarray(value)

    def invoke(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function on tensors."""
        return function(*args, **kwargs)

    def gradients(self, call: Call, weights: Sequence[Any]) -> list[Any]:
        """Return the gradients of ``call.inputs`` as arrays, None for what has none.

        Args:
            call: the call to differentiate.
            weights: the gradient of each output, an array; None for outputs left out.
        """
        raise TypeError(f"{type(self).__name__} must define gradients()")

    def requires_grad(self, value: Any) -> bool | None:
        """Return whether gradients flow through a result; None if the engine cannot say."""
        return None

    def operations(self, outputs: Sequence[Any]) -> set[str]:
        """Return the names of the operations that were recorded on the way to some outputs."""
        return set()

    def method(self, name: str) -> Any:
        """Return a method of the tensor class, or None."""
        found = getattr(self.tensor_class, name, None)
        return found if callable(found) else None

    def __repr__(self) -> str:
        return f"<engine {self.name}>"


class TapeEngine(Engine):
    """A framework that records operations: gradients are tensors and may be differentiated."""

    def grad(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        weights: Sequence[Any],
        create_graph: bool = False,
    ) -> list[Any]:
        """Return the gradients of ``inputs`` as tensors, None for what has none."""
        raise TypeError(f"{type(self).__name__} must define grad()")

    def gradients(self, call: Call, weights: Sequence[Any]) -> list[Any]:
        """Return the gradients of the inputs as arrays."""
        used = [(out, w) for out, w in zip(call.outputs, weights, strict=True) if w is not None]
        found = self.grad(
            [out for out, _ in used], call.inputs, [self.tensor(w.copy()) for _, w in used]
        )
        return [None if g is None else self.array(g) for g in found]
