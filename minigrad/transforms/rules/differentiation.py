"""``autograd.grad`` and ``backward`` inside ``vmap``: the gradients of each example."""

from __future__ import annotations

from typing import Any

from ...autograd import engine
from ...autograd.functional import backward, grad
from ...autograd.stand_in import StandIn
from ...autograd.traced import Traced
from ..batching import function_rule
from ..levels import Level, expose_all, hide_all, levels_of
from ..pullback import check_cotangent, one_like, zeros_like


@function_rule(grad)
def gradients_of_examples(
    level: Level,
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """One pass on the physical tensors: examples do not meet, so their gradients do not either."""
    roots, targets = _listed(outputs), _listed(inputs)
    given = [None] * len(roots) if grad_outputs is None else _listed(grad_outputs)
    levels = max(map(levels_of, targets), key=len)
    for root in roots:
        if not root.requires_grad:
            raise RuntimeError(
                "element 0 of tensors does not require grad and does not have a grad_fn"
            )
        if not set(levels_of(root)) <= set(levels):
            raise RuntimeError(
                "autograd.grad inside vmap: an output is batched and an input is not, so that the "
                "input has another gradient for each example: use minigrad.grad or vjp, which "
                "give every example an input of its own"
            )
    gradients = []
    for root, cotangent in zip(roots, given, strict=True):
        if cotangent is None:
            if root.numel() != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            cotangent = one_like(root)
        check_cotangent(root, cotangent)
        gradients.append(expose_all(cotangent, levels))
    bases = [expose_all(x, levels) for x in targets]
    found = engine.gradients_of(
        [expose_all(root, levels) for root in roots],
        gradients,
        bases,
        retain_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
        on_tensors=any(isinstance(g._array, StandIn) for g in gradients),
    )
    if not allow_unused and not materialize_grads and None in found:
        raise RuntimeError(
            "One of the differentiated Tensors appears to not have been used in the graph. Set "
            "allow_unused=True if this is the desired behavior."
        )
    if materialize_grads:
        found = [zeros_like(x) if g is None else g for x, g in zip(bases, found)]
    return tuple(None if g is None else hide_all(g, levels) for g in found)


@function_rule(backward)
def refuse_backward(level: Level, *args: Any, **kwargs: Any) -> Any:
    """Leaves are not each example's own."""
    raise RuntimeError(
        "backward() called inside vmap. This is not supported, please use minigrad.grad or vjp "
        "instead or call backward() outside of vmap."
    )


def _listed(tensors: Any) -> list[Any]:
    return [tensors] if isinstance(tensors, Traced) else list(tensors)
