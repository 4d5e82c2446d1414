"""The Tensor: an array that knows how it was computed. See ``operators`` for what it can do."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import drawing, ops
from .autograd.functional import backward
from .autograd.hooks import RemovableHandle, add_hook, add_post_accumulate_hook, retain_grad
from .autograd.ledger import ledger
from .autograd.modes import modes, rare
from .autograd.node import Output
from .autograd.traced import Traced, mark, refresh
from .backend.device import Device, device_of
from .backend.dtypes import is_floating
from .backend.strides import copy_of
from .constructor import array_from
from .operators import Operators
from .printing import tensor_text


class Tensor(Operators):
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
        if rare.inference:
            mark(self)
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
            RuntimeError: for integers, and for switching it off on a result of
                an operation.
        """
        refresh(self)
        dtype = self._array.dtype
        if requires_grad and self.is_sparse and not self._requires_grad:
            raise RuntimeError(
                "a sparse tensor requires gradients only through its values: make it of values "
                "that require them"
            )
        if requires_grad and not is_floating(dtype):
            raise RuntimeError(
                "only Tensors of floating point and complex dtype can require gradients, got "
                f"{dtype}"
            )
        if requires_grad and self.inference_ and not modes.inference:
            raise RuntimeError(
                "Setting requires_grad=True on inference tensor outside InferenceMode is not "
                "allowed."
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
        return node.node if isinstance(node, Output) else node

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

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call ``hook(self)`` whenever backward has added to the ``grad`` of this leaf.

        Raises:
            RuntimeError: if the tensor does not require a gradient, or is no leaf.
        """
        return add_post_accumulate_hook(self, hook)

    def detach(self) -> Tensor:
        """Return a tensor that shares memory with this one but not its history."""
        return self._same_memory()

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

    def _same_memory(self) -> Tensor:
        array = self._array.detached() if self.is_sparse else self._array
        result: Tensor = self._result_class._wrap(array)
        if rare.on:
            result.inference_ = self.inference_
        return result

    @property
    def data(self) -> Tensor:
        """The values as a tensor without history; writes through it are not tracked."""
        result = self._same_memory()
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
        if self.inference_:
            raise RuntimeError("Inference tensors do not track version counter.")
        return ledger.version(self._array)

    def is_inference(self) -> bool:
        """Return True for a tensor that was made in ``inference_mode``."""
        return self.inference_

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

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
                "protocol: use detach() or clone()"
            )
        attributes = {k: v for k, v in self.__dict__.items() if k not in _OWN}
        result = _rebuilt(type(self), copy_of(self._array, memo), self._requires_grad, {})
        memo[id(self)] = result
        result.__dict__.update(copy.deepcopy(attributes, memo))
        return result

    def __reduce_ex__(self, protocol: Any) -> Any:
        # Values and attributes, not the place in the graph: the copy is a leaf without gradient.
        attributes = {k: v for k, v in self.__dict__.items() if k not in ("grad_", *_OWN)}
        kind = None if type(self) is Tensor else type(self)
        return _rebuilt, (kind, self._array, self.requires_grad, attributes)

    # --- drawing ----------------------------------------------------------------------------

    draw_graph = drawing.draw_graph
    replay = drawing.replay

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
        if self.requires_grad and modes.recording:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
                "instead."
            )
        if self.device.type != "cpu":
            raise TypeError(
                f"can't convert {self.device} tensor to numpy. Use Tensor.cpu() to copy the "
                "tensor to host memory first."
            )
        if self.is_sparse:
            raise TypeError("can't convert a sparse tensor to numpy. Use Tensor.to_dense() first.")
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
        return int(self._real_number())

    def __float__(self) -> float:
        return float(self._real_number())

    def __complex__(self) -> complex:
        return complex(self.item())

    def _real_number(self) -> Any:
        number = self.item()
        if not isinstance(number, complex):
            return number
        if number.imag:
            raise RuntimeError(f"value cannot be converted to a real number: {number}")
        return number.real

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iub" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._array.item())

    def __format__(self, spec: str) -> str:
        # A single number is formatted as such, also without a specification: f"{loss}".
        if self.ndim == 0 and type(self) is Tensor:
            return format(self.item(), spec)
        return object.__format__(self, spec)

    # --- another like it --------------------------------------------------------------------

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


# What a copy of a tensor does not inherit.
_OWN = ("accumulated_", "hooks_", "inference_", "turns_")


def _rebuilt(kind: Any, array: Any, requires_grad: bool, attributes: dict[str, Any]) -> Any:
    """Return the leaf that was copied or pickled; a kind of None is ``Tensor``."""
    result = (kind or Tensor)._wrap(array, None, requires_grad)
    result.__dict__.update(attributes)
    return result
