"""Normalisation: statistics of each example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...autograd.modes import no_grad
from ...ops.indices.writing import write_
from ...ops.normalizing.channel_norms import batch_norm, instance_norm
from ...ops.pointwise.elementwise import add, mul
from ...ops.pointwise.transcendental import rsqrt
from ...ops.reducing.reductions import mean
from ...ops.shaping.shapes import reshape
from ..batching import aligned, everywhere, folded, function_rule, one_by_one, rule_for, unfolded
from ..levels import Level, level_of

Call = Callable[..., Any]


@rule_for("scale_shift")
def scale_shift(call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /) -> Any:
    """Element for element, into a result that has the shape of the first operand."""
    both = everywhere(operands, mapped, size)
    return call(*aligned(both, (True,) * 3))


@rule_for("layer_norm", "rms_norm")
def of_rows(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, **attributes: Any
) -> Any:
    """Rows are rows; a weight for each example is applied afterwards."""
    x, *parameters = operands
    if not any(mapped[1:]):
        return call(x, *parameters, **attributes)
    out = call(x, *(None for _ in parameters), **attributes)
    return _affine(out, mapped[0], parameters, mapped[1:])


@rule_for("group_norm")
def of_groups(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, **attributes: Any
) -> Any:
    """The images of all examples are many images; a weight for each is applied afterwards."""
    x, *parameters = operands
    if not any(mapped[1:]):
        return unfolded(call(folded(x), *parameters, **attributes), size)
    plain = call(folded(x) if mapped[0] else x, None, None, **attributes)
    out = unfolded(plain, size) if mapped[0] else plain
    positions = (1,) * (out.ndim - mapped[0] - 2)
    shaped = [p if p is None else reshape(p, (*p.shape, *positions)) for p in parameters]
    return _affine(out, mapped[0], shaped, mapped[1:])


def _affine(out: Any, out_mapped: bool, parameters: Sequence[Any], mapped: Sequence[bool]) -> Any:
    """Return ``out * weight + bias``, without those that are None."""
    for operation, parameter, m in zip((mul, add), parameters, mapped):
        if parameter is not None:
            out = operation(*aligned([out, parameter], [out_mapped, m]))
            out_mapped = out_mapped or m
    return out


def _check_running(name: str, input: Any, running_mean: Any) -> None:
    if level_of(running_mean) is None and level_of(input) is not None:
        raise RuntimeError(
            f"{name} got a batched tensor as input while the running_mean or running_var, which "
            "will be updated in place, were not batched. Please see "
            "https://pytorch.org/docs/main/func.batch_norm.html for options to fix this"
        )


@function_rule(instance_norm)
def instance_norm_of_examples(
    level: Level,
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    *rest: Any,
    **options: Any,
) -> Any:
    """Running statistics must be each example's; without them the groups' rule does it all."""
    args = (input, running_mean, running_var, weight, bias, use_input_stats, *rest)
    if not use_input_stats or running_mean is None:
        return instance_norm.__wrapped__(*args, **options)  # type: ignore[attr-defined]
    _check_running("Instance norm", input, running_mean)
    return one_by_one(level, instance_norm, args, options)


@function_rule(batch_norm)
def batch_norm_of_examples(
    level: Level,
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Statistics of each example by its own batch; running ones must be each example's too."""
    if not training:
        return batch_norm.__wrapped__(  # type: ignore[attr-defined]
            input, running_mean, running_var, weight, bias, False, momentum, eps
        )
    over = (0, *range(2, input.ndim))
    shape = (1, input.shape[1], *(1,) * (input.ndim - 2))
    centre = mean(input, over, True)
    centred = input - centre
    variance = mean(centred * centred, over, True)
    if running_mean is not None:
        _check_running("Batch norm", input, running_mean)
        count = input.numel() // input.shape[1]
        with no_grad():
            unbiased = variance * (count / (count - 1))
            for running, new in ((running_mean, centre), (running_var, unbiased)):
                write_(running, running * (1 - momentum) + reshape(new, -1) * momentum)
    out = centred * rsqrt(variance + eps)
    if weight is not None:
        out = out * reshape(weight, shape)
    return out if bias is None else out + reshape(bias, shape)
