"""PyTorch's dtypes: NumPy's, printed as ``torch.float32`` and with PyTorch's questions.

A dtype compares equal to NumPy's, hashes like it, and carries it as ``dtype``: NumPy and minigrad
take it wherever they take their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.backend.dtypes import know


class dtype:
    """``torch.float32`` and its kind. Attributes that are not listed here are NumPy's."""

    __slots__ = ("_name", "char", "dtype", "itemsize", "kind", "name", "type")

    def __init__(self, name: str) -> None:
        self._name = name
        self.dtype: Any = np.dtype(name)
        for attribute in ("char", "itemsize", "kind", "name", "type"):  # those asked for often
            setattr(self, attribute, getattr(self.dtype, attribute))
        know(self, self.dtype)

    @property
    def is_floating_point(self) -> bool:
        """True for real floating-point numbers."""
        return bool(self.dtype.kind == "f")

    @property
    def is_complex(self) -> bool:
        """True for complex numbers."""
        return bool(self.dtype.kind == "c")

    @property
    def is_signed(self) -> bool:
        """True if there are negative numbers."""
        return self.dtype.kind in "ifc"

    def to_complex(self) -> dtype:
        """Return the complex dtype with parts of this one."""
        if self.dtype == np.float16:
            return _FOUND["complex32"]
        return spelled(np.result_type(self.dtype, np.complex64))

    def to_real(self) -> dtype:
        """Return the dtype of the parts of a complex one."""
        return spelled(np.empty(0, self.dtype).real.dtype)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copying and pickling ask before there is a dtype
            raise AttributeError(name)
        return getattr(self.dtype, name)

    def __eq__(self, other: object) -> bool:
        return other is self or (other is not None and bool(self.dtype == other))

    def __hash__(self) -> int:
        return hash(self.dtype)

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __reduce__(self) -> Any:
        return _named, (self._name,)


dtype.__module__ = "torch"


class _Unsupported(dtype):
    """A dtype with a name only: programs put it in tables; there are no tensors of it."""

    __slots__ = ()

    is_floating_point = property(lambda self: "float" in self._name)  # type: ignore[assignment]
    is_complex = property(lambda self: "complex" in self._name)  # type: ignore[assignment]
    is_signed = property(lambda self: not self._name.startswith("u"))  # type: ignore[assignment]

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise TypeError(f"minigrad has no tensors of torch.{self._name}")

    def __eq__(self, other: object) -> bool:
        return other is self

    def __hash__(self) -> int:
        return hash(self._name)


_NAMES = (
    *("float16", "float32", "float64", "complex64", "complex128", "bool"),
    *("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
)
_UNSUPPORTED = (
    *("bfloat16", "complex32", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2"),
    *("float8_e5m2fnuz", "qint8", "qint32", "quint8"),
)
_OTHER_NAMES = {
    "half": "float16",
    "float": "float32",
    "double": "float64",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "chalf": "complex32",
    "short": "int16",
    "int": "int32",
    "long": "int64",
}
_FOUND = {
    **{name: dtype(name) for name in _NAMES},
    **{name: _Unsupported(name) for name in _UNSUPPORTED},
}
_SPELLED: dict[Any, dtype] = {_FOUND[name].dtype: _FOUND[name] for name in _NAMES}

# Every name that PyTorch gives to a dtype.
DTYPES = {**_FOUND, **{name: _FOUND[meant] for name, meant in _OTHER_NAMES.items()}}


def spelled(found: Any) -> dtype:
    """Return PyTorch's dtype for NumPy's."""
    return _SPELLED[found]


def _named(name: str) -> dtype:
    return _FOUND[name]
