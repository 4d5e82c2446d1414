"""Methods of ``Tensor``: reductions, scans and sorting."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..backend.dtypes import bool_
from ..ops.dims import numpy_names

_cumsum_, _cumprod_ = ops.in_place(ops.cumsum), ops.in_place(ops.cumprod)


class Reductions:
    """Reductions, scans and sorting."""

    __slots__ = ()

    sum = ops.sum
    mean = ops.mean
    prod = ops.prod
    var = ops.var
    std = ops.std
    nansum = ops.nansum
    nanmean = ops.nanmean
    logsumexp = ops.logsumexp
    amax = ops.amax
    amin = ops.amin
    aminmax = ops.aminmax
    max = ops.max
    min = ops.min
    argmax = ops.argmax
    argmin = ops.argmin
    median = ops.median
    nanmedian = ops.nanmedian
    mode = ops.mode
    quantile = ops.quantile
    nanquantile = ops.nanquantile
    cov = ops.cov
    corrcoef = ops.corrcoef
    norm = ops.norm
    renorm = ops.renorm
    renorm_ = ops.in_place(ops.renorm)
    dist = ops.dist
    all = ops.all
    any = ops.any
    count_nonzero = ops.count_nonzero
    cumsum = ops.cumsum
    cumprod = ops.cumprod
    logcumsumexp = ops.logcumsumexp
    cummax = ops.cummax
    cummin = ops.cummin
    diff = ops.diff

    @numpy_names
    def cumsum_(self: Any, dim: int, *, dtype: Any = None) -> Any:
        """In-place form of ``cumsum``. Returns the tensor itself."""
        ops.reducing.scans.check_in_place("cumsum_", self, dim, dtype)
        return self if self.dtype == bool_ else _cumsum_(self, dim)

    @numpy_names
    def cumprod_(self: Any, dim: int, *, dtype: Any = None) -> Any:
        """In-place form of ``cumprod``. Returns the tensor itself."""
        ops.reducing.scans.check_in_place("cumprod_", self, dim, dtype)
        return self if self.dtype == bool_ else _cumprod_(self, dim)

    # --- sorting ------------------------------------------------------------------------------

    sort = ops.sort
    argsort = ops.argsort
    topk = ops.topk
    kthvalue = ops.kthvalue
    unique = ops.unique
    unique_consecutive = ops.unique_consecutive
    msort = ops.msort
    bincount = ops.bincount
    histc = ops.histc
    histogram = ops.histogram
