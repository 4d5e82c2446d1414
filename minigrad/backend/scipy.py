"""Special functions that NumPy lacks: SciPy's, or CuPy's for arrays on a GPU."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np


def special_function(name: str, array: Any) -> Any:
    """Return the function ``name`` of ``scipy.special`` for arrays like ``array``.

    Raises:
        ModuleNotFoundError: if SciPy is not installed; says how to get it.
    """
    home = "scipy.special" if isinstance(array, np.ndarray | np.generic) else "cupyx.scipy.special"
    try:
        return getattr(importlib.import_module(home), name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{name} needs SciPy, which is not installed: pip install 'minigrad[special]'",
            name=error.name,
        ) from error


def evaluate(name: str, *operands: Any) -> Any:
    """Return ``scipy.special.name(*operands)``, of which one at least is an array."""
    array = next((value for value in operands if hasattr(value, "dtype")), None)
    return special_function(name, operands[0] if array is None else array)(*operands)
