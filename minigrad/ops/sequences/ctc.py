"""Connectionist temporal classification: how likely a sequence is, whenever its labels came.

A path says something at each time: a label or blank. Without repetitions and blanks it spells the
target. All paths run through a lattice whose positions are the target's labels with blanks before,
between and after: at each time one stays, goes on to the next position, or skips a blank between
two labels that differ. The likelihoods of prefixes (alpha) and suffixes (beta) of paths follow by
recursion; positions and batch are vectors, time is a loop.

The two recursions are written with primitives, so that they are their own twin for higher
derivatives: on arrays they compute the gradient, on tensors they record how it comes about.

Source: A. Graves et al., Connectionist temporal classification, 2006.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce as fold
from typing import Any

import numpy as np

from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace, to_host
from ...backend.device import device_of, place
from ...backend.dtypes import int64
from ..criteria.losses import reduce
from ..indices.accumulation import put
from ..indices.indexing import getitem
from ..pointwise.comparison import eq, where
from ..pointwise.transcendental import exp
from ..shaping.joining import stack, unbind

__all__ = ["ctc_loss"]

_INF = math.inf

# --- logarithms of sums of likelihoods ------------------------------------------------------------


def _log_sum_rule(g: Any, tensors: Any, out: Any, position: int) -> Any:
    """dx = g * exp(x - out), and 0 where the sum is 0."""
    none = eq(out, -_INF)
    return g * where(none, 0, exp(tensors[position] - where(none, 0, out)))


@primitive(tensors=_log_sum_rule)
def _log_sum(*tensors: Any) -> Any:
    """log(exp(x) + exp(y) + ...), without overflow; -inf stands for the logarithm of 0."""
    top = np.maximum(fold(np.maximum, tensors), np.finfo(tensors[0].dtype).min)
    powers = [np.exp(x - top) for x in tensors]
    out = np.log(sum(powers[1:], powers[0]))
    out += top
    return out


@primitive(x=lambda g, by: _moved(g, by=-by, fill=0.0))
def _moved(x: Any, *, by: int, fill: float) -> Any:
    """Move positions by a number of places; ``fill`` comes in at the end."""
    out = np.full_like(x, fill)
    if by > 0:
        out[:, by:] = x[:, :-by]
    else:
        out[:, :by] = x[:, -by:]
    return out


# --- the lattice ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Lattice:
    """The positions of a batch of targets, N of them with L positions each, and where paths end.

    Attributes:
        labels: the class at each position (N, L); blanks at the even ones.
        skips: 0 where a path may come from two positions before, -inf elsewhere (N, L).
        start: 0 at the first position, -inf elsewhere (N, L): before the first time.
        ends: 0 at a target's last label and its last blank, -inf elsewhere (N, L).
        times: how many times of the input count (N, 1).
        last: the number of the last position (N,).
    """

    labels: Any
    skips: Any
    start: Any
    ends: Any
    times: Any
    last: Any

    def emissions(self, x: Any) -> Any:
        """Return the log-probabilities of the positions' classes, an array (N, L) for each time."""
        rows = namespace(self.labels).arange(len(self.labels))[:, None]
        return unbind(getitem(x, index=(slice(None), rows, self.labels)))

    def prefixes(self, steps: Any) -> list[Any]:
        """Return log alpha: that a path is at a position at a time, having said all before it."""
        alpha, found = self.start, []
        for time, step in enumerate(steps):
            skipped = _moved(alpha, by=2, fill=-_INF) + self.skips
            forward = _log_sum(alpha, _moved(alpha, by=1, fill=-_INF), skipped)
            alpha = where(time < self.times, forward + step, alpha)
            found.append(alpha)
        return found

    def suffixes(self, steps: Any) -> list[Any]:
        """Return log beta: that a path at a position at a time will say all that comes after it."""
        beta = self.ends
        found = [beta]
        for time in range(len(steps) - 1, 0, -1):
            said = beta + steps[time]
            skipped = _moved(said + self.skips, by=-2, fill=-_INF)
            back = _log_sum(said, _moved(said, by=-1, fill=-_INF), skipped)
            beta = where(time < self.times, back, self.ends)
            found.append(beta)
        return found[::-1]

    def likelihood(self, alpha: Any) -> Any:
        """Return the log-likelihoods (N, 1) of the targets from the last alpha."""
        rows = namespace(self.last).arange(len(self.last))[:, None]
        last = self.last[:, None]
        blank = getitem(alpha, index=(rows, last))
        label = getitem(alpha, index=(rows, np.maximum(last - 1, 0)))
        return _log_sum(blank, where(last > 0, label, -_INF))


def _ctc_rule(
    g: Any, x: Any, lattice: _Lattice, zero_infinity: bool, prefixes: Any, impossible: Any
) -> Any:
    """dx = g * (exp(x) - the share of paths that say a class at a time).

    As in PyTorch, the first term makes that the gradient for an input of any scale, if the input is
    normalised: ``log_softmax``, whose rule takes the sum over classes away, makes no difference.
    """
    steps = lattice.emissions(x)
    if isinstance(g, Traced):
        prefixes = lattice.prefixes(steps)
    suffixes = lattice.suffixes(steps)
    total = where(impossible, 0, lattice.likelihood(prefixes[-1]))
    shares = stack([exp(a + (b - total)) for a, b in zip(prefixes, suffixes)])
    g = where(impossible[:, 0], 0.0 if zero_infinity else math.nan, g)
    counts = namespace(lattice.times).arange(len(steps))[:, None, None] < lattice.times
    slope = exp(x) - _said(shares, labels=lattice.labels, classes=x.shape[2])
    return where(counts, slope * g.reshape((-1, 1)), 0)


def _places(times: int, labels: Any) -> tuple[Any, Any, Any]:
    arange = namespace(labels).arange
    return arange(times)[:, None, None], arange(len(labels))[:, None], labels


@primitive(x=lambda g, x_shape, labels: getitem(g, index=_places(x_shape[0], labels)))
def _said(x: Any, *, labels: Any, classes: int) -> Any:
    """Add up positions of the same class: (T, N, L) to (T, N, classes)."""
    times, count, _ = x.shape
    index = np.broadcast_arrays(*_places(times, labels))
    return put(x, (times, count, classes), tuple(index))


@primitive(x=_ctc_rule)
def _ctc_loss(x: Any, *, lattice: _Lattice, zero_infinity: bool) -> Any:
    prefixes = lattice.prefixes(lattice.emissions(x))
    total = lattice.likelihood(prefixes[-1])
    impossible = total == -_INF
    losses = -total[:, 0]
    if zero_infinity:
        losses = np.where(impossible[:, 0], 0, losses).astype(x.dtype, copy=False)
    return Keep(losses, prefixes=prefixes, impossible=impossible)


@open_to_transforms
def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """Return how unlikely sequences of labels are, whenever in the input each was said.

    Shapes:
        log_probs (T, N, C) or (T, C). targets (N, S), or one after another in one dimension.
        input_lengths, target_lengths (N,). The result has no dimensions, or is (N,).

    Args:
        log_probs: log-probabilities of C classes at T times, as of ``log_softmax``.
        targets: labels, none of them blank; beyond the target's length they do not count.
        input_lengths, target_lengths: two tensors, or two sequences of integers.
        blank: the class that stands for no label.
        reduction: "mean" (of losses divided by their target's lengths), "sum" or "none".
        zero_infinity: take losses of targets that do not fit into their input as 0.

    Derivative: ``exp(log_probs)`` minus the share of paths that say a class at a time.

    Raises:
        ValueError: for an unknown reduction.
        TypeError: for lengths of which one is a tensor and the other is not.
        RuntimeError: for shapes or lengths that do not fit, or a label that is no class.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if isinstance(input_lengths, Traced) is not isinstance(target_lengths, Traced):
        raise TypeError(
            "ctc_loss: input_lengths and target_lengths must be both tensors or both sequences of "
            f"int, got {type(input_lengths).__name__} and {type(target_lengths).__name__}"
        )
    if log_probs.dtype.kind != "f":
        raise NotImplementedError(f'"ctc_loss" not implemented for {log_probs.dtype}')
    if log_probs.ndim not in (2, 3) or 0 in log_probs.shape:
        raise RuntimeError(
            "ctc_loss: expected log_probs of 2 or 3 dimensions, not empty, got shape "
            f"{list(log_probs.shape)}"
        )
    single = log_probs.ndim == 2
    x = log_probs.unsqueeze(1) if single else log_probs
    if not 0 <= blank < x.shape[2]:
        raise RuntimeError(f"blank must be in label range, got {blank} for {x.shape[2]} classes")
    times = _lengths("input_lengths", input_lengths, x.shape[1], x.shape[0])
    sizes = _lengths("target_lengths", target_lengths, x.shape[1], None)
    labels = _labels(targets, sizes, blank, x.shape[2])
    lattice = _lattice(labels, sizes, times, blank, x._array)
    losses = _ctc_loss(x, lattice=lattice, zero_infinity=zero_infinity)
    if reduction == "mean":
        losses = losses / place(np.maximum(sizes, 1).astype(x.dtype), device_of(x._array))
    losses = losses.squeeze(0) if single else losses
    return reduce(losses, reduction)


# --- arguments ------------------------------------------------------------------------------------


def _lengths(name: str, lengths: Any, count: int, most: int | None) -> Any:
    """Return the lengths as an array on the host, after a check of them."""
    array = to_host(lengths._array) if isinstance(lengths, Traced) else np.asarray(lengths)
    if array.size and array.dtype.kind not in "iu":
        raise RuntimeError(f"{name} must be integral, got {array.dtype}")
    if array.size != count or array.ndim > 1:
        raise RuntimeError(f"{name} must be of size batch_size {count}, got {list(array.shape)}")
    array = array.reshape(-1).astype(int64)
    if array.min() < 0 or (most is not None and array.max() > most):
        raise RuntimeError(
            f"Expected {name} to be from 0 to {'any' if most is None else most}, got "
            f"{array.tolist()}"
        )
    return array


def _labels(targets: Any, sizes: Any, blank: int, classes: int) -> Any:
    """Return the targets as a matrix (N, S) with blanks after their ends."""
    array = to_host(targets._array).astype(int64)
    most = int(sizes.max())
    kept = np.arange(most) < sizes[:, None]
    labels = np.full(kept.shape, blank)
    if array.ndim == 2:
        if len(array) != len(sizes) or array.shape[1] < most:
            raise RuntimeError(
                f"Expected targets of shape [{len(sizes)}, {most}] or longer, got "
                f"{list(array.shape)}"
            )
        labels[kept] = array[:, :most][kept]
    elif array.shape == (sizes.sum(),):
        labels[kept] = array
    else:
        raise RuntimeError(
            f"Expected targets in two dimensions, or {sizes.sum()} in one dimension, got shape "
            f"{list(array.shape)}"
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise RuntimeError(
            f"Expected targets from 0 to {classes - 1}, got {labels.min()} to {labels.max()}"
        )
    return labels


def _lattice(labels: Any, sizes: Any, times: Any, blank: int, like: Any) -> _Lattice:
    """Return the lattice of labels that are padded to one length, on the device of the input."""
    count, most = labels.shape
    positions = np.full((count, 2 * most + 1), blank)
    positions[:, 1::2] = labels
    skips = np.full(positions.shape, -_INF, like.dtype)
    skips[:, 3::2][labels[:, 1:] != labels[:, :-1]] = 0
    start = np.full(positions.shape, -_INF, like.dtype)
    start[:, 0] = 0
    last = 2 * sizes
    numbers = np.arange(2 * most + 1)
    reached = (numbers == last[:, None]) | (numbers == last[:, None] - 1)
    ends = np.where(reached, 0, -_INF).astype(like.dtype)
    arrays = (positions, skips, start, ends, times[:, None], last)
    return _Lattice(*(place(array, device_of(like)) for array in arrays))
