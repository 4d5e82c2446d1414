"""How a tensor prints: PyTorch's layout, with what the tensor is to autograd."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from .backend.arrays import to_host
from .backend.dtypes import get_default_dtype

__all__ = ["get_printoptions", "set_printoptions"]

_PREFIX = "tensor("
dtype_text: Callable[[Any], str] = attrgetter("name")  # the torch facade says torch.float64
sparse_layout = "sparse_coo"  # the torch facade says torch.sparse_coo
_SILENT = {"int64", "bool"}  # dtypes that the digits show


@dataclass
class Options:
    """What ``set_printoptions`` sets."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": Options(),
    "short": Options(precision=2, edgeitems=2),
    "full": Options(threshold=math.inf),
}
_options = Options()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors print; what is not given stays (``sci_mode`` becomes automatic).

    Args:
        precision: digits after the point.
        threshold: tensors of more elements are summarised.
        edgeitems: elements shown at both ends of a summarised dimension.
        linewidth: characters in a line.
        profile: "default", "short" or "full", as a start.
        sci_mode: True for 1.5000e+00 always, False for never.
    """
    global _options
    chosen = asdict(_options if profile is None else _PROFILES[profile])
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    chosen.update({name: value for name, value in given.items() if value is not None})
    _options = Options(**{**chosen, "sci_mode": sci_mode})


def get_printoptions() -> dict[str, Any]:
    """Return the present options."""
    return asdict(_options)


def tensor_text(tensor: Any) -> str:
    """Return ``tensor([1., 2.], grad_fn=<MulBackward>)``.

    The dtype is named unless the digits show it: those of Python's numbers are silent.
    """
    if tensor.is_sparse:
        return _sparse_text(tensor)
    array = to_host(tensor._array)
    notes = []
    if array.size == 0 and array.ndim != 1:
        notes.append(f"size={array.shape}")
    notes = [*_place(tensor), *notes, *_dtype_note(array), *_history(tensor)]
    return _with_notes(_PREFIX + array_text(array, len(_PREFIX)), notes) + ")"


def _place(tensor: Any) -> list[str]:
    """Return what to say of a tensor's device."""
    device = tensor.device
    return [] if device.type == "cpu" else [f"device='{device}'"]


def _dtype_note(array: Any) -> list[str]:
    """Return what to say of the dtype: nothing if the digits show it."""
    default = get_default_dtype()
    silent = {*_SILENT, default.name, np.result_type(default, np.complex64).name}
    known = array.dtype.name in (silent if array.size else {default.name})
    return [] if known else [f"dtype={dtype_text(array.dtype)}"]


def _history(tensor: Any) -> list[str]:
    """Return what a tensor is to autograd."""
    if tensor._node is not None:
        return [f"grad_fn={tensor.grad_fn!r}"]
    return ["requires_grad=True"] if tensor._requires_grad else []


def _sparse_text(tensor: Any) -> str:
    """Return the text of a sparse tensor: that of its indices and values, and its size."""
    values = to_host(tensor._array.values._array)
    parts = []
    for name, array in (("indices", tensor._array.indices), ("values", values)):
        size = "" if array.size else f", size={array.shape}"
        start = f"{name}={_PREFIX}"
        parts.append(start + array_text(array, len(_PREFIX) + len(start)) + size + ")")
    notes = [
        f"size={tuple(tensor.shape)}",
        f"nnz={len(values)}",
        *_place(tensor),
        *_dtype_note(values),
        f"layout={sparse_layout}",
        *_history(tensor),
    ]
    indent = ",\n" + " " * len(_PREFIX)
    return _with_notes(_PREFIX + indent.join(parts), notes, own_line=True) + ")"


def _with_notes(body: str, notes: list[str], own_line: bool = False) -> str:
    """Append notes, on a new line if they do not fit, or if they are to have one of their own."""
    length = _options.linewidth if own_line else len(body) - body.rfind("\n") + 1
    for note in notes:
        if length + len(note) + 2 > _options.linewidth:
            body += ",\n" + " " * len(_PREFIX) + note
            length = len(_PREFIX) + len(note)
        else:
            body += ", " + note
            length += len(note) + 2
    return body


def array_text(array: Any, indent: int) -> str:
    """Return nested brackets with aligned columns; ``indent`` is where the text starts."""
    if array.size == 0:
        return "[]"
    shown = _edges(array) if array.size > _options.threshold else array
    text, width = _formatter(shown)
    return _block(shown, array.shape, text, width, indent)


def _edges(array: Any) -> Any:
    """Return the elements that a summary shows: both ends of every long dimension."""
    edge = _options.edgeitems
    for axis, size in enumerate(array.shape):
        if size > 2 * edge:
            places = [*range(edge), *range(size - edge, size)]
            array = array.take(places, axis)
    return array


def _block(
    array: Any, shape: tuple[int, ...], text: Callable[[Any], str], width: int, indent: int
) -> str:
    """Lay out an array (or what is shown of it: ``shape`` is that of the whole)."""
    if array.ndim == 0:
        return text(array[()])
    edge = _options.edgeitems
    if array.ndim == 1:
        parts = [text(value) for value in array]
        per_line = max(1, (_options.linewidth - indent) // (width + 2))
    else:
        parts = [_block(part, shape[1:], text, width, indent + 1) for part in array]
        per_line = 1
    if len(parts) < shape[0]:
        parts.insert(edge, " ..." if array.ndim == 1 else "...")
    lines = [", ".join(parts[i : i + per_line]) for i in range(0, len(parts), per_line)]
    between = "," + "\n" * max(array.ndim - 1, 1) + " " * (indent + 1)
    return "[" + between.join(lines) + "]"


def _formatter(array: Any) -> tuple[Callable[[Any], str], int]:
    """Return the function that writes one element, padded to a width, and that width."""
    if array.dtype.kind == "c":
        (real, left), (imaginary, right) = _formatter(array.real), _formatter(array.imag)

        def complex_text(value: Any) -> str:
            second = imaginary(value.imag).lstrip() + "j"
            return real(value.real) + ("" if second[0] in "+-" else "+") + second

        return complex_text, left + right + 1
    if array.dtype.kind != "f":
        width = max(len(str(value)) for value in array.reshape(-1).tolist())
        return lambda value: str(value).rjust(width), width
    plain = _float_style(array)
    finite = array[np.isfinite(array) & (array != 0)]
    width = max([1, *(len(plain(value)) for value in finite.tolist())])
    return lambda value: plain(value).rjust(width), width


def _float_style(array: Any) -> Callable[[Any], str]:
    """Choose between 1.5000e+00 (for wide ranges), 1. (if all are whole) and 1.5000."""
    digits = _options.precision
    sizes = np.abs(array[np.isfinite(array) & (array != 0)].astype(np.float64))
    whole = not (sizes % 1).any()
    if sizes.size:
        low, high = sizes.min(), sizes.max()
        wide = high / low > 1000 or high > 1e8 or (not whole and low < 1e-4)
        if wide if _options.sci_mode is None else _options.sci_mode:
            return lambda value: f"{value:.{digits}e}"
    if whole:
        return lambda value: f"{value:.0f}" + ("." if math.isfinite(value) else "")
    return lambda value: f"{value:.{digits}f}"
