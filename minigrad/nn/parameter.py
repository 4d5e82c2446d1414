"""Parameter: a tensor that a module trains."""

from __future__ import annotations

from typing import Any

from ..autograd.traced import Traced
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
