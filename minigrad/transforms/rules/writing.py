"""In-place changes: of all examples at once, in the physical tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...autograd.traced import Traced
from ...creation import empty_like, full_like, ones_like, zeros_like
from ...ops.dims import as_shape
from ...ops.indices import filling
from ...ops.indices.indexing import plain_index
from ...ops.indices.writing import in_place, write_, write_part
from ...ops.shaping.joining import unbind
from ...ops.shaping.shapes import reshape
from ..batching import examples, function_rule
from ..levels import Level, batched, expose, hide, level_of
from .indexing import region_ndim


def _check_target(level: Level, tensor: Any, name: str) -> None:
    if level_of(tensor) is not level:
        raise RuntimeError(
            f"vmap: inplace arithmetic({name}) is not possible because there exists a Tensor "
            "`other` in extra_args that has more elements than `self`. This happened due to "
            "`other` being vmapped over but `self` not being vmapped over in a vmap. Please try "
            "to use out-of-place operators instead of inplace arithmetic."
        )


@function_rule(write_)
def write_examples(level: Level, tensor: Any, value: Any, index: Any = None) -> Any:
    """Write the values of all examples into the physical tensor."""
    _check_target(level, tensor, "copy_")
    physical = tensor._array.physical
    if index is not None and not _plain(index):
        for row, (one,) in zip(unbind(physical, 0), _values(level, value)):
            write_(row, one, index)
        return tensor
    full = None if index is None else (slice(None), *index)
    if level_of(value) is level:
        ndim = tensor.ndim if index is None else region_ndim(tensor.shape, index)
        own = value._array.physical
        if value.ndim < ndim:
            ones = (1,) * (ndim - value.ndim)
            own = reshape(own, (level.size, *ones, *value.shape))
        value = own
    write_(physical, value, full)
    return tensor


@function_rule(write_part)
def write_part_of_examples(level: Level, tensor: Any, index: Any, value: Any) -> None:
    """An index for all: one write. An index for each: one write for each."""
    _check_target(level, tensor, "__setitem__")
    plain = plain_index(index)
    if plain is not None:
        write_examples(level, tensor, value, plain)
        return
    rows = unbind(tensor._array.physical, 0)
    for row, ((own_index, own_value), _) in zip(rows, examples(level, (index, value), {})):
        write_part(row, own_index, own_value)


@function_rule("in_place")
def in_place_of_examples(level: Level, method: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Change the physical tensor in place, by the function that changes its examples."""
    _check_target(level, self, f"{method.__name__}")
    function = method.in_place

    def whole(physical: Any) -> Any:
        return expose(function(batched(physical, level), *args, **kwargs), level)

    in_place(whole)(self._array.physical)
    return self


def _plain(index: Any) -> bool:
    return plain_index(index) is not None


def _values(level: Level, value: Any) -> list[Any]:
    return (
        [args for args, _ in examples(level, (value,), {})]
        if isinstance(value, Traced)
        else ([(value,)] * level.size)
    )


# --- tensors like another -------------------------------------------------------------------------


def _like(function: Callable[..., Any]) -> None:
    @function_rule(function)
    def rule(level: Level, input: Any, *args: Any, **kwargs: Any) -> Any:
        return hide(function(expose(input, level), *args, **kwargs), level)


@function_rule(filling._new)
def new(level: Level, like: Any, name: str, size: Any, *rest: Any) -> Any:
    """A tensor for each example, that values of the examples can be written into."""
    return batched(
        filling._new(expose(like, level), name, ((level.size, *as_shape(size)),), *rest), level
    )


for _function in (empty_like, full_like, ones_like, zeros_like):
    _like(_function)
