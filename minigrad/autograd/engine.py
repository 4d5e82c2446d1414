"""The backward engine: sends gradients from the outputs of a graph to its leaves.

Nodes are processed by descending creation number. A node is younger than its parents, so when its
turn comes every gradient that flows into it has arrived: no recursion, no sorting beforehand.
Gradients under way live in a dictionary of the one backward call, never on nodes, so that an
interrupted or concurrent pass leaves nothing behind. Leaves receive theirs at the very end.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Any

from ..backend.arrays import as_array, namespace, ndarray
from .fitting import cast, conjugated, fit
from .ledger import ledger
from .modes import modes
from .node import Node, Output
from .node_hooks import call_accumulated
from .paths import leading_to, place_of, receives
from .saved import saved_by, tied
from .source import call_site
from .traced import Traced

_accumulating = threading.Lock()


def backward(
    roots: Sequence[Traced],
    gradients: Sequence[Traced],
    *,
    retain_graph: bool,
    create_graph: bool,
) -> None:
    """Send ``gradients`` back from ``roots`` and add what arrives to every leaf's ``grad``."""
    with new_sweep(roots[0]._result_class, retain_graph, create_graph) as sweep:
        sweep.start(roots, gradients)
        sweep.run()
        sweep.accumulate(sweep.gradients.items())


def gradients_of(
    roots: Sequence[Traced],
    gradients: Sequence[Traced],
    targets: Sequence[Traced],
    *,
    retain_graph: bool,
    create_graph: bool,
    accumulate: bool = False,
    on_tensors: bool = False,
) -> list[Any]:
    """Return the gradients of ``targets`` alone, None where no path leads to one.

    Only nodes on a path to a target are visited. With ``accumulate``, they are added to the
    targets' ``grad`` instead, where targets that are no leaves retain theirs. With ``on_tensors``
    the rules see tensors even if the pass is not recorded, for gradients that are no arrays (see
    ``stand_in``).
    """
    with new_sweep(roots[0]._result_class, retain_graph, create_graph or on_tensors) as sweep:
        modes.recording = create_graph
        places = [place_of(target) for target in targets]
        sweep.wanted = dict.fromkeys(places)
        sweep.needed = leading_to(places, map(place_of, roots))
        sweep.start(roots, gradients)
        sweep.run()
        found = {t: sweep.gradients.get(p, sweep.wanted[p]) for t, p in zip(targets, places)}
        arrived = {target: gradient for target, gradient in found.items() if gradient is not None}
        if accumulate:
            sweep.accumulate(item for item in arrived.items() if item[0]._node is None)
            return []
        found.update(sweep.hooked(arrived.items()))
        sweep.retain()
        return [None if found[t] is None else sweep.show(found[t]) for t in targets]


class Sweep:
    """One backward pass.

    A context manager: inside, operations are recorded if the pass itself is (``create_graph``).
    Every step goes through ``differentiate`` (a node's turn) and ``deliver`` (one gradient on its
    way to one operand): a subclass that overrides them sees the pass as it happens.

    Attributes:
        gradients: what has arrived so far, by place (node, output or leaf). Values are arrays, or
            tensors under ``create_graph``; lists of them for a node with several outputs.
        queue: a heap of (-number, node): the places whose turn is still to come.
        needed: the places on a path to a target; None if all are.
        wanted: the gradients of the targets.
        accumulates: what arrives is being added to the leaves' ``grad``.
        roots: the places it starts from.
        notes: what hooks note about this pass.
    """

    def __init__(self, kind: type[Traced], retain_graph: bool, create_graph: bool) -> None:
        self.kind = kind
        self.retain_graph = retain_graph
        self.create_graph = create_graph
        self.gradients: dict[Any, Any] = {}
        self.queue: list[tuple[int, Any]] = []
        self.needed: set[Any] | None = None
        self.wanted: dict[Any, Any] = {}
        self.retained: list[tuple[Traced, Any]] = []
        self.accumulates = False
        self.roots: list[Any] = []
        self.notes: dict[Any, Any] = {}

    def __enter__(self) -> Sweep:
        self.outer_mode = modes.recording
        modes.recording = self.create_graph
        self.outer_sweep, modes.sweep = modes.sweep, self
        return self

    def __exit__(self, *error: object) -> None:
        modes.recording = self.outer_mode
        modes.sweep = self.outer_sweep

    # --- the pass -------------------------------------------------------------------------

    def start(self, roots: Sequence[Traced], gradients: Sequence[Traced]) -> None:
        """Deliver the gradients that the pass starts from."""
        for root, gradient in zip(roots, gradients, strict=True):
            place = place_of(root)
            self.roots.append(place)
            if self.needed is None or place in self.needed:
                self.deliver(place, conjugated(gradient if self.create_graph else gradient._array))

    def run(self) -> None:
        """Process the nodes, the youngest first, until no gradient is under way."""
        gradients, queue, wanted = self.gradients, self.queue, self.wanted
        deliver, differentiate = self.deliver, self.differentiate
        while queue:
            node = heappop(queue)[1]
            gradient = gradients.pop(node)
            if node.hooks is not None or node.retains is not None:
                gradient = self.observe(node, gradient)
            if wanted and node in wanted:
                wanted[node] = gradient
            if node.__class__ is Output:
                self.collect(node, gradient)
                continue
            results = differentiate if node.hooks is None else self.surrounded
            for parent, found in zip(node.parents, results(node, gradient)):
                if found is not None:
                    deliver(parent, found)

    def differentiate(self, node: Node, gradient: Any) -> Sequence[Any]:
        """Apply a node's rules: one gradient per operand, None where none is wanted."""
        entry = node.primitive
        saved = node.saved
        if saved.__class__ is not tuple or ledger.last > node.number:
            saved = saved_by(node)  # raises if it was freed or modified
        if entry.saves and not self.retain_graph:
            node.saved = None  # free it now; a node that saves nothing stays usable, as in PyTorch
        if gradient.__class__ is list:
            gradient = self.completed(node, gradient)
        if entry.joint:
            arguments = tied(node, 0, saved[0], self.kind) if self.create_graph else saved[0]
            results = entry.rules[0](gradient, *arguments)
            return [r if receives(p) else None for p, r in zip(node.parents, results)]
        rules = entry.rules
        if entry.variadic:
            rules *= len(saved)
        if self.create_graph or self.needed is not None:
            return self.differentiate_some(node, gradient, rules, saved)
        # The plain case, on arrays.
        return [
            None if arguments is None else rule(gradient, *arguments)
            for rule, arguments in zip(rules, saved)
        ]

    def surrounded(self, node: Node, gradient: Any) -> Sequence[Any]:
        """Apply the rules of a node that has hooks, which may be hooks around the rules."""
        around = getattr(node, "around", None)
        if around is None:
            return self.differentiate(node, gradient)
        return around.apply(self, node, gradient)  # type: ignore[no-any-return]

    def differentiate_some(
        self, node: Node, gradient: Any, rules: tuple[Any, ...], saved: tuple[Any, ...]
    ) -> Sequence[Any]:
        """Apply the rules of the operands on a path to a target, or on tensors."""
        found: list[Any] = []
        variadic = node.primitive.variadic
        for position, (rule, arguments) in enumerate(zip(rules, saved)):
            if arguments is None or (
                self.needed is not None and node.parents[position] not in self.needed
            ):
                found.append(None)
                continue
            if self.create_graph:
                arguments = tied(node, 0 if variadic else position, arguments, self.kind)
            found.append(rule(gradient, *arguments))
        return found

    def deliver(self, place: Any, gradient: Any) -> None:
        """Fit a gradient to its operand and add it to what has arrived there."""
        kind = place.__class__
        is_node = kind is Node or kind is Output or issubclass(kind, Node)
        like = place if is_node else place._array
        if gradient.shape != like.shape or gradient.dtype is not like.dtype:
            gradient = fit(gradient, like.shape, like.dtype)
        gradients = self.gradients
        held = gradients.get(place)
        if held is not None:
            gradients[place] = held + gradient
        elif self.needed is None or place in self.needed:
            gradients[place] = gradient
            if is_node:  # a node's turn will come; leaves wait for the end
                heappush(self.queue, (-place.number, place))

    def collect(self, output: Output, gradient: Any) -> None:
        """Put one output's gradient beside the others of its node."""
        node = output.node
        slots = self.gradients.get(node)
        if slots is None:
            slots = self.gradients[node] = [None] * len(node.shape)
            heappush(self.queue, (-node.number, node))
        held = slots[output.index]  # the result saved by its own rule has an Output of its own
        slots[output.index] = gradient if held is None else held + gradient

    def completed(self, node: Node, slots: list[Any]) -> tuple[Any, ...]:
        """Fill in zeros for outputs that received no gradient."""
        if not node.primitive.fills:
            return tuple(slots)
        like = next(slot for slot in slots if slot is not None)
        return tuple(
            self.zeros(like, shape, dtype) if slot is None else slot
            for slot, shape, dtype in zip(slots, node.shape, node.dtype, strict=True)
        )

    def zeros(self, like: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return the gradient of an output that nothing flowed into."""
        array = like._array if isinstance(like, Traced) else like
        zeros = namespace(array).zeros(shape, dtype)
        return self.kind._wrap(zeros) if self.create_graph else zeros

    # --- what users see -------------------------------------------------------------------

    def show(self, gradient: Any) -> Any:
        """Return a gradient as a tensor, in PyTorch's convention."""
        gradient = conjugated(gradient)
        if isinstance(gradient, Traced):
            return gradient
        return self.kind._wrap(as_array(gradient))

    def visits(self, place: Any) -> bool:
        """Return True if gradients that reach a place are wanted there, or further on."""
        return self.needed is None or place in self.needed

    def hide(self, shown: Any) -> Any:
        """Return a tensor that users have seen as the gradient that goes on."""
        return conjugated(shown if self.create_graph else shown._array)

    def fitted(self, node: Node, gradients: Sequence[Any]) -> list[Any]:
        """Return the gradients of all operands in the operands' shapes and dtypes."""
        likes = [p._array if isinstance(p, Traced) else p for p in node.parents]
        found = [*gradients, *[None] * (len(likes) - len(gradients))]
        return [
            None if gradient is None else fit(gradient, like.shape, like.dtype)
            for like, gradient in zip(likes, found, strict=True)
        ]

    def observe(self, node: Any, gradient: Any) -> Any:
        """Call the hooks on a node's gradient, and keep it for a tensor that retains it."""
        gradient = self.call_hooks(node.hooks, gradient)
        tensor = None if node.retains is None else node.retains()
        if tensor is not None:
            self.retained.append((tensor, gradient))
        return gradient

    def call_hooks(self, hooks: dict[int, Any] | None, gradient: Any) -> Any:
        """Return what hooks make of a gradient.

        Raises:
            TypeError: if a hook returns no tensor.
            RuntimeError: if it returns one of another shape or dtype.
        """
        for hook in tuple((hooks or {}).values()):
            shown = self.show(gradient)
            changed = hook(shown)
            if changed is None:
                continue
            name = getattr(hook, "__name__", type(hook).__name__)
            if not isinstance(changed, Traced):
                raise TypeError(
                    f"hook {name!r} must return a Tensor or None, got {type(changed).__name__}"
                )
            for what, size in (("size", "shape"), ("type", "dtype")):
                if getattr(changed, size) != getattr(shown, size):
                    raise RuntimeError(
                        f"hook {name!r} has changed the {what} of value: expected "
                        f"{getattr(shown, size)}, got {getattr(changed, size)}"
                    )
            gradient = self.hide(changed)
        return gradient

    def hooked(self, arrived: Iterable[tuple[Traced, Any]]) -> list[tuple[Traced, Any]]:
        """Return the gradients of tensors, changed by the hooks of those that are leaves."""
        return [
            (
                tensor,
                self.call_hooks(tensor.hooks_, gradient)
                if tensor.hooks_ and tensor._node is None
                else gradient,
            )
            for tensor, gradient in arrived
            if tensor._requires_grad  # it may have been switched off since
        ]

    def retain(self) -> None:
        """Add the gradients that passed tensors which retain theirs to their ``grad``."""
        if self.retained:
            with _accumulating:
                for tensor, gradient in self.retained:
                    held, shown = tensor.grad_, self.show(gradient)
                    tensor.grad_ = _copied(shown) if held is None else held + shown

    def accumulate(self, arrived: Iterable[tuple[Traced, Any]]) -> None:
        """Add the gradients to ``grad``: all hooks first, so that one that raises changes none."""
        self.accumulates = True
        ready = self.hooked(arrived)
        # Emptied as it goes: a gradient that nobody else refers to need not be copied.
        self.gradients.clear()
        ready.reverse()
        self.retain()
        site = None
        finished = []
        with _accumulating:
            while ready:
                tensor, gradient = ready.pop()
                if tensor.accumulated_:
                    finished.append(tensor)
                gradient = conjugated(gradient)
                held = tensor.grad_
                if isinstance(gradient, Traced):
                    tensor.grad_ = _copied(gradient) if held is None else held + gradient
                elif held is None:
                    tensor.grad_ = self.kind._wrap(_owned(gradient))
                else:
                    held._array += gradient
                    site = site or call_site()
                    ledger.write(held._array, site)
        for tensor in finished:
            call_accumulated(tensor)


# The class of new passes: anomaly detection puts another here.
new_sweep: type[Sweep] = Sweep


def _copied(gradient: Traced) -> Any:
    """Return a copy, recorded under ``create_graph``: no two tensors may share a gradient."""
    return cast(gradient, dtype=gradient.dtype)


def _owned(gradient: Any) -> Any:
    """Return an array that no one else holds: the gradient itself if possible, else a copy.

    Rules may return the incoming gradient, a view of it or a saved tensor, and two leaves must
    never share one. An array that owns its memory and that only the caller refers to was made
    for this leaf.
    """
    if (
        isinstance(gradient, ndarray)
        and gradient.base is None
        and sys.getrefcount(gradient) <= _ALONE
    ):
        return gradient
    return as_array(gradient).copy()


def _references_to_a_lone_array() -> int:
    """Return what ``getrefcount`` says in ``_owned`` of an array that nobody else refers to.

    Interpreters differ in how many references a call itself takes, so it is measured.
    """

    def count(gradient: Any) -> int:
        return sys.getrefcount(gradient)

    ready = [(None, ndarray(1))]
    _, gradient = ready.pop()
    return count(gradient)


_ALONE = _references_to_a_lone_array()
