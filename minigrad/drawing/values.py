"""What is known of the tensors of a graph. Nodes keep no results; others may hold them still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..autograd.node import Node, Output
from ..autograd.paths import place_of
from ..autograd.traced import Traced
from ..backend.device import device_of
from ..backend.dtypes import is_floating
from . import records

__all__ = ["Known", "Slot", "Value", "slot_of"]


@dataclass(frozen=True)
class Value:
    """A tensor of the graph, as far as anything still knows it.

    Attributes:
        name: what the user calls it; None if unknown.
        shape, dtype: its own.
        array: its values; None where nobody holds them any more.
        requires_grad: whether gradients flow to it.
        keeps_gradient: whether backward leaves a gradient there (leaves, ``retain_grad``).
        gradient: that gradient; None before the first backward pass.
        is_output: whether the graph was asked for from here.
        overwritten: whether its memory was written since it was used.
    """

    name: str | None
    shape: tuple[int, ...]
    dtype: str
    array: Any = None
    requires_grad: bool = False
    keeps_gradient: bool = False
    gradient: Any = None
    is_output: bool = False
    overwritten: bool = False

    @property
    def device(self) -> str | None:
        """Where it lives; None where nobody holds it any more."""
        return None if self.array is None else str(device_of(self.array))


Slot = tuple[Any, int]  # a recorded node (or a leaf), and which of its results


def slot_of(place: Any) -> Slot:
    """Return the slot of a place in the graph."""
    return (place.node, place.index) if isinstance(place, Output) else (place, 0)


class Known:
    """What can be learned of the values of a graph: nodes keep no results, others may.

    Attributes:
        outputs: the slots that were asked for.
        names: by slot.
        tensors: by slot, where a tensor is at hand.
        keeping: the slots where backward leaves a gradient.
        arrays: by slot, where only a saved value is.
        array_names: names of arrays by identity, to recognise constants. The tensors that hold the
            arrays are held here, so that no identity is used twice.
    """

    def __init__(
        self,
        roots: list[tuple[str | None, Traced]],
        named: list[tuple[str, Traced]],
        operations: list[Node],
    ) -> None:
        self.outputs = {slot_of(place_of(tensor)) for _, tensor in roots}
        self.names: dict[Slot, str] = {}
        self.tensors: dict[Slot, Traced] = {}
        self.arrays: dict[Slot, Any] = {}
        self.array_names: dict[int, str] = {}
        self.keeping: set[Slot] = set()
        self.holders = [tensor for _, tensor in named]
        for name, tensor in (*named, *roots):
            self.meet(slot_of(place_of(tensor)), tensor, name)
        for node in operations:
            self.read(node)

    def meet(self, slot: Slot, tensor: Traced, name: str | None = None) -> None:
        """Note a tensor that is at hand, and its name if it has any."""
        self.tensors.setdefault(slot, tensor)
        if isinstance(slot[0], Traced) or _retaining(tensor._node) is not None:
            self.keeping.add(slot)
        name = name or getattr(tensor, "name", None)
        if isinstance(name, str):
            self.names.setdefault(slot, name)
            detached = f"{name}.detach()" if tensor._requires_grad else name
            self.array_names.setdefault(id(tensor._array), detached)

    def read(self, node: Node) -> None:
        """Note the leaves, the saved and the retained values around a node."""
        for place in (node, *node.parents):
            tensor = place if isinstance(place, Traced) else _retaining(place)
            if tensor is not None:
                self.meet(slot_of(place), tensor)
        result = records.saved_result(node)
        if result is not None:
            self.arrays.setdefault((node, 0), result)
        for parent, array in zip(node.parents, records.saved_operands(node), strict=True):
            if array is not None and isinstance(parent, Node | Output):
                self.arrays.setdefault(slot_of(parent), array)

    def value(self, slot: Slot, shape: tuple[int, ...], dtype: Any) -> Value:
        """Return what is known of one value."""
        tensor = self.tensors.get(slot)
        gradient = None if tensor is None else tensor.grad_
        return Value(
            name=self.names.get(slot),
            shape=shape,
            dtype=str(dtype),
            array=self.arrays.get(slot) if tensor is None else tensor._array,
            requires_grad=is_floating(dtype) if tensor is None else tensor._requires_grad,
            keeps_gradient=slot in self.keeping,
            gradient=None if gradient is None else gradient._array,
            is_output=slot in self.outputs,
        )


def _retaining(place: Any) -> Any:
    """Return the tensor that asked a place to keep its gradient; None if there is none."""
    reference = place.retains if isinstance(place, Node | Output) else None
    return None if reference is None else reference()
