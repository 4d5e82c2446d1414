"""Moving a module's tensors to another dtype or device."""

from __future__ import annotations

from typing import Any

from ..backend.device import Device, place
from ..backend.dtypes import as_dtype, is_floating
from ..ops.pointwise.conversion import destination
from ..tensor import Tensor
from .parameter import is_lazy


class Conversion:
    """What ``Module.to`` was asked for: a dtype, a device, or both.

    The dtype concerns floating-point tensors only, unless ``all_kinds`` are meant: integers, such
    as counters, keep theirs.
    """

    def __init__(self, dtype: Any = None, device: Any = None, all_kinds: bool = False) -> None:
        self.all_kinds = all_kinds
        self.dtype = None if dtype is None else as_dtype(dtype)
        self.device = None if device is None else Device(device)

    @classmethod
    def from_arguments(
        cls, *args: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False
    ) -> Conversion:
        """Return what ``to(device)``, ``to(dtype)``, ``to(device, dtype)`` or ``to(tensor)`` asks.

        Raises:
            TypeError: for a dtype that is not floating-point.
        """
        wanted = cls(*destination(args, dtype, device))
        if wanted.dtype is not None and not is_floating(wanted.dtype):
            raise TypeError(
                "nn.Module.to only accepts floating point or complex dtypes, but got desired "
                f"dtype={wanted.dtype}"
            )
        return wanted

    def array(self, array: Any) -> Any:
        """Return an array converted: itself if it is that already."""
        if self.dtype is not None and (self.all_kinds or is_floating(array.dtype)):
            array = array.astype(self.dtype, copy=False)
        return array if self.device is None else place(array, self.device)

    def parameter_(self, parameter: Any) -> None:
        """Convert a parameter and its gradient in place: an optimizer holds on to the object."""
        parameter._array = self.array(parameter._array)
        if parameter.grad_ is not None:
            parameter.grad_ = self.buffer(parameter.grad_)

    def buffer(self, tensor: Any) -> Any:
        """Return a tensor converted."""
        array = self.array(tensor._array)
        if is_lazy(tensor):
            tensor._array = array
            return tensor
        return tensor if array is tensor._array else Tensor._wrap(array)
