"""Comparing a function's gradients with finite differences, input by input."""

from __future__ import annotations

from typing import Any

import numpy as np

from .derivatives import (
    Function,
    Matrix,
    analytic_derivative,
    elements,
    floating,
    gradients_at,
    is_complex,
    moved,
    numeric_derivative,
    real,
    targets_of,
    values_of,
)
from .gradient_report import Comparison, GradcheckReport, close, likely_cause
from .traced import Traced


def report_on(
    func: Function, args: tuple[Any, ...], eps: float, atol: float, rtol: float, nondet_tol: float
) -> GradcheckReport:
    """Return the comparison of all inputs with all outputs."""
    remarks = remarks_on(func, args, nondet_tol)
    positions, targets = zip(*targets_of(args), strict=True)
    outputs = floating(func(*args))
    analytic = [analytic_derivative(output, targets) for output in outputs]
    found = []
    for i, target in enumerate(targets):
        numeric = numeric_derivative(func, args, target, eps)
        for o, output in enumerate(outputs):
            pair = _Pair(func, args, target, o, output, analytic[o][0][i], numeric[o], eps)
            found.append(pair.compare(positions[i], atol, rtol, analytic[o][1][i]))
    found.sort(key=lambda comparison: comparison.output)
    return GradcheckReport(tuple(found), remarks)


class _Pair:
    """An input and an output, and the two derivatives of the one by the other."""

    def __init__(
        self,
        func: Function,
        args: tuple[Any, ...],
        target: Traced,
        number: int,
        output: Traced,
        analytic: Matrix,
        numeric: Matrix,
        eps: float,
    ) -> None:
        self.func = func
        self.args = args
        self.target = target
        self.number = number
        self.output = output
        self.analytic = analytic
        self.numeric = numeric
        self.eps = eps

    def compare(self, position: int, atol: float, rtol: float, arrives: bool) -> Comparison:
        """Return where and how the derivatives differ most."""
        error = np.abs(self.analytic - self.numeric)
        right = close(self.analytic, self.numeric, atol, rtol)
        row, column = self.worst(error, right)
        empty = not error.size
        kink = not empty and self.is_kink(row, atol, rtol)
        ok = bool(right.all())
        index, unit = ((), 1) if empty else elements(self.target)[row]
        output_index, output_unit = ((), 1) if empty else elements(self.output)[column]
        parts = is_complex(self.target) or is_complex(self.output)
        return Comparison(
            input=position,
            output=self.number,
            ok=ok,
            index=index,
            output_index=output_index,
            part=f"d {_part(output_unit)} / d {_part(unit)}" if parts else "",
            analytic=0.0 if empty else float(self.analytic[row, column]),
            numeric=0.0 if empty else float(self.numeric[row, column]),
            error=0.0 if empty else float(error[row, column]),
            wrong=int(error.size - right.sum()),
            size=error.size,
            kink=kink,
            cause="" if ok else self.cause(right, atol, rtol, arrives),
        )

    def worst(self, error: Matrix, right: Matrix) -> tuple[int, int]:
        """Return where the derivatives differ most; where nothing is defined first of all."""
        if not error.size:
            return 0, 0
        ranked = np.where(np.isnan(error) & ~right, np.inf, np.nan_to_num(error))
        # An error within the tolerance is no error, however large the numbers.
        return np.unravel_index(np.argmax(np.where(right, ranked * 1e-300, ranked)), error.shape)  # type: ignore[return-value]

    def cause(self, right: Matrix, atol: float, rtol: float, arrives: bool) -> str:
        """Return in words what is likely to be wrong."""
        wrong_rows = np.flatnonzero(~right.all(axis=1))[:_KINKS]
        if all(self.is_kink(row, atol, rtol) for row in wrong_rows):
            return (
                "a kink at this point: the differences to its two sides disagree, and so may any "
                "gradient; check another point"
            )
        analytic, numeric = self.analytic, self.numeric
        if _is_coarse(self.target) or _is_coarse(self.output):
            # Differences in low precision need a larger step, and agree less.
            atol = rtol = _COARSE[np.finfo(self.coarsest()).bits]
            numeric = numeric_derivative(self.func, self.args, self.target, atol)[self.number]
            if close(analytic, numeric, 10 * atol, 10 * rtol).all():
                return (
                    f"{self.coarsest()} input: precision; with a step of {atol:g} the gradients "
                    "agree. Check in float64"
                )
        shapes = (real(self.target._array).shape, real(self.output._array).shape)
        return likely_cause(analytic, numeric, shapes, atol, rtol, arrives)

    def coarsest(self) -> Any:
        """Return the dtype of lower precision among input and output."""
        return min((self.target.dtype, self.output.dtype), key=lambda dtype: np.finfo(dtype).bits)

    def is_kink(self, row: int, atol: float, rtol: float) -> bool:
        """Return True if the differences to the two sides of an element of the input disagree."""
        index, unit = elements(self.target)[row]
        here = values_of(self.func, self.args)[self.number]
        ahead = moved(self.func, self.args, self.target, index, self.eps * unit)[self.number]
        behind = moved(self.func, self.args, self.target, index, -self.eps * unit)[self.number]
        right, left = (ahead - here) / self.eps, (here - behind) / self.eps
        if _is_coarse(self.target) or _is_coarse(self.output):
            return False  # lost in rounding
        return not close(left, right, 10 * atol, 10 * rtol).all()


_KINKS = 32  # elements that are looked at for kinks
_COARSE = {32: 5e-3, 16: 5e-2}  # steps for differences in float32 and float16


def _part(unit: complex) -> str:
    return "Re" if unit == 1 else "Im"


def _is_coarse(tensor: Traced) -> bool:
    return bool(np.finfo(tensor.dtype).bits < 64)


def remarks_on(func: Function, args: tuple[Any, ...], nondet_tol: float) -> tuple[str, ...]:
    """Return what is wrong with the function, or with its backward, as a whole."""
    one, two = values_of(func, args), values_of(func, args)
    for i, (a, b) in enumerate(zip(one, two, strict=True)):
        if not np.allclose(a, b, rtol=0, atol=nondet_tol, equal_nan=True):
            return (
                f"not a function: two evaluations of output {i} at the same point differ by "
                f"{np.abs(a - b).max():.2g}",
            )
    targets = [target for _, target in targets_of(args)]
    found = []
    for i, output in enumerate(floating(func(*args))):
        weights = np.random.default_rng(i).standard_normal(output.shape)
        first, again = (gradients_at(output, targets, weights) for _ in range(2))
        double, none = (gradients_at(output, targets, k * weights) for k in (2, 0))
        for target in range(len(targets)):
            a, b, c, d = (_flat(grads[target]) for grads in (first, again, double, none))
            if not np.allclose(a, b, rtol=0, atol=nondet_tol, equal_nan=True):
                found.append(
                    "Backward is not reentrant, i.e., running backward with the same input and "
                    f"grad_output multiple times gives different values (output {i})"
                )
            elif np.nan_to_num(d).any() or not np.allclose(2 * a, c, rtol=1e-3, equal_nan=True):
                found.append(f"backward not multiplied by grad_output (output {i})")
    return tuple(dict.fromkeys(found))


def _flat(gradient: Any) -> Matrix:
    return np.zeros(0) if gradient is None else real(gradient._array)
