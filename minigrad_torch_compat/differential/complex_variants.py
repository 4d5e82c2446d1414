"""Specs on complex operands, made of those on real ones: the same calls with other numbers.

A real operand ``x`` becomes ``x + i (slope x + shift)``, with a slope of its own for each position:
what is compared are derivatives along these lines, of functions of all parts of the results. Slope
and shift are exact in binary, so that means and differences of equal numbers stay exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

import minigrad as mg

from .spec import SPECS

# Operators that PyTorch defines and differentiates on complex numbers.
NAMES = """
    addcdiv addcmul true_divide ldexp lerp positive rsub pow float_power
    acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh exp2 expm1 log10
    log1p log2 logaddexp sigmoid sinc softsign tan tanhshrink
    eq ne isclose isfinite isinf isnan isreal logical_and logical_not where
    all any count_nonzero logsumexp var std var_mean std_mean cumsum cumprod logcumsumexp
    dist normalize pairwise_distance renorm l1_loss rms_norm triplet_margin_loss
    diff gradient trapezoid cumulative_trapezoid corrcoef
    addbmm addmm addmv addr baddbmm bmm chain_matmul dot einsum ger inner kron linear mm mv outer
    tensordot trace vdot
    conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d im2col col2im
    cholesky cholesky_solve det inverse linalg.cholesky linalg.cond linalg.cross linalg.det
    linalg.diagonal linalg.eigvalsh linalg.householder_product linalg.inv
    linalg.lstsq linalg.lu linalg.lu_factor linalg.lu_solve linalg.matrix_exp linalg.matrix_norm
    linalg.matrix_power linalg.matrix_rank linalg.multi_dot linalg.pinv linalg.qr
    linalg.slogdet linalg.solve linalg.solve_triangular linalg.svdvals linalg.tensorinv
    linalg.tensorsolve linalg.vander linalg.vecdot logdet lu_unpack
    nuclear_norm ormqr slogdet triangular_solve
    block_diag broadcast_tensors cartesian_prod cat channel_shuffle chunk column_stack
    combinations contiguous diag diag_embed diagflat diagonal diagonal_scatter expand flatten flip
    gather getitem hstack index_add index_copy index_fill index_put index_select masked_fill
    masked_scatter masked_select meshgrid movedim narrow pad permute pixel_shuffle put repeat
    repeat_interleave reshape roll rot90 scatter scatter_add select split squeeze stack sum_to_size
    take take_along_dim tensor_split tile transpose tril triu unbind unflatten unfold unsqueeze view
""".split()  # noqa: SIM905 - a list of literals is three times as long


def turned(engine: Any, value: Any, position: int = 0) -> Any:
    """Return a tensor of real numbers, also within a list, as one of complex numbers."""
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(turned(engine, item, position + i) for i, item in enumerate(value))
    if isinstance(value, engine.Tensor) and value.dtype in (engine.float32, engine.float64):
        return engine.complex(value, value * (0.5 - 0.375 * position) + 0.3125)
    return value


def shown(engine: Any, result: Any) -> Any:
    """Return complex results as pairs of real numbers."""
    if isinstance(result, tuple | list):
        return [shown(engine, item) for item in result]
    if engine.is_complex(result):
        # Not view_as_real: the derivative of PyTorch's refuses some memory layouts.
        return engine.stack([engine.real(result), engine.imag(result)], -1)
    return result


def on_complex(engine: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``function`` of complex numbers as one of real ones."""

    def call(*args: Any, **kwargs: Any) -> Any:
        named = {name: turned(engine, value, 1) for name, value in kwargs.items()}
        return shown(engine, function(*turned(engine, args), **named))

    return call


def register_variants() -> None:
    """Register a spec ``name/complex`` for each of ``NAMES``, whose own are registered."""
    for name in NAMES:
        spec = SPECS[name]
        ours, theirs = on_complex(mg, spec.ours), on_complex(torch, spec.theirs)
        variant = f"{name}/complex"
        if variant in SPECS:
            raise ValueError(f"a spec named {variant!r} exists already")
        SPECS[variant] = replace(
            spec, name=variant, ours=ours, theirs=theirs, errors=None, method=None
        )
