"""Blocks: how an update walks over parameters.

An update rule makes a dozen passes over a parameter, its gradient and its state. Over whole tensors
each pass would fetch them from main memory; so the rule is applied to one stretch after another,
short enough for all its arrays to stay in the cache. A large tensor is cut into stretches, which
are views of it. Small tensors are laid end to end in scratch memory and copied back afterwards: the
rule then costs a dozen NumPy calls for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..backend.arrays import namespace

CACHED = 1 << 18  # bytes of one array of a block: the half dozen that a rule uses fit in L2
RESIDENT = 1 << 26  # on a GPU a pass is a kernel launch: few and long
LOOSE = 4  # tensors of less than a quarter of a block are laid end to end


class Scratch:
    """Memory for intermediate results, made once: numbered rows for each dtype and device."""

    def __init__(self) -> None:
        self._rows: dict[Any, Any] = {}

    def row(self, number: int, like: Any, size: int) -> Any:
        """Return ``size`` elements of a row of the dtype and device of ``like``."""
        key = number, *kind_of(like)
        row = self._rows.get(key)
        if row is None or row.size < size:
            row = self._rows[key] = namespace(like).empty(max(size, block_size(like)), like.dtype)
        return row[:size]


class Block:
    """Equally long stretches of parameters, gradients and state, as flat arrays.

    Attributes:
        param: the parameters, to be changed in place.
        grad: their gradients, to be read only.
        state: one array for each kind of state, to be changed in place.
    """

    __slots__ = ("_scratch", "grad", "param", "state")

    def __init__(self, arrays: Sequence[Any], scratch: Scratch) -> None:
        self.param, self.grad, *self.state = arrays
        self._scratch = scratch

    @property
    def work(self) -> Any:
        """Scratch for the rule."""
        return self._row(0)

    @property
    def spare(self) -> Any:
        """More scratch for the rule."""
        return self._row(1)

    def _row(self, number: int) -> Any:
        return self._scratch.row(number, self.param, self.param.size)

    def gradient(self, group: dict[str, Any], decay: Any = None) -> Any:
        """Return the gradient of what is minimised: ``grad + decay * param``, or ``-grad + ...``.

        Weight decay is the gradient of ``decay / 2 * (param ** 2).sum()``.
        """
        decay = group["weight_decay"] if decay is None else decay
        gradient = self.grad
        if not decay and not group["maximize"]:
            return gradient
        out = self._row(2)
        if not decay:
            return np.negative(gradient, out=out)
        np.multiply(self.param, decay, out=out)
        if group["maximize"]:
            return np.subtract(out, gradient, out=out)
        return np.add(out, gradient, out=out)


def blocks(rows: Sequence[Sequence[Any]], scratch: Scratch) -> Iterator[Block]:
    """Yield blocks that cover all rows; what is done to a block is done to the rows.

    Args:
        rows: for each parameter the arrays (parameter, gradient, *state) of one shape; all of one
            dtype, on one device.
        scratch: memory to work in.
    """
    first = rows[0][0]
    limit = block_size(first)
    real = first.real.dtype if first.dtype.kind == "c" else None  # complex: as two real numbers
    loose: list[list[Any]] = []
    filled = 0
    for row in rows:
        flat = [array.reshape(-1) for array in row]
        if real is not None:
            flat = [array.view(real) for array in flat]
        size = len(flat[0])
        if False in [array.flags.c_contiguous for array in row]:
            yield Block(flat, scratch)
            _copy_back(row, flat)
        elif size * LOOSE >= limit:
            for start in range(0, size, limit):
                yield Block([array[start : start + limit] for array in flat], scratch)
        else:
            if filled + size > limit:
                yield from _joined(loose, scratch)
                loose, filled = [], 0
            loose.append(flat)
            filled += size
    if loose:
        yield from _joined(loose, scratch)


def _joined(rows: list[list[Any]], scratch: Scratch) -> Iterator[Block]:
    """Yield one block of many flat tensors, then copy the results back."""
    if len(rows) == 1:
        yield Block(rows[0], scratch)
        return
    columns = list(zip(*rows))
    size = sum(map(len, columns[0]))
    joined = [
        np.concatenate(column, out=scratch.row(number, column[0], size))
        for number, column in enumerate(columns, start=3)  # after those of Block
    ]
    yield Block(joined, scratch)
    for column, results in zip(_changed(columns), _changed(joined)):
        start = 0
        for array in column:
            stop = start + len(array)
            array[:] = results[start:stop]
            start = stop


def _copy_back(row: Sequence[Any], flat: Sequence[Any]) -> None:
    """Write what became of flat copies into arrays whose memory is not in one piece."""
    for array, result in zip(_changed(row), _changed(flat)):
        array[...] = result.view(array.dtype).reshape(array.shape)


def _changed(row: Sequence[Any]) -> list[Any]:
    """Return what an update changes: parameter and state, not the gradient."""
    return [row[0], *row[2:]]


def kind_of(array: Any) -> tuple[Any, ...]:
    """Return what arrays must have in common to stand in one block: dtype and device."""
    if isinstance(array, np.ndarray):
        return (array.dtype,)
    return array.dtype, array.device.id


def block_size(array: Any) -> int:
    """Return how many elements of an array's dtype make a block where it lives."""
    memory = CACHED if isinstance(array, np.ndarray) else RESIDENT
    return memory // int(array.itemsize)
