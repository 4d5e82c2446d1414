"""Products with logarithms that are 0 where the factor is."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..pointwise.comparison import where
from ..pointwise.transcendental import log


@primitive(x=lambda g, x: -g * (log(x) + 1), dtypes="real float")
def entr(x: Any) -> Any:
    """Return ``-x log(x)``: 0 at 0, -inf below. Derivative: ``-g (log(x) + 1)``."""
    zero = x == 0
    inside = -x * np.log(np.where(zero, x.dtype.type(1), x))
    return np.where(x < 0, x.dtype.type(-np.inf), inside)


@primitive(
    x=lambda g, x, y: where((x == 0) & (y <= -1), 0, xlog1py(g, y)),
    y=lambda g, x, y: g * x / (y + 1),
    dtypes="real float",
)
def xlog1py(x: Any, y: Any) -> Any:
    """Return ``x log(1 + y)``, and 0 where ``x`` is 0 (unless ``y`` is NaN).

    Derivative: ``dx = log(1 + y)``, ``dy = x / (1 + y)``.
    """
    # A Python number's logarithm is a number again, lest it widen the dtype.
    logarithm = np.log1p(y) if hasattr(y, "dtype") else float(np.log1p(y))
    return np.where(np.equal(x, 0) & ~np.isnan(y), 0, x * logarithm)
