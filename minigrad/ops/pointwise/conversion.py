"""Conversion to another dtype or device."""

from __future__ import annotations

from typing import Any

from ...autograd.fitting import cast
from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend import dtypes
from ...backend.device import Device, device_of, place
from ...backend.dtypes import as_dtype
from ..shaping.shapes import clone

__all__ = ["to", "to_device", "type_as"]

# PyTorch's names of tensor types, as ``type()`` gives them.
_TYPES = {
    dtypes.float16: "HalfTensor",
    dtypes.float32: "FloatTensor",
    dtypes.float64: "DoubleTensor",
    dtypes.complex64: "ComplexFloatTensor",
    dtypes.complex128: "ComplexDoubleTensor",
    dtypes.uint8: "ByteTensor",
    dtypes.int8: "CharTensor",
    dtypes.int16: "ShortTensor",
    dtypes.int32: "IntTensor",
    dtypes.int64: "LongTensor",
    dtypes.bool_: "BoolTensor",
}


@primitive(x=lambda g, device, source: _transfer(g, device=source, source=device))
def _transfer(x: Any, *, device: Device, source: Device) -> Any:
    return place(x, device)


def to_device(x: Any, device: Any) -> Any:
    """Return ``x`` on a device: itself if it is there already, else a copy.

    Derivative: ``g`` on the device of ``x``.

    Raises:
        RuntimeError: for an unknown kind of device.
        DeviceError: if the device cannot be used.
    """
    source, target = device_of(x._array), Device(device)
    if target == source or (target.index is None and target.type == source.type):
        return x
    return _transfer(x, device=target, source=source)


def to(
    x: Any,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
) -> Any:
    """Return ``x`` with another dtype, on another device; itself if nothing changes.

    Args:
        x: a tensor.
        *args: a device, a dtype or both, or a tensor to be like.
        dtype: the dtype.
        device: the device.
        non_blocking: accepted for compatibility; copies between devices are ordered anyway.
        copy: return a copy even if nothing changes.

    Derivative: ``g`` in the dtype and on the device of ``x``.

    Raises:
        RuntimeError: for an unknown device.
        TypeError: for an unknown dtype.
        DeviceError: if the device cannot be used.
    """
    dtype, device = destination(args, dtype, device)
    flags = [arg for arg in args if isinstance(arg, bool)]  # non_blocking and copy, by position
    result = x if device is None else to_device(x, device)
    wanted = x.dtype if dtype is None else as_dtype(dtype)
    if wanted != x.dtype:
        result = cast(result, dtype=wanted)
    return clone(x) if result is x and (copy or flags[1:] == [True]) else result


def destination(args: tuple[Any, ...], dtype: Any = None, device: Any = None) -> tuple[Any, Any]:
    """Return the dtype and the device that the arguments of ``to`` ask for, None where none."""
    for arg in args:
        if isinstance(arg, Traced):
            dtype, device = arg.dtype, device_of(arg._array)
        elif isinstance(arg, str | Device) or arg.__class__ is int:
            device = Device(arg)
        elif not isinstance(arg, bool) and arg is not None:
            dtype = arg
    return dtype, device


def type_as(x: Any, other: Any) -> Any:
    """Return ``x`` with the dtype, on the device, of ``other``."""
    return to(x, other)


class Conversions:
    """The methods of a tensor that bear the names of types.

    They have a class of their own because inside ``Tensor`` they would hide those types from its
    annotations.
    """

    __slots__ = ()

    _array: Any

    def type(self, dtype: Any = None) -> Any:
        """Return this tensor in another dtype; without one, the name of its type in PyTorch.

        Args:
            dtype: a dtype, or such a name: ``"torch.DoubleTensor"``.

        Raises:
            ValueError: for an unknown name.
        """
        if dtype is None:
            where = "torch" if device_of(self._array).type == "cpu" else "torch.cuda"
            if getattr(self._array, "is_sparse", False):
                where += ".sparse"
            return f"{where}.{_TYPES[self._array.dtype]}"
        if isinstance(dtype, str) and dtype.startswith("torch."):
            named = {name: found for found, name in _TYPES.items()}
            device, _, name = dtype.removeprefix("torch.").rpartition(".")
            if name not in named or device not in ("", "cuda"):
                raise ValueError(f"invalid type: {dtype!r}")
            return to(self, device or "cpu", named[name])
        return to(self, dtype=getattr(dtype, "dtype", dtype))

    def float(self) -> Any:
        """Return this tensor in float32."""
        return to(self, dtypes.float32)

    def double(self) -> Any:
        """Return this tensor in float64."""
        return to(self, dtypes.float64)

    def half(self) -> Any:
        """Return this tensor in float16."""
        return to(self, dtypes.float16)

    def int(self) -> Any:
        """Return this tensor in int32."""
        return to(self, dtypes.int32)

    def long(self) -> Any:
        """Return this tensor in int64."""
        return to(self, dtypes.int64)

    def short(self) -> Any:
        """Return this tensor in int16."""
        return to(self, dtypes.int16)

    def char(self) -> Any:
        """Return this tensor in int8."""
        return to(self, dtypes.int8)

    def byte(self) -> Any:
        """Return this tensor in uint8."""
        return to(self, dtypes.uint8)

    def bool(self) -> Any:
        """Return this tensor in bool: False where it is zero."""
        return to(self, dtypes.bool_)

    def cfloat(self) -> Any:
        """Return this tensor in complex64."""
        return to(self, dtypes.complex64)

    def cdouble(self) -> Any:
        """Return this tensor in complex128."""
        return to(self, dtypes.complex128)

    def cpu(self) -> Any:
        """Return this tensor in the memory of the host."""
        return to_device(self, "cpu")

    def cuda(self, device: Any = None) -> Any:
        """Return this tensor on a GPU, the current one by default.

        Raises:
            DeviceError: if there is none that works.
        """
        if isinstance(device, int):
            device = Device("cuda", device)
        return to_device(self, "cuda" if device is None else device)
