"""``vmap``: a function of one example becomes a function of many, computed at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from ..backend.random import default_generator
from ..ops.indices.indexing import narrow
from ..ops.shaping.joining import cat
from ..ops.shaping.shapes import movedim
from ..tensor import Tensor
from . import rules as rules
from .levels import Level, active, expose, hide, inside, level_of
from .trees import flatten, spread, unflatten


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """Return the function that applies ``func`` to every example, along a dimension, at once.

    Inside, tensors show the shape of one example, without that dimension.

    Args:
        func: a function of trees of tensors that returns tensors, or a tree of them.
        in_dims: the dimension of the examples in each argument: an int, None for an argument that
            all examples share, or a tree of them, as the arguments are nested.
        out_dims: where the results shall have that dimension, likewise.
        randomness: "error" refuses random operations, "different" draws for each example, "same"
            for all.
        chunk_size: compute that many examples at a time, to save memory.

    Raises:
        ValueError: for dimensions that do not fit the arguments, sizes that differ, or results
            that are no tensors.
        RuntimeError: for another ``randomness``; when ``func`` asks for values (``.item()``,
            ``if``) or writes examples into a tensor that all share.

    Example:
        >>> import minigrad as mg
        >>> rows, vector = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([10.0, 1.0])
        >>> mg.vmap(mg.dot, in_dims=(0, None))(rows, vector)
        tensor([12., 34.])
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(
            "Only allowed values for randomness are 'error', 'different', or 'same'. Got "
            f"{randomness}"
        )
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func, updated=())
    def mapped(*args: Any, **kwargs: Any) -> Any:
        call = Mapping(func, in_dims, out_dims, randomness)
        _check_out_dims(out_dims, call.name)
        leaves, dims, structure, size = call.arguments(args)
        if chunk_size is None or size <= chunk_size:
            return call(leaves, dims, structure, size, kwargs)
        return call.in_chunks(leaves, dims, structure, size, kwargs, chunk_size)

    return mapped


class Mapping:
    """A function, and how its arguments and results are batched."""

    def __init__(
        self, func: Callable[..., Any], in_dims: Any, out_dims: Any, randomness: str
    ) -> None:
        self.func, self.in_dims, self.out_dims = func, in_dims, out_dims
        self.randomness = randomness
        self.name = _name(func)

    def __call__(
        self, leaves: list[Any], dims: list[Any], structure: Any, size: int, kwargs: dict[str, Any]
    ) -> Any:
        """Call the function on all examples."""
        level = Level(len(active.levels) + 1, size, self.randomness)
        with inside((*active.levels, level)):
            shown = [
                leaf if dim is None else hide(movedim(leaf, dim, 0), level)
                for leaf, dim in zip(leaves, dims)
            ]
            result = self.func(*unflatten(structure, shown), **kwargs)
        found, form = flatten(result)
        places = self._out_dims(form)
        return unflatten(form, [self._out(x, dim, level) for x, dim in zip(found, places)])

    def in_chunks(
        self,
        leaves: list[Any],
        dims: list[Any],
        structure: Any,
        size: int,
        kwargs: dict[str, Any],
        chunk_size: int,
    ) -> Any:
        """Call the function on some examples at a time."""
        state = default_generator.get_state() if self.randomness == "same" else None
        parts = []
        for start in range(0, size, chunk_size):
            count = min(chunk_size, size - start)
            chunk = [
                leaf if dim is None else narrow(leaf, dim, start, count)
                for leaf, dim in zip(leaves, dims)
            ]
            if state is not None:
                default_generator.set_state(state)
            parts.append(flatten(self(chunk, dims, structure, count, kwargs)))
        form = parts[0][1]
        columns = zip(*(found for found, _ in parts), strict=True)
        return unflatten(
            form,
            [
                column[0] if dim is None else cat(column, dim)
                for column, dim in zip(columns, self._out_dims(form))
            ],
        )

    def arguments(self, args: tuple[Any, ...]) -> tuple[list[Any], list[Any], Any, int]:
        """Return the tensors in the arguments, their dimensions, the structure, and the size."""
        call = f"vmap({self.name}, in_dims={self.in_dims}, ...)(<inputs>): "
        if not isinstance(self.in_dims, int | tuple):
            raise ValueError(
                f"{call}expected `in_dims` to be int or a (potentially nested) tuple matching the "
                f"structure of inputs, got: {type(self.in_dims)}."
            )
        if not args:
            raise ValueError(
                f"vmap({self.name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or "
                "you are trying to vmap over a function with no inputs. The latter is unsupported."
            )
        leaves, structure = flatten(args)
        dims = spread(self.in_dims, structure)
        if dims is None:
            raise ValueError(
                f"{call}in_dims is not compatible with the structure of `inputs`. in_dims has "
                f"structure {flatten(self.in_dims)[1]} but inputs has structure {structure}."
            )
        for place, (leaf, dim) in enumerate(zip(leaves, dims)):
            dims[place] = _checked_dim(leaf, dim, call)
        sizes = [leaf.shape[dim] for leaf, dim in zip(leaves, dims) if dim is not None]
        if not sizes:
            raise ValueError("vmap: Expected at least one Tensor to vmap over")
        if len(set(sizes)) > 1:
            raise ValueError(
                "vmap: Expected all tensors to have the same size in the mapped dimension, got "
                f"sizes {sizes} for the mapped dimension"
            )
        return leaves, dims, structure, sizes[0]

    def _out_dims(self, form: Any) -> list[Any]:
        given = self.out_dims
        if form.kind is None and isinstance(given, tuple) and len(given) == 1:
            given = given[0]
        dims = spread(given, form)
        if dims is None:
            raise ValueError(
                f"vmap({self.name}, ..., out_dims={self.out_dims})(<inputs>): out_dims is not "
                "compatible with the structure of `outputs`. out_dims has structure "
                f"{flatten(given)[1]} but outputs has structure {form}."
            )
        return dims

    def _out(self, result: Any, dim: int | None, level: Level) -> Any:
        """Return a result with the examples along a dimension of it."""
        if dim is None:
            if level_of(result) is not None:
                raise ValueError(
                    f"vmap({self.name}, ...): `{self.name}` can not return a BatchedTensor when "
                    "out_dim is None"
                )
            return result
        if not isinstance(result, Tensor):
            raise ValueError(
                f"vmap({self.name}, ...): `{self.name}` must only return Tensors, got type "
                f"{type(result)}. Did you mean to set out_dims= to None for output?"
            )
        return movedim(expose(result, level), 0, dim)


def _checked_dim(leaf: Any, dim: Any, call: str) -> int | None:
    """Return an argument's dimension of examples, counted from the front."""
    if dim is None:
        return None
    if not isinstance(dim, int):
        raise ValueError(
            f"{call}Got in_dim={dim} for an input but in_dim must be either an integer dimension "
            "or None."
        )
    if not isinstance(leaf, Tensor):
        raise ValueError(
            f"{call}Got in_dim={dim} for an input but the input is of type {type(leaf)}. We cannot "
            "vmap over non-Tensor arguments, please use None as the respective in_dim"
        )
    if not -leaf.ndim <= dim < leaf.ndim:
        raise ValueError(
            f"{call}Got in_dim={dim} for some input, but that input is a Tensor of dimensionality "
            f"{leaf.ndim} so expected in_dim to satisfy -{leaf.ndim} <= in_dim < {leaf.ndim}."
        )
    return dim % leaf.ndim


def _check_out_dims(out_dims: Any, name: str) -> None:
    for dim in flatten(out_dims)[0]:
        if dim is not None and not isinstance(dim, int):
            _refuse_out_dims(out_dims, name)


def _refuse_out_dims(out_dims: Any, name: str) -> NoReturn:
    raise ValueError(
        f"vmap({name}, ..., out_dims={out_dims}): `out_dims` must be an int, None or a python "
        "collection of ints representing where in the outputs the vmapped dimension should appear."
    )


def _name(func: Callable[..., Any]) -> str:
    if isinstance(func, functools.partial):
        return f"functools.partial({_name(func.func)}, ...)"
    return getattr(func, "__name__", repr(func))
