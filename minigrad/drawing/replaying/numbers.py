"""Arrays in a page: tables of numbers as long as they are small, else a summary."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from ...backend.arrays import is_array
from ..characters import visible
from ..labels import argument_text, array_text, non_finite, number_text

__all__ = ["answers", "numbers", "text"]

_SIDE = 8  # rows and columns of the largest table
_MOST = 64  # numbers in all, where an array has more than two dimensions
_ASKED = 16  # numbers that a reader is asked for


def text(words: Any) -> str:
    """Return words as HTML."""
    return escape(visible(str(words)))


def numbers(value: Any) -> str:
    """Return a value as HTML: an array with its shape, a tuple of them, or anything else."""
    if isinstance(value, tuple) and any(v is None or is_array(v) for v in value):
        parts = [f"<li>{numbers(v)}</li>" for v in value]
        return f'<ul class="several">{"".join(parts)}</ul>'
    if value is None:
        return "<p>nothing arrived here</p>"
    if not is_array(value):
        return f"<code>{text(argument_text(value))}</code>"
    warning = "".join(f'<p class="warning">{text(line)}</p>' for line in non_finite(value))
    shape = f'<p class="shape">{text(value.shape)}</p>' if value.ndim else ""
    return f'<div class="array">{_numbers(value)}{shape}{warning}</div>'


def _numbers(array: np.ndarray[Any, Any]) -> str:
    if array.size == 0:
        return "<p>empty</p>"
    if array.ndim == 0:
        return f'<span class="number">{text(number_text(array[()]))}</span>'
    if array.ndim <= 2 and max(array.shape, default=1) <= _SIDE:
        return _table(np.atleast_2d(array))
    if array.ndim > 2 and max(array.shape[-2:]) <= _SIDE and array.size <= _MOST:
        rest = array.shape[:-2]
        parts = []
        for index in np.ndindex(rest):
            place = ", ".join([*map(str, index), ":", ":"])
            parts.append(
                f"<figure><figcaption>[{place}]</figcaption>{_table(array[index])}</figure>"
            )
        return f'<div class="slices">{"".join(parts)}</div>'
    return f"<p>{text(array_text(array, 0, norm=True))}</p>"


def _table(matrix: np.ndarray[Any, Any]) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{text(number_text(number))}</td>' for number in row)}</tr>"
        for row in matrix
    )
    return f'<table class="matrix">{rows}</table>'


def answers(array: np.ndarray[Any, Any]) -> list[float] | None:
    """Return the numbers that a reader can be asked for; None where they are too many, or odd."""
    if array.size > _ASKED or array.size == 0 or array.dtype.kind not in "fiu":
        return None
    if not np.isfinite(array).all():
        return None
    return [float(f"{float(number):.9g}") for number in array.ravel()]
