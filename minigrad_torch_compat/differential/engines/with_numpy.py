"""Plain NumPy functions as an engine: a gradient written by hand, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .base import Call, Engine


class Pair:
    """A function of arrays and its gradient.

    Args:
        function: arrays in, array (or tuple of arrays) out.
        vjp: ``vjp(g, *args, **kwargs)``, where ``g`` is the gradient of the result (a tuple for
            several results), returns the gradient of each argument, None for what has none. One
            array will do for one argument.
    """

    def __init__(self, function: Callable[..., Any], vjp: Callable[..., Any] | None) -> None:
        self.function, self.vjp = function, vjp
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        return self.function(*args, **kwargs)

    @classmethod
    def of(cls, candidate: Any) -> Pair:
        """Return a pair made from ``(f, vjp)``, an object with forward/backward, or a function."""
        if isinstance(candidate, cls):
            return candidate
        if isinstance(candidate, tuple):
            return cls(*candidate)
        if hasattr(candidate, "forward") and hasattr(candidate, "backward"):
            return Layer(candidate)
        return cls(candidate, getattr(candidate, "vjp", None))


class Layer(Pair):
    """An object with ``forward(*args)`` and ``backward(g)``, or a class that makes such objects."""

    def __init__(self, layer: Any) -> None:
        super().__init__(self._forward, self._backward)
        self.layer = layer
        self.__name__ = getattr(layer, "__name__", type(layer).__name__)

    def _fresh(self) -> Any:
        return self.layer() if isinstance(self.layer, type) else self.layer

    def _forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._fresh().forward(*args, **kwargs)

    def _backward(self, g: Any, *args: Any, **kwargs: Any) -> Any:
        # Forward again: it leaves in the object what backward needs of just this call.
        layer = self._fresh()
        layer.forward(*args, **kwargs)
        return layer.backward(g)


class NumpyEngine(Engine):
    """Functions of arrays, with gradients written by hand."""

    name = "numpy"
    shares_memory = True

    def tensor(self, array: Any, requires_grad: bool = False) -> Any:
        """Return the array itself."""
        return array

    def invoke(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the function of the pair."""
        return Pair.of(function)(*args, **kwargs)

    def gradients(self, call: Call, weights: Sequence[Any]) -> list[Any]:
        """Return what the gradient written by hand says.

        Raises:
            NotImplementedError: if there is none.
            ValueError: if it returns too few or too many.
        """
        pair = Pair.of(call.function)
        if pair.vjp is None:
            raise NotImplementedError(f"{pair.__name__} has no gradient: compare (f, vjp)")
        full = tuple(
            np.zeros_like(out) if w is None else w
            for out, w in zip(call.outputs, weights, strict=True)
        )
        found = pair.vjp(full[0] if len(full) == 1 else full, *call.args, **call.kwargs)
        found = list(found) if isinstance(found, tuple | list) else [found]
        if len(found) == len(call.inputs):
            return found
        if len(found) == len(call.args):
            asked = {id(x) for x in call.inputs}
            return [g for g, x in zip(found, call.args, strict=True) if id(x) in asked]
        raise ValueError(f"{len(found)} gradients for {len(call.inputs)} arguments")
