"""Checkpoints: compute twice, remember less.

A checkpointed call is recorded as usual; then its nodes drop what they saved. The graph stays, the
memory goes. When a backward pass first asks for something that was dropped, the function is called
again, which records the same nodes in the same order, and what they save is handed over one by
one. So the graph never differs from that of a plain call: parameters that the function captures,
hooks, several results, ``create_graph`` and checkpoints inside checkpoints need no care.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..autograd.ledger import ledger, next_number
from ..autograd.modes import enable_grad
from ..autograd.node import Node, Output
from ..autograd.paths import parents_of, place_of
from ..autograd.saved import saved_by
from ..backend.random import default_generator
from ..tensor import Tensor
from .levels import active, inside
from .pullback import base_of
from .trees import leaves_of


class CheckpointError(RuntimeError):
    """The function did not do the same when it was called again."""


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    context_fn: Callable[[], tuple[Any, Any]] | None = None,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """Call a function without keeping its intermediate results: backward computes them anew.

    Memory is saved if a model is cut into several checkpointed calls: the intermediate results of
    one of them exist at a time.

    Args:
        function: must do the same when it is called again with the same arguments.
        *args: its arguments, tensors or not.
        use_reentrant: accepted, as in PyTorch; there is one variant, which has all the features
            of the one that is not reentrant.
        preserve_rng_state: draw the same random numbers again (for dropout).
        context_fn: returns two context managers, for the first call and for the second.
        determinism_check: "none" hands over what the second call saves without a look at it.
        debug, early_stop: accepted, as in PyTorch.
        **kwargs: the function's keyword arguments.

    Raises:
        CheckpointError: in the backward pass, if the second call recorded something else.
        RuntimeError: there too, if an argument was changed in place since.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor(2.0, requires_grad=True)
        >>> y = mg.checkpoint(lambda x: mg.exp(x * x), x, use_reentrant=False)
        >>> y.backward()
        >>> x.grad
        tensor(218.3926)
    """
    first, second = context_fn() if context_fn is not None else (None, None)
    state = default_generator.get_state() if preserve_rng_state else None
    start = next_number()
    with first or contextlib.nullcontext():
        result = function(*args, **kwargs)
    nodes = saving_nodes(leaves_of(result), start)
    if nodes:
        Segment(nodes, function, args, kwargs, state, second, determinism_check != "none")
    return result


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """Call functions one after the other, in checkpointed segments.

    Args:
        functions: modules or functions of one argument; or an ``nn.Sequential``.
        segments: how many segments to cut them into; the last one is not checkpointed.
        input: the argument of the first.
        use_reentrant: accepted, as in PyTorch.
        **kwargs: ``preserve_rng_state`` and the like, for ``checkpoint``.
    """
    steps = list(functions.children()) if hasattr(functions, "children") else list(functions)
    size = max(len(steps) // segments, 1)

    def run(start: int, end: int) -> Callable[[Any], Any]:
        def call(x: Any) -> Any:
            for step in steps[start:end]:
                x = step(x)
            return x

        return call

    end = 0
    for start in range(0, size * (segments - 1), size):
        end = start + size
        input = checkpoint(run(start, end), input, use_reentrant=use_reentrant, **kwargs)
    return run(end, len(steps))(input)


class Segment:
    """What a checkpointed call recorded; stands in ``saved`` of its nodes, which dropped theirs."""

    def __init__(
        self,
        nodes: list[Node],
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        random_state: Any,
        context: Any,
        checked: bool,
    ) -> None:
        self.expected = [_description(node) for node in nodes]
        self.number = nodes[-1].number
        self.function, self.args, self.kwargs = function, args, kwargs
        self.random_state, self.context, self.checked = random_state, context, checked
        self.levels = active.levels
        self.recalled: dict[int, Any] = {}
        self.lock = threading.RLock()
        # Nodes refer to the segment, which knows them by their place in the order alone: no cycle.
        self.places = {node.number: place for place, node in enumerate(nodes)}
        for node in nodes:
            node.saved = self  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Any]:
        """Iterate over what is there at present: nothing."""
        return iter(())

    def recall(self, node: Node) -> tuple[Any, ...]:
        """Return what a node saved, computed anew if it was not yet or was asked for before."""
        place = self.places[node.number]
        with self.lock:
            if place not in self.recalled:
                self._compute()
            found = self.recalled.pop(place)
        return found if isinstance(found, tuple) else saved_by(found)

    def _compute(self) -> None:
        self._check_arguments()
        start = next_number()
        with self._as_before():
            result = self.function(*self.args, **self.kwargs)
        nodes = saving_nodes(leaves_of(result), start)
        found = [_description(node) for node in nodes]
        if len(found) != len(self.expected) or (self.checked and found != self.expected):
            raise CheckpointError(
                "checkpoint: Recomputed values have different metadata than during the forward "
                f"pass: the function recorded {_text(self.expected)} then, and {_text(found)} when "
                "it was called again"
            )
        for place, node in enumerate(nodes):
            if isinstance(node.saved, Segment):
                self.recalled[place] = node  # of a checkpoint inside: computed when its turn comes
            else:
                self.recalled[place], node.saved = saved_by(node), None

    @contextlib.contextmanager
    def _as_before(self) -> Iterator[None]:
        """Record, under the levels of ``vmap`` and with the random numbers of the first call."""
        state = default_generator.get_state()
        if self.random_state is not None:
            default_generator.set_state(self.random_state)
        try:
            with enable_grad(), inside(self.levels), self.context or contextlib.nullcontext():
                yield
        finally:
            if self.random_state is not None:
                default_generator.set_state(state)

    def _check_arguments(self) -> None:
        if ledger.last <= self.number:
            return
        for argument in leaves_of((self.args, self.kwargs)):
            if not isinstance(argument, Tensor):
                continue
            entry = ledger.entry(base_of(argument)._array)
            if entry is not None and entry.last > self.number:
                raise RuntimeError(
                    "checkpoint: an argument of shape "
                    f"{argument.shape} has been modified by an inplace operation, at "
                    f"{entry.where()}, before it was needed to compute again what had been "
                    "dropped. Modify a clone() instead."
                )


def saving_nodes(results: Iterable[Any], start: int) -> list[Node]:
    """Return the nodes younger than ``start`` that save something and lead to one of the results.

    They come in the order in which they were recorded.
    """
    queue = [place_of(base_of(r)) for r in results if isinstance(r, Tensor)]
    seen = set()
    while queue:
        place = queue.pop()
        if isinstance(place, Node | Output) and place.number > start and place not in seen:
            seen.add(place)
            queue += parents_of(place)
    nodes = [n for n in seen if isinstance(n, Node) and n.primitive.saves and n.saved is not None]
    return sorted(nodes, key=lambda node: node.number)


def _description(node: Node) -> tuple[Any, ...]:
    return node.primitive.name, node.shape, node.dtype


def _text(nodes: Sequence[tuple[Any, ...]]) -> str:
    return f"{len(nodes)} operations: " + ", ".join(f"{name} {shape}" for name, shape, _ in nodes)
