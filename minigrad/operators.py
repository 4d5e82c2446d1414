"""Operators and methods of ``Tensor``: each spells a function of ``ops``, one line each.

Binary operators are the primitives' own call paths: ``x * y`` runs ``mul`` without a frame between.
An in-place form ``x.mul_(y)`` writes ``mul(x, y)`` into ``x``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import ops
from .autograd.operands import is_operand
from .autograd.traced import Traced
from .numpy_protocol import array_ufunc
from .ops import filling


class Operators(ops.conversion.Conversions, Traced):
    """What can be computed from a tensor, as operators and methods."""

    __hash__ = object.__hash__  # by identity, although == compares elements

    # --- in place: constants, copies, random numbers ------------------------------------------

    zero_ = filling.zero_
    fill_ = filling.fill_
    copy_ = filling.copy_
    uniform_ = filling.uniform_
    normal_ = filling.normal_
    exponential_ = filling.exponential_
    bernoulli_ = filling.bernoulli_
    random_ = filling.random_

    # --- new tensors of this one's dtype and device -------------------------------------------

    new_empty = filling.new_empty
    new_zeros = filling.new_zeros
    new_ones = filling.new_ones
    new_full = filling.new_full

    # --- arithmetic -------------------------------------------------------------------------

    # Addition and multiplication commute: their reflected forms need no frame of their own.
    __add__ = __radd__ = ops.elementwise._add
    __sub__ = ops.elementwise._sub
    __mul__ = __rmul__ = ops.mul
    __truediv__ = ops.division._div
    __floordiv__ = ops.floor_divide
    __mod__ = ops.remainder
    __pow__ = ops.pow
    __neg__ = ops.neg
    __abs__ = ops.abs

    def __rsub__(self, other: Any) -> Any:
        return ops.elementwise._sub(other, self)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.division._div(other, self)

    def __rfloordiv__(self, other: Any) -> Any:
        return ops.floor_divide(other, self)

    def __rmod__(self, other: Any) -> Any:
        return ops.remainder(other, self)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def __pos__(self) -> Any:
        if self.dtype == bool:
            raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
        return self

    def __round__(self, ndigits: int | None = None) -> Any:
        return ops.round(self, decimals=ndigits or 0)

    __iadd__ = ops.in_place(ops.elementwise._add)
    __isub__ = ops.in_place(ops.elementwise._sub)
    __imul__ = ops.in_place(ops.mul)
    __itruediv__ = ops.in_place(ops.division._div)
    __ifloordiv__ = ops.in_place(ops.floor_divide)
    __imod__ = ops.in_place(ops.remainder)
    __ipow__ = ops.in_place(ops.pow)

    __array_ufunc__ = array_ufunc

    add = ops.add
    sub = ops.sub
    mul = ops.mul
    div = ops.div
    floor_divide = ops.floor_divide
    remainder = ops.remainder
    fmod = ops.fmod
    neg = ops.neg
    pow = ops.pow
    abs = ops.abs
    sign = ops.sign
    square = ops.square
    reciprocal = ops.reciprocal
    lerp = ops.lerp
    maximum = ops.maximum
    minimum = ops.minimum
    clamp = ops.clamp
    floor = ops.floor
    ceil = ops.ceil
    trunc = ops.trunc
    frac = ops.frac
    round = ops.round
    absolute = ops.absolute
    clip = ops.clip
    divide = ops.divide
    multiply = ops.multiply
    negative = ops.negative
    subtract = ops.subtract

    add_ = ops.in_place(ops.add)
    sub_ = ops.in_place(ops.sub)
    mul_ = ops.in_place(ops.mul)
    div_ = ops.in_place(ops.div)
    floor_divide_ = ops.in_place(ops.floor_divide)
    remainder_ = ops.in_place(ops.remainder)
    fmod_ = ops.in_place(ops.fmod)
    neg_ = ops.in_place(ops.neg)
    pow_ = ops.in_place(ops.pow)
    abs_ = ops.in_place(ops.abs)
    sign_ = ops.in_place(ops.sign)
    square_ = ops.in_place(ops.square)
    reciprocal_ = ops.in_place(ops.reciprocal)
    lerp_ = ops.in_place(ops.lerp)
    clamp_ = ops.in_place(ops.clamp)
    floor_ = ops.in_place(ops.floor)
    ceil_ = ops.in_place(ops.ceil)
    trunc_ = ops.in_place(ops.trunc)
    frac_ = ops.in_place(ops.frac)
    round_ = ops.in_place(ops.round)
    absolute_ = ops.in_place(ops.absolute)
    clip_ = ops.in_place(ops.clip)
    divide_ = ops.in_place(ops.divide)
    multiply_ = ops.in_place(ops.multiply)
    negative_ = ops.in_place(ops.negative)
    subtract_ = ops.in_place(ops.subtract)

    # --- comparison -------------------------------------------------------------------------

    # As in PyTorch, values that are no numbers are merely unequal: ``tensor == None`` is False.

    def __eq__(self, other: object) -> Any:
        return ops.eq(self, other) if is_operand(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return ops.ne(self, other) if is_operand(other) else NotImplemented

    def __lt__(self, other: Any) -> Any:
        return ops.lt(self, other) if is_operand(other) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return ops.le(self, other) if is_operand(other) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return ops.gt(self, other) if is_operand(other) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return ops.ge(self, other) if is_operand(other) else NotImplemented

    __and__ = __rand__ = ops.bitwise_and
    __or__ = __ror__ = ops.bitwise_or
    __xor__ = __rxor__ = ops.bitwise_xor

    def __invert__(self) -> Any:
        if self.dtype.kind not in "biu":
            raise TypeError(
                "~ (operator.invert) is only implemented on integer and Boolean-type tensors, not "
                f"{self.dtype}"
            )
        return ops.bitwise_not(self)

    __iand__ = ops.in_place(ops.bitwise_and)
    __ior__ = ops.in_place(ops.bitwise_or)
    __ixor__ = ops.in_place(ops.bitwise_xor)

    eq = ops.eq
    ne = ops.ne
    lt = ops.lt
    le = ops.le
    gt = ops.gt
    ge = ops.ge
    isnan = ops.isnan
    isinf = ops.isinf
    isfinite = ops.isfinite
    logical_and = ops.logical_and
    logical_or = ops.logical_or
    logical_xor = ops.logical_xor
    logical_not = ops.logical_not
    bitwise_and = ops.bitwise_and
    bitwise_or = ops.bitwise_or
    bitwise_xor = ops.bitwise_xor
    bitwise_not = ops.bitwise_not
    isclose = ops.isclose
    allclose = ops.allclose
    equal = ops.equal
    nan_to_num = ops.nan_to_num

    def where(self, condition: Any, other: Any) -> Any:
        """Return this tensor's elements where ``condition`` holds, those of ``other`` elsewhere."""
        return ops.where(condition, self, other)

    logical_and_ = ops.in_place(ops.logical_and)
    logical_or_ = ops.in_place(ops.logical_or)
    logical_xor_ = ops.in_place(ops.logical_xor)
    logical_not_ = ops.in_place(ops.logical_not)
    bitwise_and_ = ops.in_place(ops.bitwise_and)
    bitwise_or_ = ops.in_place(ops.bitwise_or)
    bitwise_xor_ = ops.in_place(ops.bitwise_xor)
    bitwise_not_ = ops.in_place(ops.bitwise_not)
    nan_to_num_ = ops.in_place(ops.nan_to_num)

    # --- functions --------------------------------------------------------------------------

    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    log = ops.log
    log2 = ops.log2
    log10 = ops.log10
    log1p = ops.log1p
    logaddexp = ops.logaddexp
    xlogy = ops.xlogy
    sqrt = ops.sqrt
    rsqrt = ops.rsqrt
    sin = ops.sin
    cos = ops.cos
    tan = ops.tan
    asin = ops.asin
    acos = ops.acos
    atan = ops.atan
    atan2 = ops.atan2
    sinh = ops.sinh
    cosh = ops.cosh
    tanh = ops.tanh
    asinh = ops.asinh
    acosh = ops.acosh
    atanh = ops.atanh
    sigmoid = ops.sigmoid
    erf = ops.erf
    erfc = ops.erfc

    exp_ = ops.in_place(ops.exp)
    exp2_ = ops.in_place(ops.exp2)
    expm1_ = ops.in_place(ops.expm1)
    log_ = ops.in_place(ops.log)
    log2_ = ops.in_place(ops.log2)
    log10_ = ops.in_place(ops.log10)
    log1p_ = ops.in_place(ops.log1p)
    xlogy_ = ops.in_place(ops.xlogy)
    sqrt_ = ops.in_place(ops.sqrt)
    rsqrt_ = ops.in_place(ops.rsqrt)
    sin_ = ops.in_place(ops.sin)
    cos_ = ops.in_place(ops.cos)
    tan_ = ops.in_place(ops.tan)
    asin_ = ops.in_place(ops.asin)
    acos_ = ops.in_place(ops.acos)
    atan_ = ops.in_place(ops.atan)
    atan2_ = ops.in_place(ops.atan2)
    sinh_ = ops.in_place(ops.sinh)
    cosh_ = ops.in_place(ops.cosh)
    tanh_ = ops.in_place(ops.tanh)
    asinh_ = ops.in_place(ops.asinh)
    acosh_ = ops.in_place(ops.acosh)
    atanh_ = ops.in_place(ops.atanh)
    sigmoid_ = ops.in_place(ops.sigmoid)
    erf_ = ops.in_place(ops.erf)
    erfc_ = ops.in_place(ops.erfc)

    relu = ops.relu
    softmax = ops.softmax
    log_softmax = ops.log_softmax

    relu_ = ops.in_place(ops.relu)

    # --- reductions ---------------------------------------------------------------------------

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

    cumsum_ = ops.in_place(ops.cumsum)
    cumprod_ = ops.in_place(ops.cumprod)

    # --- sorting ------------------------------------------------------------------------------

    sort = ops.sort
    argsort = ops.argsort
    topk = ops.topk
    kthvalue = ops.kthvalue
    unique = ops.unique

    # --- indexing ---------------------------------------------------------------------------

    __getitem__ = ops.indexing.part
    __setitem__ = ops.writing.write_part

    def __iter__(self) -> Iterator[Any]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(ops.unbind(self))

    gather = ops.gather
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    index_select = ops.index_select
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    masked_fill = ops.masked_fill
    masked_select = ops.masked_select
    take = ops.take
    take_along_dim = ops.take_along_dim
    nonzero = ops.nonzero

    scatter_ = ops.in_place(ops.scatter)
    scatter_add_ = ops.in_place(ops.scatter_add)
    index_add_ = ops.in_place(ops.index_add)
    index_copy_ = ops.in_place(ops.index_copy)
    index_fill_ = ops.in_place(ops.index_fill)
    masked_fill_ = ops.in_place(ops.masked_fill)

    # --- shapes -----------------------------------------------------------------------------

    reshape = ops.reshape
    reshape_as = ops.reshape_as
    view = ops.view
    view_as = ops.view_as
    flatten = ops.flatten
    unflatten = ops.unflatten
    ravel = ops.ravel
    squeeze = ops.squeeze
    unsqueeze = ops.unsqueeze
    permute = ops.permute
    transpose = ops.transpose
    swapaxes = ops.swapaxes
    swapdims = ops.swapdims
    t = ops.t
    movedim = ops.movedim
    moveaxis = ops.moveaxis
    expand = ops.expand
    expand_as = ops.expand_as
    broadcast_to = ops.broadcast_to
    contiguous = ops.contiguous
    clone = ops.clone
    split = ops.split
    chunk = ops.chunk
    tensor_split = ops.tensor_split
    unbind = ops.unbind
    repeat = ops.repeat
    tile = ops.tile
    repeat_interleave = ops.repeat_interleave
    narrow = ops.narrow
    select = ops.select
    flip = ops.flip
    fliplr = ops.fliplr
    flipud = ops.flipud
    roll = ops.roll
    rot90 = ops.rot90
    diagonal = ops.diagonal
    diag = ops.diag
    diag_embed = ops.diag_embed
    tril = ops.tril
    triu = ops.triu

    @property
    def T(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor with its dimensions reversed."""
        return ops.shapes.reversed_dims(self)

    @property
    def mT(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor, or batch of matrices, with the last two dimensions exchanged."""
        return ops.matrix_transpose(self)

    # --- linear algebra ---------------------------------------------------------------------

    __matmul__ = ops.matmul

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matmul(other, self)

    matmul = ops.matmul
    mm = ops.mm
    bmm = ops.bmm
    mv = ops.mv
    dot = ops.dot
    outer = ops.outer
    addmm = ops.addmm
    addmv = ops.addmv
    baddbmm = ops.baddbmm
    kron = ops.kron
    trace = ops.trace

    addmm_ = ops.in_place(ops.addmm)
    addmv_ = ops.in_place(ops.addmv)
    baddbmm_ = ops.in_place(ops.baddbmm)

    # --- dtype and device: and see Conversions, for float(), long(), cpu() ... ---------------

    to = ops.to
    type_as = ops.type_as
