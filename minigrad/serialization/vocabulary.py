"""The names that a checkpoint may use, and what minigrad understands by them.

A pickle names functions and classes as ``module.name``. Only the names in these tables mean
anything to ``load``; a program may add classes of its own, whose code will then be run.
"""

from __future__ import annotations

import contextlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..backend.device import Device
from ..backend.dtypes import _SUPPORTED
from ..nn.linear import Linear
from ..nn.parameter import Parameter
from ..tensor import Tensor
from . import rebuilding
from .machine import shallow
from .storage import KINDS, UNTYPED


def _encode(text: Any, encoding: Any) -> bytes:
    # Protocol 2 writes bytes as text; other encodings than this one (zip!) have no place here.
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise TypeError(f"_codecs.encode is for bytes in latin1, the file asks for {encoding!r}")
    return text.encode("latin-1")


def _bytearray(content: Any = b"", encoding: Any = None) -> bytearray:
    # Python's would also take a size: how many zeros to make.
    if isinstance(content, str):
        return bytearray(_encode(content, encoding))
    if not isinstance(content, bytes | bytearray | list):
        raise TypeError(f"a bytearray cannot be made of a {type(content).__name__}")
    return bytearray(content)


def _no_bytes() -> bytes:
    # So does Python write them in protocol 2; with arguments, ``bytes`` would make as many zeros.
    return b""


def _hashing(kind: Any) -> Callable[..., Any]:
    """Return a container's constructor that looks at its keys before they are hashed."""

    def make(items: Any = ()) -> Any:
        if not isinstance(items, dict | list | tuple | set):
            raise TypeError(f"{kind.__name__} cannot be made of a {type(items).__name__}")
        for item in items:
            shallow(item)
        return kind(items)

    return make


def _layout(name: Any) -> Any:
    if name != "torch.sparse_coo":
        raise TypeError(f"minigrad has no tensors of the layout {name!r}")
    return name


def size(sizes: Any = ()) -> tuple[int, ...]:
    """Return a shape."""
    return tuple(sizes)


class ForeignDtype:
    """A dtype of PyTorch's of which minigrad has no tensors: only its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"


_FOREIGN = (
    *("bfloat16", "complex32", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2"),
    *("float8_e5m2fnuz", "float8_e8m0fnu", "qint8", "qint32", "quint8", "quint4x2", "quint2x4"),
)

# What may be called with arguments from the file.
CALLS: dict[str, Callable[..., Any]] = {
    "_codecs.encode": _encode,
    "builtins.bytearray": _bytearray,
    "builtins.bytes": _no_bytes,
    "builtins.complex": complex,
    "builtins.set": _hashing(set),
    "collections.Counter": _hashing(Counter),
    "collections.OrderedDict": _hashing(OrderedDict),
    "torch.Size": size,
    "torch._tensor._rebuild_from_type_v2": rebuilding.rebuild_as_type,
    "torch._utils._rebuild_parameter": rebuilding.rebuild_parameter,
    "torch._utils._rebuild_parameter_with_state": rebuilding.rebuild_parameter_with_state,
    "torch._utils._rebuild_sparse_tensor": rebuilding.rebuild_sparse_tensor,
    "torch._utils._rebuild_tensor": rebuilding.rebuild_tensor,
    "torch._utils._rebuild_tensor_v2": rebuilding.rebuild_tensor,
    "torch._utils._rebuild_tensor_v3": rebuilding.rebuild_typed_tensor,
    "torch.device": Device,
    "torch.serialization._get_layout": _layout,
}
# What is only a value.
VALUES: dict[str, Any] = {
    **{f"torch.{dtype.name}": dtype for dtype in _SUPPORTED},
    **{f"torch.{name}": ForeignDtype(name) for name in _FOREIGN},
    **{f"torch.{name}": kind for name, kind in KINDS.items()},
    **{f"torch.cuda.{name}": kind for name, kind in KINDS.items()},
    "torch.Tensor": Tensor,
    "torch.nn.modules.linear.NonDynamicallyQuantizableLinear": Linear,  # attention has it
    "torch.nn.parameter.Parameter": Parameter,
    "torch.storage.UntypedStorage": UNTYPED,
}

# The package in which other names of torch are looked for, if the whole file is trusted.
home = "minigrad"

# --- what the program trusts -------------------------------------------------------------------

_safe: dict[str, Any] = {}


def trusted() -> dict[str, Any]:
    """Return what the program has added, by name."""
    return _safe


def add_safe_globals(safe_globals: Sequence[Any]) -> None:
    """Let ``load`` make objects of more classes (or call functions): their code will be run.

    Args:
        safe_globals: classes and functions, or pairs of one and the name ("module.name") that
            files have for it.

    Raises:
        TypeError: for something without a name.
    """
    found = {_name(item): item[0] if isinstance(item, tuple) else item for item in safe_globals}
    _safe.update(found)


def get_safe_globals() -> list[Any]:
    """Return what was added, as it was given."""
    return [value if _plain_name(value) == name else (value, name) for name, value in _safe.items()]


def clear_safe_globals() -> None:
    """Forget what was added."""
    _safe.clear()


@contextlib.contextmanager
def safe_globals(safe_globals: Sequence[Any]) -> Iterator[None]:
    """Add classes for the block."""
    before = dict(_safe)
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        _safe.clear()
        _safe.update(before)


def _name(item: Any) -> str:
    if isinstance(item, tuple):
        if len(item) != 2 or not isinstance(item[1], str):
            raise TypeError(f"expected a pair of an object and its name in files, got {item!r}")
        return item[1]
    name = _plain_name(item)
    if name is None:
        raise TypeError(f"expected classes and functions, got a {type(item).__name__}: {item!r}")
    return name


def _plain_name(item: Any) -> str | None:
    module, name = getattr(item, "__module__", None), getattr(item, "__qualname__", None)
    return f"{module}.{name}" if module and name else None
