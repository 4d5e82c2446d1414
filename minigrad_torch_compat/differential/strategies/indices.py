"""Index expressions: integers, slices, Ellipsis, None, masks, index arrays, and mixtures."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ..spec import Case
from .arrays import reals
from .shapes import shapes


def slices(size: int, negative_steps: bool = False) -> st.SearchStrategy[slice]:
    """Slices of a dimension, bounds out of range among them."""
    bounds = st.none() | st.integers(-size - 2, size + 2)
    steps = st.none() | st.integers(1, 3)
    if negative_steps:
        steps |= st.integers(-3, -1)
    return st.builds(slice, bounds, bounds, steps)


@st.composite
def indices(
    draw: st.DrawFn, shape: tuple[int, ...], negative_steps: bool = False, scalars: bool = True
) -> Any:
    """Valid indices of an array: every form, alone and mixed.

    Integers, slices, None, Ellipsis, masks of one or more dimensions, lists, and integer arrays of
    any number of dimensions, with negative and repeated entries. Arrays are what becomes tensors.

    Args:
        negative_steps: slices may have them (PyTorch's may not).
        scalars: there may be True and False, and 0-d arrays.
    """
    together = draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3))
    masks = draw(st.integers(0, 3)) == 0  # a mask's length must broadcast: it comes alone
    items: list[Any] = []
    axis = 0
    skipped = False  # by an Ellipsis: what follows it must reach the end
    while axis < len(shape) and (skipped or draw(st.integers(0, 5))):
        size = shape[axis]
        forms = ["slice", "none"] if skipped else ["slice", "none", "ellipsis"]
        if size:
            forms += ["int", "int"]
        if size and not masks:
            forms += ["array", "array", "list"]
        if size and scalars:
            forms.append("scalar")
        if masks and not any(isinstance(i, np.ndarray) for i in items):
            forms += ["mask", "mask"]
        form = draw(st.sampled_from(forms))
        if form == "none":
            items.append(None)
            continue
        if form == "ellipsis":
            items.append(...)
            axis += draw(st.integers(0, len(shape) - axis))
            skipped = True
            continue
        if form == "mask":
            count = draw(st.integers(1, len(shape) - axis))
            items.append(draw(hnp.arrays(np.bool_, shape[axis : axis + count])))
            axis += count
            continue
        if form == "array":
            items.append(draw(_integers(size, _part_of(draw, together))))
        elif form == "list":
            length = together[-1] if together else 1
            items.append(draw(st.lists(places(size), min_size=length, max_size=length)))
        elif form == "slice":
            items.append(draw(slices(size, negative_steps)))
        elif form == "scalar":
            items.append(np.array(draw(places(size))))
        else:
            items.append(draw(places(size)))
        axis += 1
    if scalars and not masks and draw(st.integers(0, 9)) == 0:
        items.append(draw(st.booleans()) if not together else True)
    if not skipped and draw(st.booleans()):
        items.append(...)
    return items[0] if len(items) == 1 and draw(st.booleans()) else tuple(items)


def places(size: int) -> st.SearchStrategy[int]:
    """Places in a dimension, from either end."""
    return st.integers(-size, size - 1)


def _integers(size: int, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    return hnp.arrays(np.int64, shape, elements=places(size))


def _part_of(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Draw a shape that broadcasts to ``shape``, of at least one dimension."""
    part = tuple(n if draw(st.booleans()) else 1 for n in shape)
    return part[draw(st.integers(0, max(len(part) - 1, 0))) :] or (1,)


@st.composite
def subscripts(draw: st.DrawFn) -> Case:
    """A tensor and an index of it."""
    array = draw(reals(shapes(max_dims=4, max_side=3)))
    return Case((array, draw(indices(array.shape))))
