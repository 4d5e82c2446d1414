"""Many backward passes at once: ``autograd.grad(..., is_grads_batched=True)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..autograd.functional import grad
from .mapping import vmap
from .pullback import zeros_like


def batched_gradients(
    outputs: Sequence[Any],
    inputs: Sequence[Any],
    grad_outputs: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    allow_unused: bool | None,
    materialize: bool,
) -> tuple[Any, ...]:
    """Return the gradients for every slice of ``grad_outputs`` along their first dimension."""
    if grad_outputs is None:
        raise RuntimeError("is_grads_batched=True needs grad_outputs: there is no default for many")
    used: list[bool] = []

    def pull(*cotangents: Any) -> tuple[Any, ...]:
        found = grad(
            outputs,
            inputs,
            cotangents,
            retain_graph,
            create_graph,
            allow_unused=allow_unused,
        )
        used[:] = [g is not None for g in found]
        return tuple(g for g in found if g is not None)

    found = iter(vmap(pull)(*grad_outputs))
    size = grad_outputs[0].shape[0]
    return tuple(
        next(found) if held else zeros_like(x).expand((size, *x.shape)) if materialize else None
        for x, held in zip(inputs, used)
    )
