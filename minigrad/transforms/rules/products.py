"""Products: the examples are a batch dimension of the contraction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from ...ops.contracting.contraction import contract
from ...ops.pointwise.elementwise import add
from ..batching import aligned, everywhere, rule_for

Call = Callable[..., Any]


@rule_for("contract")
def contraction(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    xs: str,
    ys: str,
    outs: str,
) -> Any:
    """Give the examples a label of their own."""
    label = next(c for c in map(chr, count(0xE000)) if c not in xs + ys + outs)
    xs, ys = (label + own if m else own for own, m in zip((xs, ys), mapped))
    return call(*operands, xs=xs, ys=ys, outs=label + outs)


@rule_for("matmul")
def matmul(call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /) -> Any:
    """A product of vectors and matrices, as a contraction."""
    ndims = [x.ndim - m for x, m in zip(operands, mapped)]
    xs, ys = "ik"[-ndims[0] :], "kj"[: ndims[1]]
    outs = xs[:-1] + ys[1:]
    return contraction(contract, operands, mapped, size, xs=xs, ys=ys, outs=outs)


@rule_for("attention")
def attention(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, **attributes: Any
) -> Any:
    """The examples are a leading dimension of all three; a mask broadcasts."""
    *three, bias = [*operands, None][:4]
    three = everywhere(three, mapped, size)
    if bias is not None:
        _, bias = aligned([three[0], bias], [True, mapped[3]])
    return call(*three, bias, **attributes)


@rule_for("linear")
def linear(call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /) -> Any:
    """One weight for all: more rows. A weight for each: a contraction."""
    if not any(mapped[1:]):
        return call(*operands)
    x, weight = operands[:2]
    rows = "".join(map(chr, range(ord("A"), ord("A") + x.ndim - mapped[0] - 1)))
    out = (
        contraction(
            contract, (x, weight), mapped[:2], size, xs=rows + "k", ys="nk", outs=rows + "n"
        )
        if any(mapped[:2])
        else call(x, weight)
    )
    bias = operands[2] if len(operands) > 2 else None
    if bias is None:
        return out
    return add(*aligned([out, bias], [any(mapped[:2]), mapped[2]]))
