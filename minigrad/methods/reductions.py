"""Methods of ``Tensor``: reductions, scans and sorting."""

from __future__ import annotations

from .. import ops


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
    norm = ops.norm
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

    cumsum_ = ops.in_place(ops.cumsum)
    cumprod_ = ops.in_place(ops.cumprod)

    # --- sorting ------------------------------------------------------------------------------

    sort = ops.sort
    argsort = ops.argsort
    topk = ops.topk
    kthvalue = ops.kthvalue
    unique = ops.unique
