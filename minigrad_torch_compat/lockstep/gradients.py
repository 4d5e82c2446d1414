"""Notes gradients as a backward pass computes them: of the results of calls, and of leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .leaves import array_of, note_tensor
from .places import program_frame, variable_of
from .records import Record
from .tracking import ByIdentity, Leaf, Origin, version_of


class Gradients:
    """The gradients of one process.

    Args:
        write: writes a record.
        kept: values kept of a gradient.
    """

    def __init__(self, write: Callable[[Record], None], kept: int) -> None:
        self._write, self._kept = write, kept
        self._origins, self._leaves = ByIdentity(), ByIdentity()
        self._keys: set[str] = set()
        self.calls = 0  # that were noted

    def watch(self, tensor: Any, call: int, index: int) -> bool:
        """Note the gradient of a result of a call, once it is computed; return if there will be."""
        known = self._origins.get(tensor)
        version = version_of(tensor)
        if known is not None and known.version == version:
            return False  # the result of a call within this one
        self._origins.set(tensor, Origin(call, index, version))
        if not tensor.requires_grad or tensor.is_leaf or array_of(tensor) is None:
            return False
        write, kept = self._write, self._kept

        def arrived(gradient: Any) -> None:
            value = note_tensor(gradient, kept)
            write({"kind": "grad", "of": call, "index": index, "value": value})

        tensor.register_hook(arrived)
        return True

    def source(self, tensor: Any) -> Record:
        """Return where the argument of a call comes from; leaves become known by this."""
        if tensor.is_leaf and tensor.requires_grad:
            return {"leaf": self.leaf(tensor).key}
        origin = self._origins.get(tensor)
        return {"from": origin.call} if origin is not None else {}

    def leaf(self, tensor: Any, name: str | None = None) -> Leaf:
        """Return what is known of a leaf.

        Args:
            tensor: the leaf.
            name: what to call it if it is new; by default as a variable of the program.
        """
        found: Leaf | None = self._leaves.get(tensor)
        if found is None:
            title = name or variable_of(program_frame(), tensor) or "a leaf"
            key = f"{title}@{self.calls}"
            while key in self._keys:
                key += "'"
            self._keys.add(key)
            found = Leaf(tensor, key, title)
            self._leaves.set(tensor, found)
        return found

    def of_leaves(self) -> None:
        """Note the gradients that leaves have now."""
        for leaf in self._leaves:
            tensor = leaf.tensor()
            if tensor is None or tensor.grad is None:
                continue
            value = note_tensor(tensor.grad, self._kept)
            self._write({"kind": "leaf", "leaf": leaf.key, "name": leaf.name, "value": value})
