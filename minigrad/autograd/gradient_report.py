"""What a gradient check found, in numbers and in words: the report and its likely causes.

A derivative is a matrix here: a row per element of the input, a column per element of the output,
real and imaginary parts of complex numbers counted as two elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Comparison", "GradcheckReport", "close", "likely_cause"]

Matrix = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Comparison:
    """The derivative of one output by one input, where the two ways to compute it differ most.

    Attributes:
        input, output: their positions.
        ok: they agree within the tolerances, at every element.
        index, output_index: the elements of the input and the output where they differ most.
        part: of complex elements, which parts: "d Im / d Re", say.
        analytic: the derivative that backward gives there.
        numeric: the one that finite differences give.
        error: the absolute difference.
        wrong: how many elements of the derivative differ too much, of ``size``.
        size: how many elements the derivative has.
        kink: the differences to both sides of the point disagree.
        cause: what is likely to be wrong, in words; empty if nothing is.
    """

    input: int
    output: int
    ok: bool
    index: tuple[int, ...]
    output_index: tuple[int, ...]
    part: str
    analytic: float
    numeric: float
    error: float
    wrong: int
    size: int
    kink: bool
    cause: str

    def __str__(self) -> str:
        verdict = "ok   " if self.ok else "WRONG"
        what = f"d output {self.output}{_at(self.output_index)}"
        by = f"d input {self.input}{_at(self.index)}"
        if not self.size:
            return f"{verdict}  d output {self.output} / d input {self.input}: no elements"
        lines = [
            f"{verdict}  {what} / {by}{f' ({self.part})' if self.part else ''}: analytic "
            f"{self.analytic:.6g}, numeric {self.numeric:.6g}, error {self.error:.2g}"
        ]
        if not self.ok:
            lines.append(f"       {self.wrong} of {self.size} elements differ")
            lines.append(f"       likely cause: {self.cause}")
        elif self.kink:
            lines.append("       a kink at this point: the differences to its two sides disagree")
        return "\n".join(lines)


@dataclass(frozen=True)
class GradcheckReport:
    """What a gradient check found: a comparison per input and output.

    Attributes:
        comparisons: in the order of the outputs, and of the inputs for each.
        remarks: what is wrong beside single derivatives, in words.
    """

    comparisons: tuple[Comparison, ...]
    remarks: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.remarks and all(found.ok for found in self.comparisons)

    @property
    def failures(self) -> tuple[Comparison, ...]:
        """The comparisons that failed."""
        return tuple(found for found in self.comparisons if not found.ok)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return "\n".join([*map(str, self.comparisons), *self.remarks])


def _at(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def close(analytic: Matrix, numeric: Matrix, atol: float, rtol: float) -> Matrix:
    """Return where two derivatives agree."""
    return np.isclose(analytic, numeric, rtol=rtol, atol=atol, equal_nan=True)


def likely_cause(
    analytic: Matrix,
    numeric: Matrix,
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
    atol: float,
    rtol: float,
    arrives: bool,
) -> str:
    """Return in words why an analytic derivative is likely to be wrong.

    Args:
        analytic, numeric: the derivatives.
        shapes: of the input and of the output; complex ones end in an axis of length 2.
        atol, rtol: the tolerances.
        arrives: a gradient arrives at the input at all.
    """

    def same(one: Matrix, other: Matrix) -> bool:
        return one.shape == other.shape and bool(close(one, other, atol, rtol).all())

    if np.isnan(analytic).any() or np.isnan(numeric).any():
        who = "analytic" if np.isnan(analytic).any() else "numeric"
        return f"the {who} gradient is nan: the point is outside the function's domain, or 0 * inf"
    if not analytic.any():
        why = "is zero everywhere" if arrives else "never arrives"
        return f"the gradient {why}: a detached tensor or a missing rule"
    if same(-analytic, numeric):
        return "the sign is flipped"
    if not numeric.any():
        return "the numeric gradient is zero everywhere: the output does not depend on this input"
    factor = float((analytic * numeric).sum() / (numeric * numeric).sum())
    if same(analytic, factor * numeric):
        return _factor(factor, shapes)
    for transposed in _transposed(analytic, shapes):
        if same(transposed, numeric):
            return "the gradient is transposed"
    if _conjugated(analytic, numeric, shapes, same):
        return "the gradient is conjugated"
    part = analytic != 0
    if analytic.size and not part.all() and same(analytic[part], numeric[part]):
        if np.prod(shapes[0]) < np.prod(shapes[1]):
            return (
                "the gradients of some outputs are lost: a missing sum over the dimensions that "
                "were broadcast?"
            )
        return "the gradient is right in some places and zero in others: a part is left out"
    if same(np.sort(analytic, axis=None), np.sort(numeric, axis=None)):
        return "the right values in the wrong places: an index, a permutation or a shape"
    agree = int(close(analytic, numeric, atol, rtol).sum())
    return f"a wrong formula: it agrees at {agree} of {analytic.size} elements"


def _factor(factor: float, shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> str:
    text = f"the analytic gradient is {factor:.3f} times the numeric one: a factor"
    sizes = [float(np.prod(shape)) for shape in shapes]
    # A factor of two has too many causes to guess at one.
    counts = {*shapes[0], *shapes[1], *sizes, max(sizes) / max(min(sizes), 1)}
    counts = {count for count in counts if count > 2}
    if any(abs(factor * count - 1) < 1e-6 for count in counts):
        text += ", as of a mean where a sum was meant"
    elif any(abs(factor / count - 1) < 1e-6 for count in counts):
        text += ", as of a sum where a mean was meant"
    return text


def _transposed(analytic: Matrix, shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> list[Matrix]:
    """Return an analytic derivative with the last two dimensions of input or output exchanged."""
    inputs, outputs = shapes
    found = []
    if len(inputs) >= 2 and inputs[-1] == inputs[-2]:
        found.append(analytic.reshape(*inputs, -1).swapaxes(-2, -3).reshape(analytic.shape))
    if len(outputs) >= 2 and outputs[-1] == outputs[-2]:
        found.append(analytic.reshape(-1, *outputs).swapaxes(-1, -2).reshape(analytic.shape))
    return found


def _conjugated(analytic: Matrix, numeric: Matrix, shapes: Any, same: Any) -> bool:
    """Return True if the signs of the imaginary rows are the only difference."""
    if not (shapes[0] and shapes[0][-1] == 2):
        return False
    signs = np.where(np.arange(len(analytic)) % 2, -1.0, 1.0)[:, None]
    return bool(same(analytic * signs, numeric))
