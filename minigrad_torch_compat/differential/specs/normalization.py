"""Specs of ``minigrad.ops.normalizing.channel_norms`` and ``row_norms``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import positive, reals

F = torch.nn.functional

# What is normalised has elements that differ: with none, the deviation is sqrt(eps) and the
# gradient a difference of numbers 300 times as large.


@st.composite
def _channels(draw: st.DrawFn, divisor: int = 1, least: int = 2) -> Any:
    """Return images (N, C, ...) with several values per channel, and their number of channels."""
    size = draw(st.lists(st.integers(1, 4), max_size=3))
    images, channels = draw(st.integers(1, 4)), divisor * draw(st.integers(1, 3))
    if images * _product(size) < least:
        images += 1
    if draw(st.integers(0, 5)) == 0:
        size = [6, 7]  # enough for sums over rows
    return draw(reals((images, channels, *size), distinct=True)), channels


def _product(numbers: Any) -> int:
    total = 1
    for n in numbers:
        total *= n
    return total


@st.composite
def _affine(draw: st.DrawFn, shape: Any) -> tuple[Any, Any]:
    """Return weight and bias, of a shape or None.

    Never a bias alone: PyTorch's second derivatives fail there ("got None"). Contiguous: in its
    batch_norm, gradients in evaluation mode ignore the strides of weight.
    """
    if draw(st.booleans()):
        return None, None
    values = reals(shape).map(np.ascontiguousarray)
    return draw(values), draw(st.none() | values)


@st.composite
def batch_norms(draw: st.DrawFn) -> Case:
    """Calls of batch_norm: training with or without running statistics, evaluation."""
    x, channels = draw(_channels())
    weight, bias = draw(_affine((channels,)))
    training = draw(st.booleans())
    # Contiguous: in evaluation mode PyTorch's gradient of weight ignores the strides of the mean.
    running: tuple[Any, Any] = tuple(
        np.ascontiguousarray(draw(kind((channels,)))) for kind in (reals, positive)
    )
    if training and draw(st.booleans()):
        running = (None, None)
    options = {"training": training, "eps": draw(st.sampled_from([1e-5, 0.1]))}
    return Case((x, *running, weight, bias), options, frozenset({1, 2}))


@st.composite
def instance_norms(draw: st.DrawFn) -> Case:
    """Calls of instance_norm on images of several positions."""
    channels, size = (
        draw(st.integers(1, 3)),
        draw(st.lists(st.integers(2, 6), min_size=1, max_size=2)),
    )
    x = draw(reals((draw(st.integers(1, 3)), channels, *size), distinct=True))
    weight, bias = draw(_affine((channels,)))
    own = draw(st.booleans())
    running: tuple[Any, Any] = (draw(reals((channels,))), draw(positive((channels,))))
    if own and draw(st.booleans()):
        running = (None, None)
    return Case((x, *running, weight, bias), {"use_input_stats": own}, frozenset({1, 2}))


@st.composite
def group_norms(draw: st.DrawFn) -> Case:
    """Calls of group_norm with several values per group."""
    groups = draw(st.integers(1, 3))
    x, channels = draw(_channels(divisor=2 * groups, least=1))
    weight, bias = draw(_affine((channels,)))
    return Case((x, groups, weight, bias), {"eps": draw(st.sampled_from([1e-5, 0.1]))})


@st.composite
def _rows(draw: st.DrawFn, biased: bool) -> tuple[Any, ...]:
    lead = draw(st.lists(st.integers(0, 3), max_size=2))
    shape = [*draw(st.lists(st.integers(1, 4), max_size=2)), draw(st.integers(2, 5))]
    x = draw(reals((*lead, *shape), distinct=True))
    weight, bias = draw(_affine(tuple(shape)))
    return (x, tuple(shape), weight, bias) if biased else (x, tuple(shape), weight)


layer_norms = st.builds(
    lambda args, eps: Case(args, {"eps": eps}), _rows(True), st.sampled_from([1e-5, 0.1])
)
rms_norms = st.builds(
    lambda args, eps: Case(args, {"eps": eps}), _rows(False), st.sampled_from([None, 1e-5, 0.1])
)


# Statistics of nearly equal numbers lose digits, on both sides: hence the wider tolerances.
register("batch_norm", mg.batch_norm, F.batch_norm, batch_norms(), rtol=1e-8)
register("instance_norm", mg.instance_norm, F.instance_norm, instance_norms(), rtol=1e-8)
register("group_norm", mg.group_norm, F.group_norm, group_norms(), rtol=1e-8)
register("layer_norm", mg.layer_norm, F.layer_norm, layer_norms, rtol=1e-8)
register("rms_norm", mg.rms_norm, F.rms_norm, rms_norms)
