"""How far apart two tensors may be.

The difference is measured against the largest value of the tensor. With equal inputs, an operation
may only differ by rounding: ``Tolerance.of(dtype)``. Where inputs differ already, the result may
differ ``AMPLIFICATION`` times as much, up to the limit of drift: training makes small differences
grow, and that is not the fault of the operation where they are seen. Values that cancel may differ
as much as what they were computed from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .records import Record
from .summary import extent, places, size_of, values_of

AMPLIFICATION = 100.0
CANCELLING = 64.0  # roundings of the largest input that a result may be off by
# Gradients within this many roundings of the largest one are noise: that of a bias before batch
# normalization is zero but for rounding.
NOISE = 256.0

_TOLERANCES = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2, "bfloat16": 5e-2}
_EPSILONS = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}
_COMPLEX = {"complex64": "float32", "complex128": "float64"}


@dataclass(frozen=True)
class Tolerance:
    """What the user allows.

    Attributes:
        relative: relative difference at equal inputs; None for that of the dtype.
        drift: relative difference that may build up.
    """

    relative: float | None = None
    drift: float = 0.05

    def of(self, dtype: str) -> float:
        """Return the relative difference allowed at equal inputs."""
        found = _TOLERANCES.get(_real(dtype), _TOLERANCES["float32"])
        return found if self.relative is None else self.relative

    def after(self, drift: float) -> Tolerance:
        """Return what is allowed of gradients if results are so far apart already."""
        return Tolerance(self.relative, max(self.drift, 2 * drift))


@dataclass(frozen=True)
class Verdict:
    """How two tensors compare.

    Attributes:
        kind: "", "shape", "dtype", "requires_grad" or "value": what differs.
        text: the difference in words.
        error: the relative difference found.
        allowed: the one allowed.
        worst: the place of the largest difference seen, in the flattened tensor.
    """

    kind: str = ""
    text: str = ""
    error: float = 0.0
    allowed: float = 0.0
    worst: int | None = None


@dataclass(frozen=True)
class Distance:
    """How far apart two tensors are, relative to their largest value.

    Attributes:
        largest: at the values seen.
        typical: over all values.
        place: where the largest is; None if no kept value differs as much.
    """

    largest: float = 0.0
    typical: float = 0.0
    place: int | None = None


def _real(dtype: str) -> str:
    name = dtype.rpartition(".")[2]
    return _COMPLEX.get(name, name)


def epsilon(dtype: str) -> float:
    """Return the rounding of a dtype; that of float32 for those that do not round."""
    return _EPSILONS.get(_real(dtype), _EPSILONS["float32"])


def is_floating(note: Record) -> bool:
    """Return whether a note is of numbers that were rounded."""
    if "dtype" in note:
        return _real(note["dtype"]) in _EPSILONS
    return isinstance(note.get("number"), (float, list))


def distance(a: Record, b: Record, scale: float) -> Distance:
    """Return how far apart two tensors of the same shape are, as a part of ``scale``."""
    if a["hash"] == b["hash"] or not scale:
        return Distance()
    with np.errstate(all="ignore"):
        gaps = np.abs(values_of(a).astype(complex) - values_of(b).astype(complex))
    gaps = np.where(np.isfinite(gaps), gaps, 0.0)
    whole = max(
        abs(a["mean"] - b["mean"]),
        abs(a["rms"] - b["rms"]),
        *(abs(p - q) / math.sqrt(size_of(a)) for p, q in zip(a["sums"], b["sums"])),
    )
    typical = max(whole, float(np.sqrt(np.mean(gaps * gaps)))) / scale
    edges = max(abs(a["low"] - b["low"]), abs(a["high"] - b["high"]))
    most = int(np.argmax(gaps))
    largest = max(float(gaps[most]), edges, whole) / scale
    place = int(places(size_of(a), gaps.size)[most]) if gaps[most] else None
    return Distance(largest, typical, place)


def scale_of(a: Record, b: Record) -> float:
    """Return the largest absolute value of two tensors."""
    return max(extent(a), extent(b))


def error_of(a: Record, b: Record) -> float:
    """Return the relative difference of two arguments; infinite if they cannot be compared."""
    if "number" in a or "text" in a:
        first, second = a.get("number", a.get("text")), b.get("number", b.get("text"))
        return _gap(first, second) if type(first) is type(second) else math.inf
    if "hash" not in a or "hash" not in b:
        return 0.0
    if a["shape"] != b["shape"]:
        return math.inf
    if not is_floating(a):
        return 0.0 if a["hash"] == b["hash"] else math.inf
    return distance(a, b, scale_of(a, b)).largest


def _gap(a: object, b: object) -> float:
    """Return the relative difference of two numbers (a list is a complex one) or texts."""
    if isinstance(a, str) or isinstance(b, str):
        return 0.0 if a == b else math.inf
    first, second = np.atleast_1d(np.asarray(a)), np.atleast_1d(np.asarray(b))
    if np.array_equal(first, second, equal_nan=True):
        return 0.0
    gap = float(np.max(np.abs(first.astype(float) - second.astype(float))))
    scale = float(max(np.max(np.abs(first)), np.max(np.abs(second))))
    return gap / scale if math.isfinite(gap) else math.inf


def judge(
    a: Record,
    b: Record,
    tolerance: Tolerance,
    incoming: float = 0.0,
    source: float = 0.0,
    noise: float = 0.0,
) -> Verdict:
    """Compare a result of PyTorch with one of minigrad.

    Args:
        a: what was noted of PyTorch's.
        b: what was noted of minigrad's.
        tolerance: what the user allows.
        incoming: how far apart the inputs were already.
        source: the largest floating-point value among the inputs.
        noise: how far the result may be off besides.
    """
    if ("shape" in a) != ("shape" in b) or ("text" in a) != ("text" in b):
        return Verdict("dtype", f"{title(a)} and {title(b)}", math.inf)
    if "text" in a or "number" in a:
        return _judge_number(a, b, tolerance, incoming, noise)
    for name in ("shape", "dtype"):
        if a[name] != b[name]:
            return Verdict(name, f"{name} {shown(a[name])} and {shown(b[name])}", math.inf)
    if "hash" not in a or "hash" not in b:
        return Verdict()  # in a transform, or never set
    if a.get("grad", False) != b.get("grad", False):
        only = "PyTorch" if a.get("grad") else "minigrad"
        return Verdict("requires_grad", f"it requires a gradient in {only} only", math.inf)
    if a["hash"] == b["hash"]:
        return Verdict()
    for name in ("nan", "inf"):
        if a[name] != b[name]:
            return Verdict("value", f"{a[name]:,} and {b[name]:,} values are {name}", math.inf)
    slack = noise + (CANCELLING * epsilon(a["dtype"]) + 2 * incoming) * source
    return _judge_values(a, b, tolerance, incoming, slack)


def _judge_values(
    a: Record, b: Record, tolerance: Tolerance, incoming: float, slack: float
) -> Verdict:
    scale = scale_of(a, b)
    found = distance(a, b, scale)
    if is_floating(a):
        allowed = min(tolerance.drift, tolerance.of(a["dtype"]) + AMPLIFICATION * incoming)
        allowed += slack / scale if scale else 0.0
        error = found.largest
    else:
        # Of the integers and booleans some may jump where a difference by rounding decides.
        allowed = tolerance.drift if incoming else 0.0
        differ = values_of(a) != values_of(b)
        error = min(found.typical, max(0.0, float(np.mean(differ)) - 1 / differ.size))
        error = error if incoming else max(found.largest, 1e-300)
    if error <= allowed:
        return Verdict("", "", error, allowed)
    return Verdict("value", _apart(error, allowed), error, allowed, found.place)


def _judge_number(
    a: Record, b: Record, tolerance: Tolerance, incoming: float, noise: float
) -> Verdict:
    error = error_of(a, b)
    if not is_floating(a):
        allowed = tolerance.drift if incoming else 0.0
    else:
        allowed = min(tolerance.drift, tolerance.of("float32") + AMPLIFICATION * incoming)
        largest = max(float(np.max(np.abs(note["number"]))) for note in (a, b))
        allowed += noise / largest if largest else 0.0
    if error <= allowed:
        return Verdict("", "", error, allowed)
    return Verdict("value", f"{title(a)} and {title(b)}", error, allowed)


def _apart(error: float, allowed: float) -> str:
    return f"the values are {error:.2g} of the largest apart; {allowed:.2g} is allowed"


def shown(value: object) -> str:
    """Return a shape or a dtype as text."""
    return f"({', '.join(map(str, value))})" if isinstance(value, list) else str(value)


def title(note: Record) -> str:
    """Return a number, a text or a kind of tensor in a few characters."""
    if "text" in note:
        return repr(note["text"])
    if "number" in note:
        found = note["number"]
        return f"{complex(*found)}" if isinstance(found, list) else f"{found:.9g}"
    return f"{note['dtype'].rpartition('.')[2]} {shown(note['shape'])}"
