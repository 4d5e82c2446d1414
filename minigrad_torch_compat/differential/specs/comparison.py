"""Specs of ``minigrad.ops.pointwise.comparison``."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, broadcastable, integers, pairs, reals, shapes

NUMBERS = st.sampled_from([0, 1, -2, 0.5, -1.25, True])
COMPARED = st.one_of(
    pairs(),
    pairs(integers, integers),
    pairs(integers, reals),
    pairs(booleans, integers),
    st.tuples(reals(), NUMBERS),
    st.tuples(integers(), NUMBERS),
).map(Case)

NAMES = ("eq", "ne", "lt", "le", "gt", "ge")
OTHERS = ("greater", "greater_equal", "less", "less_equal", "not_equal")
REFUSED = st.sampled_from(
    [
        Case((np.ones(2), np.ones(3))),
        Case((np.ones(2), "a")),
        Case((np.ones(2), None)),
        Case((np.ones(2),)),
    ]
)
for _name in (*NAMES, *OTHERS):
    register(_name, getattr(mg, _name), getattr(torch, _name), COMPARED, errors=REFUSED)


@st.composite
def unusual(draw: st.DrawFn) -> Case:
    """Arrays with NaN and infinities among the numbers, or integers."""
    array = draw(st.one_of(reals(), integers()))
    if array.dtype.kind == "f" and draw(st.booleans()):
        kinds = np.round(array).astype(int) % 4
        array = np.asarray(np.choose(kinds, [array, np.nan, np.inf, -np.inf]))
    return Case((array,))


for _name in ("isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal"):
    register(_name, getattr(mg, _name), getattr(torch, _name), unusual())

LOGICAL = st.one_of(pairs(booleans, booleans), pairs(reals, integers)).map(Case)
UNARY = case(st.one_of(booleans(), reals()))
for _name in ("logical_and", "logical_or", "logical_xor", "logical_not"):
    _cases = UNARY if _name == "logical_not" else LOGICAL
    register(_name, getattr(mg, _name), getattr(torch, _name), _cases)
    # In place, PyTorch lets the gradient of what was overwritten through: see ``deliberate``.
    _constants = _cases.map(lambda case: Case(case.args, constants=frozenset({0, 1})))
    register(f"{_name}/constants", getattr(mg, _name), getattr(torch, _name), _constants)


@st.composite
def choices(draw: st.DrawFn) -> Case:
    """A condition and two values, tensors or numbers."""
    c, a, b = draw(broadcastable(3))
    numbers = st.sampled_from([0, 1, -2.5, 0.0, True])
    x: Any = draw(st.one_of(reals(a), integers(a), numbers))
    y: Any = draw(st.one_of(reals(b), numbers))
    return Case((draw(booleans(c)), x, y))


register("where", mg.where, torch.where, choices())
LARGE = shapes(min_dims=2, max_dims=2, min_side=32, max_side=40)


@st.composite
def large_choices(draw: st.DrawFn) -> Case:
    """Arrays large enough for the selection by bits, in several layouts."""
    shape = draw(LARGE)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    layout = draw(st.sampled_from([np.ascontiguousarray, np.asfortranarray]))
    x, y = (layout(rng.normal(size=shape)) for _ in range(2))
    values = draw(st.sampled_from([(x, y), (x, 0), (0, y), (x, 2.5), (x, y[:1])]))
    return Case((rng.random(shape) > 0.5, *values))


register("where/large", mg.where, torch.where, large_choices())
register("where_indices", mg.where, torch.where, case(booleans()))
register("nan_to_num", mg.nan_to_num, torch.nan_to_num, unusual())
register(
    "nan_to_num/values",
    lambda x: mg.nan_to_num(x, 1.0, 2.0, -3.0),
    lambda x: torch.nan_to_num(x, 1.0, 2.0, -3.0),
    unusual(),
)
