"""Packing what is saved for backward: the hooks of ``autograd.graph.saved_tensors_hooks``.

The hot path knows nothing of this. While hooks are active in some thread (``rare.on``), recording
hands each new node to ``keep``, which puts ``Packed`` in the place of the node's saved arguments;
the engine asks that for the arguments again (``recall``) when the node's turn comes.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import Any

from ..backend.arrays import is_array
from .ledger import ledger
from .modes import modes, rare
from .node import Constant, Node
from .saved import tied
from .traced import Traced

Hooks = tuple[Callable[[Any], Any], Callable[[Any], Any]]


class Handle:
    """What a pack hook made of a saved tensor.

    Attributes:
        packed: what it returned.
        hooks: the pair of hooks.
        kind: the class of tensors.
        shape: that of the tensor.
        source: weak reference to the array that was packed.
    """

    __slots__ = ("hooks", "kind", "packed", "shape", "source")

    def __init__(self, tensor: Traced, hooks: Hooks) -> None:
        self.hooks = hooks
        self.kind = tensor._result_class
        self.shape = tensor.shape
        self.source = weakref.ref(tensor._array)
        self.pack(tensor)

    def pack(self, tensor: Any) -> None:
        """Call the pack hook.

        Raises:
            RuntimeError: if it modifies the tensor.
        """
        version = ledger.version(tensor._array)
        recorded, modes.recording = modes.recording, False
        try:
            self.packed = self.hooks[0](tensor)
        finally:
            modes.recording = recorded
        if self.packed is tensor and tensor._node is not None:
            self.packed = self.kind._wrap(tensor._array)  # the node of a result must not hold it
        if ledger.version(tensor._array) != version:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as "
                "input to pack hook cannot be modified by in-place operations: clone() them."
            )

    def unpacked(self) -> Any:
        """Return the array that the unpack hook restores.

        Raises:
            TypeError: if the hook returns no tensor.
            RuntimeError: if it returns one of another shape.
        """
        found = self.hooks[1](self.packed)
        if not isinstance(found, Traced):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of "
                f"type {type(found).__name__}"
            )
        if found.shape != self.shape:
            raise RuntimeError(
                f"saved tensor unpack_hook returned a tensor of shape {found.shape}, expected the "
                f"shape of the one that was packed: {self.shape}"
            )
        return found._array


class Packed:
    """What a node saved, with handles in the place of arrays."""

    __slots__ = ("arguments",)

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.arguments = arguments

    def __iter__(self) -> Iterator[Any]:
        return iter(self.arguments)

    def pack_again(self, array: Any) -> None:
        """Pack a copy of an array that is about to be overwritten, if it was packed."""
        for arguments in self.arguments:
            for handle in arguments or ():
                if isinstance(handle, Handle) and handle.source() is array:
                    copy = array.copy()  # type: ignore[union-attr]
                    handle.pack(handle.kind._wrap(copy))

    def recall(self, node: Node) -> tuple[Any, ...]:
        """Return the rules' arguments, unpacked."""
        return tuple(
            None if arguments is None else tuple(map(_unpack, arguments))
            for arguments in self.arguments
        )


def _unpack(value: Any) -> Any:
    if value.__class__ is tuple:
        return tuple(map(_unpack, value))
    return value.unpacked() if isinstance(value, Handle) else value


def keep(node: Node, kind: type[Traced]) -> None:
    """Refuse to save tensors of inference mode; hand what is saved to the thread's hooks.

    Raises:
        RuntimeError: if a tensor of inference mode is among what a node saved.
    """
    _refuse_inference(node)
    if modes.packing is None:
        return
    entry = node.primitive
    found: list[Any] = []
    for position, arguments in enumerate(node.saved or ()):
        if arguments is None:
            found.append(None)
            continue
        place = 0 if entry.joint or entry.variadic else position
        shown = tied(node, place, arguments, kind)
        found.append(tuple(_pack(value, kind) for value in shown))
    node.saved = Packed(tuple(found))  # type: ignore[assignment]


def _pack(value: Any, kind: type[Traced]) -> Any:
    if value.__class__ is tuple:
        return tuple(_pack(item, kind) for item in value)
    if is_array(value):
        value = kind._wrap(value)
    return Handle(value, modes.packing) if isinstance(value, Traced) else value


def kept(array: Any, tensor: Traced) -> Any:
    """Return what a context keeps of a tensor: its array, or a handle while hooks are active."""
    if rare.on and modes.packing is not None:
        return Handle(tensor, modes.packing)
    return array


def _refuse_inference(node: Node) -> None:
    if modes.inference:  # only transforms record here, and they are done before it ends
        return
    arrays = [
        parent.array if isinstance(parent, Constant) else parent._array
        for parent in node.parents
        if isinstance(parent, Constant | Traced) and parent.inference_
    ]
    if not arrays:
        return
    for arguments in node.saved or ():
        for value in arguments or ():
            for item in value if value.__class__ is tuple else (value,):
                if any(item is array for array in arrays):
                    raise RuntimeError(REFUSED)


REFUSED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in "
    "inference mode in computation tracked by autograd. To work around this, you can make a clone "
    "to get a normal tensor and use it in autograd, or use no_grad() instead of inference_mode()."
)
