"""Looking at a graph while it is built and used: ``torch.autograd.graph``'s names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple

from .hooks import add_hook
from .ledger import ledger
from .modes import modes, rare
from .node import Node, as_function, end_of
from .node_hooks import Handles
from .paths import leading_to, place_of
from .traced import Traced

__all__ = [
    "GradientEdge",
    "Node",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


class GradientEdge(NamedTuple):
    """A place in the graph that a gradient flows to: a node and which of its outputs."""

    node: Any
    output_nr: int


def get_gradient_edge(tensor: Traced) -> GradientEdge:
    """Return the place in the graph where the gradient of a tensor arrives.

    Raises:
        RuntimeError: if the tensor requires no gradient.
    """
    place = place_of(tensor)
    if not tensor._requires_grad:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not "
            "require gradients"
        )
    if place is tensor:
        return GradientEdge(end_of(tensor), 0)
    return GradientEdge(*as_function(place))


def increment_version(tensor: Traced | Sequence[Traced]) -> None:
    """Note that tensors were written in a way that minigrad has not seen."""
    for written in [tensor] if isinstance(tensor, Traced) else tensor:
        ledger.write(written._array)


class saved_tensors_hooks:
    """Decide how tensors are kept for backward: ``with saved_tensors_hooks(pack, unpack): ...``.

    Inside, in this thread, ``pack_hook(tensor)`` is called with each tensor that an operation
    saves; what it returns is kept instead. ``unpack_hook`` turns that into a tensor of the same
    values when a backward pass needs it. Of nested regions the innermost holds. Whether the
    tensor was modified in the meantime is not checked: that is up to the hooks.

    Args:
        pack_hook: a function from a tensor to any object; it must not modify the tensor.
        unpack_hook: a function from that object to a tensor.

    Raises:
        RuntimeError: within ``disable_saved_tensors_hooks``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
        >>> with saved_tensors_hooks(lambda t: t.tolist(), mg.tensor):
        ...     y = x.exp()
        >>> y.sum().backward()
        >>> x.grad
        tensor([2.7183, 7.3891])
    """

    def __init__(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook
        self._outer: list[Any] = []

    def __enter__(self) -> None:
        if not (callable(self.pack_hook) and callable(self.unpack_hook)):
            raise TypeError(
                f"the hooks must be callable, got {type(self.pack_hook).__name__} and "
                f"{type(self.unpack_hook).__name__}"
            )
        if modes.packing_refused is not None:
            raise RuntimeError(modes.packing_refused)
        self._outer.append(modes.packing)
        modes.packing = (self.pack_hook, self.unpack_hook)
        rare.count(packing=1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        rare.count(packing=-1)
        modes.packing = self._outer.pop()


class save_on_cpu(saved_tensors_hooks):
    """Keep what is saved in the host's memory, and bring it back to its device for backward.

    Args:
        pin_memory: accepted for PyTorch's sake; the host's memory is not pinned.
    """

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        def pack(tensor: Any) -> tuple[Any, Any]:
            return tensor.device, tensor.cpu()

        def unpack(packed: tuple[Any, Any]) -> Any:
            device, tensor = packed
            return tensor.to(device)

        super().__init__(pack, unpack)


class allow_mutation_on_saved_tensors(saved_tensors_hooks):
    """Let saved tensors be modified in place: what is saved inside is saved as a copy.

    PyTorch copies when a saved tensor is written; this copies when it is saved, which costs more
    memory and gives the same gradients.
    """

    def __init__(self) -> None:
        super().__init__(lambda tensor: tensor.detach().clone(), lambda copy: copy)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Refuse ``saved_tensors_hooks`` inside, with this message.

    Raises:
        RuntimeError: if there are such hooks already.
    """
    if modes.packing is not None:
        raise RuntimeError(error_message)
    outer, modes.packing_refused = modes.packing_refused, error_message
    try:
        yield
    finally:
        modes.packing_refused = outer


def register_multi_grad_hook(
    tensors: Sequence[Traced], fn: Callable[[Any], None], *, mode: str = "all"
) -> Handles:
    """Call a function once in each backward pass, when the gradients of some tensors are there.

    Args:
        tensors: tensors that require a gradient.
        fn: for "all", called with the list of their gradients (None for tensors that the pass does
            not reach) when the last of them has been computed; for "any", with the first one.
        mode: "all" or "any".

    Raises:
        ValueError: for another mode.
        RuntimeError: if a tensor requires no gradient.
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    tensors = tuple(tensors)
    watch = _Watch(tensors, fn) if mode == "all" else _FirstOnly(tensors, fn)
    return Handles([add_hook(t, partial(watch.arrived, i)) for i, t in enumerate(tensors)])


class _Watch:
    """Calls a function with the gradients of some tensors once all of a pass are there."""

    def __init__(self, tensors: tuple[Traced, ...], fn: Callable[[Any], None]) -> None:
        self.count = len(tensors)
        self.places = tuple(map(place_of, tensors))
        self.fn = fn

    def arrived(self, position: int, gradient: Any) -> None:
        """Take the gradient of one tensor."""
        sweep = modes.sweep
        if self not in sweep.notes:
            reached = leading_to(self.places, sweep.roots)
            expected = sum(p in reached and sweep.visits(p) for p in self.places)
            sweep.notes[self] = expected, [None] * self.count
        expected, gradients = sweep.notes[self]
        gradients[position] = gradient
        sweep.notes[self] = expected - 1, gradients
        if expected == 1:
            self.fn(gradients)


class _FirstOnly(_Watch):
    """Calls a function with the first gradient of a pass."""

    def arrived(self, position: int, gradient: Any) -> None:
        """Take the gradient of one tensor."""
        if modes.sweep.notes.setdefault(self, position) == position:
            self.fn(gradient)
