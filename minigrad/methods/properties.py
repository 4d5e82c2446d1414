"""Methods of ``Tensor``: what kind of tensor it is, and where its elements lie."""

from __future__ import annotations

from typing import Any

from ..ops.shaping.strided import storage_offset


class Properties:
    """What kind of tensor it is, and where its elements lie."""

    __slots__ = ()

    _array: Any
    _view: Any

    storage_offset = storage_offset

    def nelement(self) -> int:
        """Return the number of elements."""
        return int(self._array.size)

    def ndimension(self) -> int:
        """Return the number of dimensions."""
        return int(self._array.ndim)

    def data_ptr(self) -> int:
        """Return the address of the first element."""
        array = self._array
        return int(array.ctypes.data if hasattr(array, "ctypes") else array.data.ptr)

    def is_same_size(self, other: Any) -> bool:
        """Return True if another tensor has the same shape."""
        return bool(self._array.shape == other.shape)

    def is_set_to(self, tensor: Any) -> bool:
        """Return True if another tensor looks at the same memory in the same way."""
        mine, theirs = self._array, tensor._array
        same = mine.shape == theirs.shape and mine.strides == theirs.strides
        return bool(same and self.data_ptr() == tensor.data_ptr())

    def _is_view(self) -> bool:
        """Return True if this tensor looks into the memory of another one."""
        return self._view is not None

    @property
    def _base(self) -> Any:
        """The tensor whose memory a view looks into; None if it is no view."""
        return None if self._view is None else self._view.base

    def is_nonzero(self) -> bool:
        """Return True if the only element is not zero.

        Raises:
            RuntimeError: if there is not exactly one.
        """
        return bool(self)

    def is_signed(self) -> bool:
        """Return True for dtypes with negative numbers."""
        return bool(self._array.dtype.kind in "ifc")

    def is_complex(self) -> bool:
        """Return True for complex dtypes."""
        return bool(self._array.dtype.kind == "c")

    def dim_order(self) -> tuple[int, ...]:
        """Return the dimensions from that of the longest strides to that of the shortest."""
        strides = self._array.strides
        return tuple(sorted(range(len(strides)), key=lambda dim: -strides[dim]))

    def get_device(self) -> int:
        """Return the number of the CUDA device; -1 for the CPU."""
        index = self.device.index  # type: ignore[attr-defined]
        return -1 if index is None else int(index)

    @property
    def is_cpu(self) -> bool:
        """True for tensors in the host's memory."""
        return bool(self.device.type == "cpu")  # type: ignore[attr-defined]

    @property
    def is_cuda(self) -> bool:
        """True for tensors on a CUDA device."""
        return bool(self.device.type == "cuda")  # type: ignore[attr-defined]

    # What no tensor of this library is.

    is_sparse_csr = is_quantized = is_mkldnn = is_meta = is_mps = is_xpu = False
    is_nested = False

    def is_pinned(self) -> bool:
        """Return False: no memory is pinned."""
        return False
