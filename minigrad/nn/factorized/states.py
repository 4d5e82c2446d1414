"""Matrix product states: state vectors of many particles as tensor trains.

The bond dimension is the number of Schmidt coefficients across a cut: 1 for states without
entanglement, 2 for GHZ, up to ``2 ** (n // 2)``.

Source: G. Vidal, Efficient classical simulation of slightly entangled quantum computations,
Phys. Rev. Lett. 91, 2003; U. Schollwoeck, The density-matrix renormalization group in the age of
matrix product states, Annals of Physics 326, 2011.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...backend.dtypes import as_dtype, get_default_dtype
from ...creation import as_tensor, from_numpy
from .tensor_train import Ranks, TensorTrain, tt_svd

__all__ = ["ghz", "mps", "product_state"]


def mps(state: Any, ranks: Ranks = None, rtol: float | None = None, levels: int = 2) -> TensorTrain:
    """Return the matrix product state of a vector of ``levels ** n`` amplitudes.

    ``train[0, 1, 1]`` is the amplitude of |011>, ``a.dot(b)`` the inner product <a|b>,
    ``train.ranks`` are the bond dimensions.

    Args:
        state: the amplitudes, those of the first particle's 0 before those of its 1.
        ranks: upper bounds of the bond dimensions. rtol: bound of the relative error. As for
            ``tt_svd``.
        levels: of each particle: 2 for qubits.

    Raises:
        ValueError: if the number of amplitudes is no power of ``levels``.
    """
    vector = as_tensor(state)
    count, size = 0, 1
    while size < vector.numel():
        count, size = count + 1, size * levels
    if vector.ndim != 1 or size != vector.numel() or not count:
        raise ValueError(
            f"expected a vector of {levels} ** n amplitudes, got shape {tuple(vector.shape)}"
        )
    return tt_svd(vector.reshape((levels,) * count), ranks, rtol)


def product_state(vectors: Sequence[Any]) -> TensorTrain:
    """Return the state of independent particles, each given by its amplitudes."""
    return TensorTrain([as_tensor(vector).reshape(1, -1, 1) for vector in vectors])


def ghz(count: int, dtype: Any = None) -> TensorTrain:
    """Return (|00...0> + |11...1>) / sqrt(2), whose bond dimension is 2 for any ``count``.

    Raises:
        ValueError: for fewer than two particles.
    """
    if count < 2:
        raise ValueError(f"a GHZ state has two particles or more, got {count}")
    copying = np.zeros((2, 2, 2), as_dtype(dtype or get_default_dtype()))
    copying[0, 0, 0] = copying[1, 1, 1] = 1
    first, last = copying.sum(0, keepdims=True), copying.sum(2, keepdims=True)
    arrays = [first / np.sqrt(2).astype(first.dtype), *[copying] * (count - 2), last]
    return TensorTrain([from_numpy(array.copy()) for array in arrays])
