"""The derivatives of a function, computed twice: by backward, and by finite differences.

A derivative is a matrix: a row per element of the input, a column per element of the output, real
and imaginary parts of complex numbers counted as two elements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..backend.arrays import to_host
from ..backend.device import device_of, place
from ..backend.dtypes import is_floating
from .functional import grad
from .traced import Traced

Function = Callable[..., Any]
Matrix = np.ndarray[Any, Any]


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Return several values as a tuple, or a tuple of the one."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def targets_of(args: Sequence[Any]) -> list[tuple[int, Traced]]:
    """Return the inputs to check, with their positions."""
    return [(i, x) for i, x in enumerate(args) if isinstance(x, Traced) and x._requires_grad]


def floating(outputs: Any) -> list[Traced]:
    """Return the outputs that have derivatives.

    Raises:
        TypeError: if no output is a tensor: there is nothing to check, a forgotten ``return`` say.
    """
    values = as_tuple(outputs)
    if values and not any(isinstance(x, Traced) for x in values):
        raise TypeError(
            "the function to check must return a tensor or a tuple of them, got "
            f"{type(outputs).__name__}"
        )
    return [x for x in values if isinstance(x, Traced) and is_floating(x.dtype)]


def is_complex(array: Any) -> bool:
    """Return True for complex tensors and arrays."""
    return bool(array.dtype.kind == "c")


def real(array: Any) -> Matrix:
    """Return an array's numbers in float64 on the host, complex ones as pairs."""
    array = to_host(array)
    if is_complex(array):
        return array.astype(np.complex128, order="C")[..., None].view(np.float64)
    return array.astype(np.float64)


def values_of(func: Function, args: tuple[Any, ...]) -> list[Matrix]:
    """Return the values of the floating outputs of a function, as new arrays."""
    return [real(out._array).copy() for out in floating(func(*args))]


def moved(
    func: Function, args: tuple[Any, ...], target: Traced, index: tuple[int, ...], step: complex
) -> list[Matrix]:
    """Return the function's values with one element of an input moved by ``step``."""
    array = target._array
    held = array[index].copy()
    array[index] = held + step
    try:
        return values_of(func, args)
    finally:
        array[index] = held


def elements(target: Traced) -> list[tuple[tuple[int, ...], complex]]:
    """Return the real degrees of freedom of a tensor: (index, unit of the step)."""
    units = (1, 1j) if is_complex(target) else (1,)
    return [(index, unit) for index in np.ndindex(target.shape) for unit in units]


def numeric_derivative(
    func: Function, args: tuple[Any, ...], target: Traced, eps: float
) -> list[Matrix]:
    """Return the derivative of each output by one input, from central differences."""
    rows = []
    for index, unit in elements(target):
        ahead = moved(func, args, target, index, eps * unit)
        behind = moved(func, args, target, index, -eps * unit)
        rows.append([(a - b).ravel() / (2 * eps) for a, b in zip(ahead, behind, strict=True)])
    if rows:
        return [np.stack(columns) for columns in zip(*rows, strict=True)]
    return [np.zeros((0, value.size)) for value in values_of(func, args)]


def analytic_derivative(
    output: Traced, targets: Sequence[Traced]
) -> tuple[list[Matrix], list[bool]]:
    """Return the derivative of an output by each input, and whether gradients arrive there."""
    rows: list[list[Matrix]] = [[] for _ in targets]
    arrives = [False] * len(targets)
    for index, unit in elements(output):
        weights = np.zeros(output.shape, output.dtype)
        weights[index] = unit
        found = gradients_at(output, targets, weights)
        for i, (gradient, target) in enumerate(zip(found, targets, strict=True)):
            arrives[i] = arrives[i] or gradient is not None
            value = np.zeros(target.shape, target.dtype) if gradient is None else gradient._array
            rows[i].append(real(value).ravel())
    sizes = [real(target._array).size for target in targets]
    return [
        np.stack(row, axis=1) if row else np.zeros((size, 0)) for row, size in zip(rows, sizes)
    ], arrives


def gradients_at(output: Traced, targets: Sequence[Traced], weights: Any) -> Sequence[Any]:
    """Return the gradients of an output, weighted, by all inputs; None where none arrives."""
    if not output._requires_grad:
        return [None] * len(targets)
    weights = place(np.asarray(weights, output.dtype), device_of(output._array))
    return grad(output, targets, weights, retain_graph=True, allow_unused=True)


def agrees_along_lines(
    func: Function, args: tuple[Any, ...], eps: float, atol: float, rtol: float
) -> bool:
    """Compare all derivatives at once: along random directions, for random weights."""
    # A wrong gradient passes one of them once in a thousand times, and did.
    return all(_agrees_along(seed, func, args, eps, atol, rtol) for seed in (0, 1))


def _agrees_along(
    seed: int, func: Function, args: tuple[Any, ...], eps: float, atol: float, rtol: float
) -> bool:
    targets = [target for _, target in targets_of(args)]
    draw: Any = np.random.default_rng(seed).standard_normal
    directions = [draw(real(target._array).shape) for target in targets]
    held = [target._array.copy() for target in targets]
    sides = []
    for step in (eps, -eps):
        for target, start, direction in zip(targets, held, directions, strict=True):
            target._array[...] = start + step * as_dtype(direction, target)
        try:
            sides.append(values_of(func, args))
        finally:
            for target, start in zip(targets, held, strict=True):
                target._array[...] = start
    for i, output in enumerate(floating(func(*args))):
        weights = draw(real(output._array).shape)
        numeric = float(((sides[0][i] - sides[1][i]) / (2 * eps) * weights).sum())
        found = gradients_at(output, targets, as_dtype(weights, output))
        analytic = sum(
            float((real(g._array) * direction).sum())
            for g, direction in zip(found, directions, strict=True)
            if g is not None
        )
        if not abs(analytic - numeric) <= atol + rtol * abs(numeric):
            return False
    return True


def as_dtype(values: Matrix, like: Traced) -> Any:
    """Return real numbers, or pairs of them, in the dtype and on the device of a tensor."""
    if is_complex(like):
        values = values[..., 0] + 1j * values[..., 1]
    return place(np.asarray(values, like.dtype), device_of(like._array))
