"""The Tensor: an array that knows how it was computed. Methods spell operators with ``ops``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import drawing, ops
from .autograd.functional import backward
from .autograd.hooks import RemovableHandle, add_hook, retain_grad
from .autograd.ledger import ledger
from .autograd.operands import is_operand
from .autograd.traced import Traced, refresh
from .backend.device import Device, device_of
from .backend.dtypes import is_floating
from .constructor import array_from
from .numpy_protocol import array_ufunc
from .ops import filling
from .printing import tensor_text


class Tensor(ops.conversion.Conversions, Traced):
    """A multi-dimensional array whose operations are recorded for differentiation.

    Args:
        data: numbers, nested sequences of them, an array or a tensor; copied.
        dtype: element type; by default that of an array, ``float32`` for Python floats and
            ``int64`` for Python integers.
        device: "cpu" or "cuda"; by default where the data is, or the CPU.
        requires_grad: record operations on it and collect its gradient in ``grad``.

    Raises:
        RuntimeError: if ``requires_grad`` is asked of integers.
        ValueError: for ragged nested sequences.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> x.grad
        tensor([2., 4.])
    """

    def __init__(
        self,
        data: Any,
        *,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> None:
        self._array = array_from(data, dtype, device)
        self._node = None
        self._requires_grad = False
        self._view = None
        if requires_grad:
            self.requires_grad_()

    # --- place in the graph ---------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this tensor."""
        refresh(self)
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set ``requires_grad`` in place and return the tensor.

        Raises:
            RuntimeError: for integers, and for switching it off on a result of an operation.
        """
        refresh(self)
        if requires_grad and not is_floating(self._array.dtype):
            raise RuntimeError(
                "only Tensors of floating point and complex dtype can require gradients, got "
                f"{self._array.dtype}"
            )
        if self._node is not None and not requires_grad:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a "
                "computed variable in a subgraph that doesn't require differentiation use "
                "var_no_grad = var.detach()."
            )
        self._requires_grad = bool(requires_grad)
        return self

    @property
    def grad_fn(self) -> Any:
        """The recorded operation that made this tensor; None for a leaf."""
        refresh(self)
        node = self._node
        return getattr(node, "node", node)

    @property
    def is_leaf(self) -> bool:
        """True for tensors that no recorded operation made."""
        refresh(self)
        return self._node is None

    @property
    def grad(self) -> Tensor | None:
        """The gradient collected so far; None before the first backward pass."""
        return self.grad_  # type: ignore[no-any-return]

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Traced):
                raise TypeError(
                    f"assigned grad expected to be a Tensor or None but got {type(value).__name__}"
                )
            if value.shape != self.shape or value.dtype != self.dtype:
                raise RuntimeError(
                    f"assigned grad has data of shape {value.shape} and dtype {value.dtype}, "
                    f"expected {self.shape} and {self.dtype}"
                )
        self.grad_ = value

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Tensor | Sequence[Tensor] | None = None,
    ) -> None:
        """Compute the gradient of this tensor with respect to the leaves of its graph.

        Leaves add what arrives to their ``grad``.

        Args:
            gradient: weights of the elements of this tensor, of its shape: the gradients are those
                of ``(self * gradient).sum()``. May be omitted for a single element.
            retain_graph: keep saved tensors for another pass; by default as ``create_graph``.
            create_graph: record the pass itself, for higher derivatives.
            inputs: accumulate into these tensors only.

        Raises:
            RuntimeError: if this tensor requires no gradient, if ``gradient`` is missing or has
                another shape, or if the graph was freed.
        """
        backward(
            [self], None if gradient is None else [gradient], retain_graph, create_graph, inputs
        )

    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf tensor in ``grad`` during backward.

        Raises:
            RuntimeError: if the tensor does not require a gradient.
        """
        retain_grad(self)

    @property
    def retains_grad(self) -> bool:
        """True for a non-leaf tensor whose gradient is kept."""
        refresh(self)
        return self._node is not None and self._node.retains is not None

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Call ``hook(gradient)`` whenever the gradient of this tensor is computed.

        The hook may return another gradient to use instead.

        Raises:
            RuntimeError: if the tensor does not require a gradient.
        """
        return add_hook(self, hook)

    def detach(self) -> Tensor:
        """Return a tensor that shares memory with this one but not its history."""
        return self._result_class._wrap(self._array)  # type: ignore[no-any-return]

    def detach_(self) -> Tensor:
        """Cut this tensor from its history, making it a leaf.

        Raises:
            RuntimeError: for a view, whose history is that of its base.
        """
        if self._view is not None:
            raise RuntimeError("Can't detach views in-place. Use detach() instead.")
        self._node = None
        self._requires_grad = False
        return self

    @property
    def data(self) -> Tensor:
        """The values as a tensor without history; writes through it are not tracked."""
        result: Tensor = self._result_class._wrap(self._array)
        result.untracked_ = True
        return result

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Traced):
            raise TypeError(f"data must be set to a Tensor, got {type(value).__name__}")
        self._array = value._array

    @property
    def _version(self) -> int:
        """How often this tensor's memory was changed in place."""
        return ledger.version(self._array)

    # --- what it is -----------------------------------------------------------------------

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim  # type: ignore[no-any-return]

    @property
    def device(self) -> Device:
        """Where the values live."""
        return device_of(self._array)

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return self._array.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self._array.nbytes  # type: ignore[no-any-return]

    def size(self, dim: int | None = None) -> Any:
        """Return the shape, or the length of one dimension."""
        return self.shape if dim is None else self.shape[ops.normalize_dim(dim, self.ndim)]

    def dim(self) -> int:
        """Return the number of dimensions."""
        return self.ndim

    def numel(self) -> int:
        """Return the number of elements."""
        return int(self._array.size)

    def element_size(self) -> int:
        """Return the bytes per element."""
        return self.itemsize

    def stride(self, dim: int | None = None) -> Any:
        """Return the steps between elements, counted in elements."""
        steps = tuple(step // self.itemsize for step in self._array.strides)
        return steps if dim is None else steps[dim]

    def is_contiguous(self) -> bool:
        """Return True if the elements lie in memory in row-major order."""
        return bool(self._array.flags.c_contiguous)

    def is_floating_point(self) -> bool:
        """Return True for floating-point dtypes."""
        return bool(self._array.dtype.kind == "f")

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return int(self.shape[0])

    def __repr__(self) -> str:
        refresh(self)
        return tensor_text(self)

    __hash__ = object.__hash__

    # --- drawing ----------------------------------------------------------------------------

    draw_graph = drawing.draw_graph

    # --- values -----------------------------------------------------------------------------

    def item(self) -> Any:
        """Return the only element as a Python number.

        Raises:
            RuntimeError: if the tensor has not exactly one element.
        """
        if self._array.size != 1:
            raise RuntimeError(
                f"a Tensor with {self._array.size} elements cannot be converted to Scalar"
            )
        return self._array.item()

    def tolist(self) -> Any:
        """Return nested Python lists of numbers (a number for a 0-d tensor)."""
        return self._array.tolist()

    def numpy(self) -> np.ndarray[Any, Any]:
        """Return the values as a NumPy array that shares memory with the tensor.

        Raises:
            RuntimeError: if the tensor requires a gradient.
            TypeError: if it lives on another device.
        """
        if self.requires_grad:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
                "instead."
            )
        if self.device.type != "cpu":
            raise TypeError(
                f"can't convert {self.device} tensor to numpy. Use Tensor.cpu() to copy the "
                "tensor to host memory first."
            )
        return self._array  # type: ignore[no-any-return]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            if copy is False:
                raise ValueError(f"a copy is needed to convert {array.dtype} to {dtype}")
            return array.astype(dtype)
        return array.copy() if copy else array

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self.numpy().__dlpack__(**kwargs)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()  # type: ignore[no-any-return]

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise RuntimeError(
                f"Boolean value of Tensor with {self._array.size} values is ambiguous"
                if self._array.size
                else "Boolean value of Tensor with no values is ambiguous"
            )
        return bool(self._array.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iub" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._array.item())

    def __format__(self, spec: str) -> str:
        if self.ndim == 0 and spec:
            return format(self.item(), spec)
        return format(repr(self), spec)

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

    def new_tensor(
        self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Tensor:
        """Return a tensor with a copy of ``data``, of this one's dtype and device."""
        return Tensor(
            data,
            dtype=self.dtype if dtype is None else dtype,
            device=self.device if device is None else device,
            requires_grad=requires_grad,
        )

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

    def __rsub__(self, other: Any) -> Tensor:
        return ops.elementwise._sub(other, self)

    def __rtruediv__(self, other: Any) -> Tensor:
        return ops.division._div(other, self)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return ops.floor_divide(other, self)

    def __rmod__(self, other: Any) -> Tensor:
        return ops.remainder(other, self)

    def __rpow__(self, other: Any) -> Tensor:
        return ops.pow(other, self)

    def __pos__(self) -> Tensor:
        if self.dtype == bool:
            raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
        return self

    def __round__(self, ndigits: int | None = None) -> Tensor:
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

    def __invert__(self) -> Tensor:
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

    def where(self, condition: Any, other: Any) -> Tensor:
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

    # --- indexing ---------------------------------------------------------------------------

    __getitem__ = ops.indexing.part
    __setitem__ = ops.writing.write_part

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
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
    def T(self) -> Tensor:  # noqa: N802 - PyTorch's name
        """This tensor with its dimensions reversed."""
        return ops.shapes.reversed_dims(self)

    @property
    def mT(self) -> Tensor:  # noqa: N802 - PyTorch's name
        """This tensor, or batch of matrices, with the last two dimensions exchanged."""
        return ops.matrix_transpose(self)

    # --- linear algebra ---------------------------------------------------------------------

    __matmul__ = ops.matmul

    def __rmatmul__(self, other: Any) -> Tensor:
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
