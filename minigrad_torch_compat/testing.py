"""``torch.testing``: assertions that tensors are close."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from minigrad import Tensor, from_numpy

from .missing import room as _room

__all__ = ["assert_close"]

# What PyTorch allows by default: a share of the expected value, and an absolute difference.
_ALLOWED = {
    "float16": (1e-3, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5),
    "complex128": (1e-7, 1e-7),
}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Raise unless ``|actual - expected| <= atol + rtol |expected|``, for all that is in them.

    Args:
        actual: a tensor, an array, a number, or sequences and mappings of them.
        expected: the same of what it should be.
        allow_subclasses: whether a tensor's class may be one derived from the other's.
        rtol: the share of the expected value; given with ``atol`` or not at all. By dtype.
        atol: the absolute difference.
        equal_nan: whether a NaN is equal to another.
        check_device: whether both must be on one device.
        check_dtype: whether both must have one dtype.
        check_layout: whether both must be sparse, or both not.
        check_stride: whether both must lie in memory alike.
        msg: what the error says, or makes of what it would say.

    Raises:
        AssertionError: if they are not close.
        ValueError: if only one of ``rtol`` and ``atol`` is given.
    """
    if (rtol is None) != (atol is None):
        raise ValueError("rtol and atol must both be specified or both be unspecified")
    checks = {
        "device": check_device,
        "dtype": check_dtype,
        "layout": check_layout,
        "stride": check_stride,
    }
    allowed = None if rtol is None or atol is None else (rtol, atol)
    found = _difference(actual, expected, allowed, equal_nan, checks)
    if found:
        raise AssertionError(msg(found) if callable(msg) else msg or found)


def _difference(actual: Any, expected: Any, *settings: Any) -> str | None:
    """Return what differs first; None if nothing does."""
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        if actual.keys() != expected.keys():
            return f"The keys of the mappings do not match: {list(actual)} != {list(expected)}"
        pairs = [(f"[{key!r}]", actual[key], expected[key]) for key in actual]
    elif _is_row(actual) and _is_row(expected):
        if len(actual) != len(expected):
            return f"The length of the sequences mismatch: {len(actual)} != {len(expected)}"
        pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(actual, expected))]
    else:
        return _apart(_tensor(actual), _tensor(expected), *settings)
    for where, a, b in pairs:
        if found := _difference(a, b, *settings):
            return f"{found}\n\nThe failure occurred for item {where}"
    return None


def _is_row(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _tensor(value: Any) -> Tensor:
    return value.detach() if isinstance(value, Tensor) else from_numpy(np.asarray(value))


def _apart(a: Any, b: Any, allowed: Any, equal_nan: bool, checks: dict[str, bool]) -> str | None:
    """Return how two tensors differ."""
    if a.shape != b.shape:
        return f"The values for attribute 'shape' do not match: {a.shape} != {b.shape}."
    for name, wanted in checks.items():
        one, other = (getattr(x, name)() if name == "stride" else getattr(x, name) for x in (a, b))
        if wanted and one != other:
            return f"The values for attribute {name!r} do not match: {one} != {other}."
    x, y = (np.asarray(t.to_dense().cpu().numpy() if t.is_sparse else t.cpu()) for t in (a, b))
    ours, theirs = (_ALLOWED.get(array.dtype.name, (0.0, 0.0)) for array in (x, y))
    rtol, atol = allowed or (max(ours[0], theirs[0]), max(ours[1], theirs[1]))
    wrong = ~np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
    if not wrong.any():
        return None
    share = 100 * wrong.mean()
    distance = np.abs(x.astype(np.result_type(x, y, float)) - y)
    at = np.unravel_index(np.argmax(np.where(np.isnan(distance), np.inf, distance)), x.shape)
    return (
        f"Tensor-likes are not close!\n\nMismatched elements: {wrong.sum()} / {x.size} "
        f"({share:.1f}%)\nGreatest absolute difference: {distance[at]} at index "
        f"{tuple(map(int, at))} (up to {atol} allowed, {rtol} of the expected value)"
    )


__getattr__ = _room(globals(), code=True)
