"""The context of one call of a ``Function``: what its forward leaves for its backward."""

from __future__ import annotations

import warnings
import weakref
from typing import Any

from ..backend.dtypes import is_floating
from . import packing
from .fitting import _broadcasts, conjugated
from .ledger import next_number
from .node import Node, Output
from .paths import place_of
from .saved import FREED, check_array
from .traced import Traced

__all__ = ["Context"]


class Context:
    """What ``ctx`` is in ``forward`` and ``backward``; other attributes can be set freely.

    Attributes:
        needs_input_grad: for each argument of ``forward``, whether it needs a gradient.
    """

    needs_input_grad: tuple[bool, ...]

    def __init__(self, name: str, inputs: tuple[Any, ...], needs: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs
        self._name = name
        self._inputs = inputs
        self._shapes = tuple(x.shape if isinstance(x, Traced) else None for x in inputs)
        self._dirty: tuple[Any, ...] = ()
        self._constants: tuple[Any, ...] = ()
        self._materialize = True
        self._to_save: tuple[Any, ...] = ()
        self._saved: tuple[Any, ...] | None = ()
        self._results: list[Any] = []  # shape and dtype of each result, None for no tensor

    # --- what forward may say -----------------------------------------------------------------

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors (or None) for ``backward``: inputs, outputs or others."""
        for i, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, Traced):
                raise TypeError(
                    "save_for_backward can only save variables, but argument "
                    f"{i} is of type {type(tensor).__name__}: set an attribute of ctx instead"
                )
        self._to_save = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep tensors for a ``jvp``; reverse mode does not need them."""

    def mark_dirty(self, *tensors: Any) -> None:
        """Say which arguments ``forward`` changes in place; it must return them."""
        for tensor in tensors:
            if not isinstance(tensor, Traced):
                raise RuntimeError(
                    f"mark_dirty can only accept variables, got {type(tensor).__name__}"
                )
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say which results no gradient flows through."""
        for tensor in tensors:
            if not isinstance(tensor, Traced):
                raise RuntimeError(
                    "mark_non_differentiable only accepts variable arguments, but got "
                    f"{type(tensor).__name__}"
                )
        self._constants = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether ``backward`` sees zeros (the default) or None where no gradient arrived."""
        self._materialize = bool(value)

    # --- what becomes of it after forward -----------------------------------------------------

    def is_input(self, tensor: Any) -> bool:
        """Return True for an argument of ``forward``."""
        return any(tensor is given for given in self._inputs)

    def is_dirty(self, tensor: Any) -> bool:
        """Return True for an argument that was marked as changed in place."""
        return self.is_input(tensor) and any(tensor is marked for marked in self._dirty)

    def differentiates(self, result: Any) -> bool:
        """Return True for a result that gradients flow through, if any do."""
        return (
            isinstance(result, Traced)
            and is_floating(result.dtype)
            and not any(result is marked for marked in self._constants)
        )

    def check_dirty(self, results: tuple[Any, ...]) -> None:
        """Raise if a tensor that was marked dirty is not returned."""
        for marked in self._dirty:
            if not any(marked is result for result in results):
                raise RuntimeError(
                    "Some elements marked as dirty during the forward method were not returned as "
                    "output. The inputs that are modified inplace must all be outputs of the "
                    f"Function ({self._name})."
                )
            if not self.is_input(marked):
                warnings.warn(
                    "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors "
                    "that have been modified in place need to be marked.",
                    stacklevel=4,
                )

    def tie(self, node: Node, results: tuple[Any, ...]) -> None:
        """Keep what is to be saved: arrays and places in the graph, never an output itself."""
        self._node = weakref.ref(node)  # the node holds the context
        self._kind = next(r._result_class for r in results if isinstance(r, Traced))
        tensors = [result for result in results if isinstance(result, Traced)]
        self._results = [(r.shape, r.dtype) if isinstance(r, Traced) else None for r in results]
        self._saved = tuple(self._kept(node, t, tensors) for t in self._to_save)

    def _kept(self, node: Node, tensor: Any, results: list[Any]) -> Any:
        if tensor is None:
            return None
        index = next((i for i, result in enumerate(results) if result is tensor), None)
        if index is not None and not (self.is_input(tensor) and not self.is_dirty(tensor)):
            place: Any = index if self.differentiates(tensor) else None
        else:
            place = place_of(tensor) if tensor._requires_grad else None
        if tensor.inference_:
            raise RuntimeError(packing.REFUSED)
        return packing.kept(tensor._array, self._tensor(node, place, tensor._array)), place

    def forget_forward(self) -> None:
        """Drop what only forward needed: a node must not keep its arguments alive."""
        self._inputs = self._dirty = self._constants = self._to_save = ()

    # --- what backward may ask ----------------------------------------------------------------

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors given to ``save_for_backward``, in their places in the graph.

        Raises:
            RuntimeError: if they were freed by an earlier backward pass, or modified since.
        """
        if self._saved == ():
            return ()
        node: Any = self._node()
        if self._saved is None:
            raise RuntimeError(FREED.format(name=node.name(), where=node.where()))
        return tuple(item and self._restored(node, *item) for item in self._saved)

    def _restored(self, node: Node, value: Any, place: Any) -> Any:
        if isinstance(value, packing.Handle):
            value = value.unpacked()
        else:
            check_array(value, node)
        return self._tensor(node, place, value)

    def _tensor(self, node: Node, place: Any, array: Any) -> Any:
        """Return an array as the tensor it was."""
        if place is None:
            return self._kind._wrap(array)
        if isinstance(place, Traced) and place._array is array:
            return place
        if isinstance(place, int):
            several = node.dtype.__class__ is tuple
            place = Output(node, place, array, next_number()) if several else node
        return self._kind._wrap(array, place, True)

    # --- the rule's two halves ----------------------------------------------------------------

    def shown(self, gradients: Any, sweep: Any) -> list[Any]:
        """Return the gradients as ``backward`` sees them: tensors, one per result."""
        arrived = gradients if gradients.__class__ is tuple else (gradients,)
        like = next(gradient for gradient in arrived if gradient is not None)
        found = iter(arrived)
        return [
            None if result is None else self._shown(next(found), result, like, sweep)
            for result in self._results
        ]

    def _shown(self, gradient: Any, result: Any, like: Any, sweep: Any) -> Any:
        if gradient is not None:
            return sweep.show(gradient)
        return sweep.show(sweep.zeros(like, *result)) if self._materialize else None

    def checked(self, found: Any, sweep: Any) -> tuple[Any, ...]:
        """Return what ``backward`` returned, as the engine passes gradients on.

        Raises:
            RuntimeError: if it is not one gradient, of a fitting shape, for each argument.
        """
        found = found if isinstance(found, tuple) else (found,)
        name, count = f"{self._name}Backward", len(self._shapes)
        while len(found) > count and found[-1] is None:
            found = found[:-1]
        if len(found) != count:
            raise RuntimeError(
                f"function {name} returned an incorrect number of gradients (expected {count}, "
                f"got {len(found)})"
            )
        for i, (gradient, shape) in enumerate(zip(found, self._shapes, strict=True)):
            if gradient is None:
                continue
            if shape is None:
                raise RuntimeError(
                    f"function {name} returned a gradient different than None at position {i + 1}, "
                    "but the corresponding forward input was not a Tensor"
                )
            if not isinstance(gradient, Traced):
                raise RuntimeError(
                    f"{name}: expected a Tensor or None as gradient {i}, got "
                    f"{type(gradient).__name__}"
                )
            if not _broadcasts(shape, gradient.shape):
                raise RuntimeError(
                    f"Function {name} returned an invalid gradient at index {i} - got "
                    f"{list(gradient.shape)} but expected shape compatible with {list(shape)}"
                )
        return tuple(
            g if g is None else conjugated(g if sweep.create_graph else g._array) for g in found
        )

    def free(self) -> None:
        """Forget the saved tensors: the pass does not keep the graph."""
        if self._saved:
            self._saved = None
