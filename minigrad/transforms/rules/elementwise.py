"""Operations on single elements: line the examples up, and call the primitive once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import PRIMITIVES
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...backend.dtypes import result_type
from ...ops.pointwise.comparison import where
from ...ops.reducing.reductions import sum
from ..batching import PRIMITIVE_RULES, aligned, everywhere, rule_for

# All primitives of these files, but for a few, give element for element.
FAMILIES = (
    *("activations", "angles", "bessel", "bits", "combinations", "comparison", "complex_numbers"),
    *("distances", "division", "elementwise", "entropies", "floats", "gamma", "normal"),
    *("polynomials", "powers", "rectifiers", "rounding", "transcendental"),
)
OTHERS = {"where_indices"}


def elementwise(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    **attributes: Any,
) -> Any:
    """Call once, with dimensions lined up."""
    promoted = _promoted(call, operands, mapped)
    return call(*aligned(promoted, mapped), **attributes)


def straight(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    **attributes: Any,
) -> Any:
    """Call as it is: what has one operand and looks at its last dimensions at most."""
    return call(*operands, **attributes)


def _promoted(
    call: Callable[..., Any], operands: Sequence[Any], mapped: Sequence[bool]
) -> Sequence[Any]:
    """Return operands of a dtype that depends on the dimensions of the examples alone.

    A 0-d tensor counts for less than others when dtypes are promoted, but many 0-d examples make a
    tensor with a dimension.
    """
    entry = call.primitive  # type: ignore[attr-defined]
    first = int(entry.name == "where")  # its condition has a dtype of its own
    held = [
        (x.ndim - m, x.dtype)
        for x, m in list(zip(operands, mapped))[first:]
        if isinstance(x, Traced) or is_array(x)
    ]
    if entry.dtypes is None or len({dtype for _, dtype in held}) < 2:
        return operands
    if all(n for n, _ in held):
        return operands
    wanted = result_type(*(np.empty((1,) * n, dtype) for n, dtype in held))
    return [
        cast(x, dtype=wanted) if i >= first and isinstance(x, Traced) and x.dtype != wanted else x
        for i, x in enumerate(operands)
    ]


for _name, _entry in PRIMITIVES.items():
    if _entry.forward.__module__.rpartition(".")[2] in FAMILIES and _name not in OTHERS:
        PRIMITIVE_RULES[_name] = elementwise

rule_for(
    *("cast", "real", "conj", "clone", "unaware", "transfer", "one_hot", "tril", "triu"),
    "masked_softmax",
)(straight)


@rule_for(
    *("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"),
    *("binary_cross_entropy", "binary_cross_entropy_with_logits"),
)
def loss(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    scale: Any,
    **attributes: Any,
) -> Any:
    """The losses of all elements; then each example's own sum of them."""
    both = aligned(everywhere(operands, mapped, size), (True, True))
    losses = call(*both, scale=None, **attributes)
    if scale is None:
        return losses
    return sum(losses, tuple(range(1, losses.ndim))) * scale if losses.ndim > 1 else losses * scale


@rule_for("masked_fill")
def masked_fill(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    mask: Any,
) -> Any:
    """A value for each example chooses like ``where``; one for all is filled in as it is."""
    x, value = operands
    if mapped[1]:
        x, value = operands if mapped[0] else (x, value)
        value = cast(value, dtype=x.dtype)
        condition, x, value = aligned([mask, x, value], [False, *mapped])
        return where(condition, value, x)
    _, x = aligned([mask, x], [False, True])
    return call(x, value, mask=mask)


def refused(name: str) -> Callable[..., Any]:
    """Return the rule of what has results of a different shape for each example."""

    def rule(*args: Any, **attributes: Any) -> Any:
        raise RuntimeError(
            f"vmap: It looks like you're attempting to use {name}, whose result has another shape "
            "for each example. There is no batched form of it: move it out of vmap"
        )

    return rule


for _name in ("where_indices", "nonzero", "unique"):
    rule_for(_name)(refused(_name))


@rule_for("boundary")
def refuse_hooks(*args: Any, **attributes: Any) -> Any:
    """A module's backward hook is called once for the module, not for each example."""
    raise RuntimeError("vmap: modules with backward hooks are not supported inside of vmap")
