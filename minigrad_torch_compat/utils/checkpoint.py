"""``torch.utils.checkpoint``: compute twice, remember less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minigrad.nn import Module, Sequential
from minigrad.transforms import checkpoint

from ..missing import room as _room

__all__ = ["checkpoint", "checkpoint_sequential"]


def checkpoint_sequential(
    functions: Sequential | Sequence[Callable[..., Any]],
    segments: int,
    input: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
) -> Any:
    """Call functions one after the other, in segments of which all but the last are checkpointed.

    Args:
        functions: a ``Sequential``, or functions of one argument.
        segments: into how many to cut them.
        input: that of the first.
        use_reentrant: without effect.
        preserve_rng_state: draw the same random numbers again.
    """
    steps = list(functions.children()) if isinstance(functions, Module) else list(functions)
    size = len(steps) // segments

    def run(chosen: Sequence[Callable[..., Any]]) -> Callable[[Any], Any]:
        def forward(x: Any) -> Any:
            for step in chosen:
                x = step(x)
            return x

        return forward

    end = size * (segments - 1)
    for start in range(0, end, size):
        part = run(steps[start : start + size])
        input = checkpoint(part, input, preserve_rng_state=preserve_rng_state)
    return run(steps[end:])(input)


__getattr__ = _room(globals(), code=True)
