"""Calls of convolutions: batched or not, grouped, strided, dilated, padded, of every size."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ..spec import Case
from .arrays import reals


def _each(ndim: int, low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(low, high)] * ndim)


@st.composite
def _operands(draw: st.DrawFn, ndim: int, transposed: bool) -> tuple[Any, ...]:
    """Return (shape of the input, weight, bias or None, options) of a valid convolution."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    inputs, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = draw(_each(ndim, 1, 3))
    first, second = (inputs * groups, outputs) if transposed else (outputs * groups, inputs)
    weight = draw(reals((first, second, *kernel), low=-1, high=1))
    bias = draw(st.none() | reals((outputs * groups,)))
    options = {
        "stride": draw(st.integers(1, 3) | _each(ndim, 1, 3)),
        "dilation": draw(st.integers(1, 2) | _each(ndim, 1, 3)),
        "groups": groups,
    }
    lead = draw(st.sampled_from([(), (0,), (1,), (2,), (3,)]))
    return (*lead, inputs * groups), weight, bias, options


def _axes(value: Any, ndim: int) -> tuple[int, ...]:
    return (value,) * ndim if isinstance(value, int) else value


@st.composite
def convolutions(draw: st.DrawFn, ndim: int) -> Case:
    """Calls of conv1d, conv2d or conv3d."""
    lead, weight, bias, options = draw(_operands(ndim, False))
    options["padding"] = draw(st.integers(0, 2) | _each(ndim, 0, 3) | st.just("valid"))
    if set(_axes(options["stride"], ndim)) == {1}:
        options["padding"] = draw(st.just(options["padding"]) | st.just("same"))
    pads = (0,) * ndim if isinstance(options["padding"], str) else options["padding"]
    size = []
    for k, d, p in zip(weight.shape[2:], _axes(options["dilation"], ndim), _axes(pads, ndim)):
        least = max(1, d * (k - 1) + 1 - 2 * p)
        size.append(draw(st.integers(least, least + (6 if ndim < 3 else 3))))
    x = draw(reals((*lead, *size), low=-1, high=1))
    return Case((x, weight, bias), options)


@st.composite
def transposed_convolutions(draw: st.DrawFn, ndim: int) -> Case:
    """Calls of conv_transpose1d, conv_transpose2d or conv_transpose3d."""
    lead, weight, bias, options = draw(_operands(ndim, True))
    stride, dilation = _axes(options["stride"], ndim), _axes(options["dilation"], ndim)
    extra, pads, size = [], [], []
    for k, s, d in zip(weight.shape[2:], stride, dilation):
        n = draw(st.integers(1, 5 if ndim < 3 else 3))
        extra.append(draw(st.integers(0, max(s, d) - 1)))
        full = (n - 1) * s + d * (k - 1) + extra[-1] + 1
        pads.append(draw(st.integers(0, min(2, (full - 1) // 2))))
        size.append(n)
    options |= {"padding": tuple(pads), "output_padding": tuple(extra)}
    x = draw(reals((*lead, *size), low=-1, high=1))
    return Case((x, weight, bias), options)
