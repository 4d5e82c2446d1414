"""Parameters and buffers: tensors that a module trains, or keeps; some get their size later."""

from __future__ import annotations

from typing import Any

from ..autograd.traced import Traced
from ..creation import empty
from ..tensor import Tensor


class Parameter(Tensor, results=Tensor):
    """A tensor that registers itself when it is assigned to an attribute of a module.

    Results of operations on parameters are plain tensors.

    Args:
        data: the initial values; their memory is shared, their history is not. Empty by default.
        requires_grad: whether the parameter is to be trained.

    Raises:
        RuntimeError: if ``requires_grad`` is asked of integers.
        TypeError: if ``data`` is not a tensor.

    Example:
        >>> import minigrad as mg
        >>> mg.nn.Parameter(mg.tensor([1.0, 2.0]))
        Parameter containing:
        tensor([1., 2.], requires_grad=True)
    """

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        if data is None:
            data = Tensor([])
        if not isinstance(data, Traced):
            raise TypeError(f"Parameter: data must be a Tensor, got {type(data).__name__}")
        self._array = data._array
        self._node = None
        self._view = None
        self._requires_grad = False
        if requires_grad:
            self.requires_grad_()

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        # As in PyTorch, the copy starts without a gradient and without hooks.
        result = type(self)(Tensor._wrap(self._array.copy()), self._requires_grad)
        memo[id(self)] = result
        return result


class Buffer(Tensor, results=Tensor):
    """A tensor that registers itself as a buffer when it is assigned to an attribute of a module.

    Args:
        data: the values; their memory is shared. Empty by default.
        persistent: whether ``state_dict`` contains it.
    """

    def __init__(self, data: Any = None, *, persistent: bool = True) -> None:
        self._array = (Tensor([]) if data is None else data)._array
        self._node = None
        self._view = None
        self._requires_grad = False
        self.persistent = persistent


# --- of a size that the first input will tell -----------------------------------------------------


class _Uninitialized:
    """What such parameters and buffers share: a dtype and a device, but no shape."""

    _array: Any
    _later: type

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Become an ordinary parameter or buffer of a shape, with any values."""
        made = empty(
            tuple(shape),
            device=self._array_device if device is None else device,
            dtype=self._array.dtype if dtype is None else dtype,
        )
        self._array = made._array
        self.__class__ = self._later  # type: ignore[assignment]

    @property
    def _array_device(self) -> Any:
        return Tensor._wrap(self._array).device

    @property
    def shape(self) -> tuple[int, ...]:
        """Raise: there is none.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. Call `forward` to "
            "initialize the parameters before accessing their attributes."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class UninitializedParameter(_Uninitialized, Parameter):
    """A parameter whose shape is not known yet: see ``materialize``."""

    _later = Parameter

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(empty(0, device=device, dtype=dtype), requires_grad)

    def __deepcopy__(self, memo: dict[int, Any]) -> UninitializedParameter:
        result = type(self)(self._requires_grad, self._array_device, self._array.dtype)
        memo[id(self)] = result
        return result


class UninitializedBuffer(_Uninitialized, Buffer):
    """A buffer whose shape is not known yet: see ``materialize``."""

    _later = Buffer

    def __init__(
        self,
        requires_grad: bool = False,
        device: Any = None,
        dtype: Any = None,
        persistent: bool = True,
    ) -> None:
        super().__init__(empty(0, device=device, dtype=dtype), persistent=persistent)
        self._requires_grad = requires_grad

    def __deepcopy__(self, memo: dict[int, Any]) -> UninitializedBuffer:
        options = (self._requires_grad, self._array_device, self._array.dtype, self.persistent)
        result = type(self)(*options)
        memo[id(self)] = result
        return result


def is_lazy(tensor: Any) -> bool:
    """Return whether a parameter or buffer is of a shape that is not known yet."""
    return isinstance(tensor, _Uninitialized)
