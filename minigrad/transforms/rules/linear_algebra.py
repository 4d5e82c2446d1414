"""Linear algebra: the examples are one more batch dimension."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...ops.linear_algebra.checks import check_info
from ...ops.linear_algebra.lu import check_pivots
from ..batching import aligned, everywhere, function_rule, repeated, rule_for
from ..levels import Level, expose
from .elementwise import straight

rule_for(
    *("svd", "cholesky_ex", "inv_ex", "det", "slogdet", "lu_factor_ex", "matrix_exp", "eigh"),
    *("geqrf", "eig", "permutation"),
)(straight)


@rule_for("qr")
def qr(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    mode: str,
) -> Any:
    """With mode "r" there is no Q, but an empty tensor without batch dimensions."""
    q, r = call(*operands, mode=mode)
    return (repeated(q, False, size) if mode == "r" else q), r


@rule_for("solve_ex", "solve_triangular")
def of_pairs(
    call: Callable[..., Any],
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    **attributes: Any,
) -> Any:
    """Batch dimensions broadcast."""
    both = everywhere(operands, mapped, size)
    return call(*aligned(both, (True, True)), **attributes)


@function_rule(check_info, check_pivots)
def check_all(level: Level, name: str, info: Any, *rest: Any) -> None:
    """Raise if one of the examples fails."""
    function = check_pivots if not rest else check_info
    function(name, expose(info, level), *rest)
