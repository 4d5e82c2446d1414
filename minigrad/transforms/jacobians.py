"""Jacobians and Hessians: all rows, or all columns, at once.

The rows of a Jacobian are its products with unit cotangents (``jacrev``, fewer outputs than
inputs), its columns those with unit tangents (``jacfwd``): one call of the function, one batched
pass.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd.fitting import expand
from ..creation import eye
from ..ops.shaping.joining import cat, split
from ..ops.shaping.shapes import movedim, reshape
from .argnums import Argnums, replaced, sliced
from .forward import Pushforward
from .mapping import vmap
from .pullback import Pullback, check_floating, check_outputs, zeros_like
from .trees import flatten, unflatten


def jacrev(
    func: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """Return the function that computes the Jacobian of ``func``, in reverse mode.

    Args:
        func: a function of trees of tensors that returns a tree of them.
        argnums: which positional argument to differentiate by; a tuple for several.
        has_aux: ``func`` returns ``(output, aux)``; the Jacobian comes as ``(jacobian, aux)``.
        chunk_size: compute that many rows at a time, to save memory.

    Returns:
        A function of the same arguments. Its result has the form of the output, with the form of
        the argument (or a tuple, for several) in the place of each tensor: the Jacobian of that
        output by that argument, of shape ``(*output.shape, *argument.shape)``.

    Raises:
        ValueError: for a ``chunk_size`` below 1.
        RuntimeError: when called, as ``vjp``; and for complex tensors.

    Example:
        >>> import minigrad as mg
        >>> mg.jacobian(lambda x: x * x)(mg.tensor([1.0, 2.0]))
        tensor([[2., 0.],
                [0., 4.]])
    """
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        _refuse_complex("jacrev", flatten(args)[0], "inputs")
        pull = Pullback(func, args, argnums, has_aux, kwargs, "jacrev(f)(*args)")
        outputs, form = flatten(pull.output)
        check_outputs(outputs, "jacrev(f)(*args)")
        check_floating(outputs)
        _refuse_complex("jacrev", outputs, "outputs")

        def row(*cotangents: Any) -> Any:
            return tuple(flatten(pull(cotangents))[0])

        rows = vmap(row, chunk_size=chunk_size)(*_basis(outputs))
        blocks = [split(column, [y.numel() for y in outputs], 0) for column in rows]
        found = [
            unflatten(
                pull.structure,
                [reshape(part[i], (*y.shape, *x.shape)) for part, x in zip(blocks, pull.aliases)],
            )
            for i, y in enumerate(outputs)
        ]
        result = unflatten(form, found)
        return (result, pull.settled(pull.aux)) if has_aux else result

    return jacobian_of


jacobian = jacrev


def jacfwd(
    func: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    randomness: str = "error",
) -> Callable[..., Any]:
    """Return the function that computes the Jacobian of ``func``, in forward mode.

    For functions of few inputs and many outputs. Results and errors are as for ``jacrev``.

    Args:
        func, argnums, has_aux: as for ``jacrev``.
        randomness: accepted, as in PyTorch; ``func`` itself is called once, outside of ``vmap``.
    """

    @functools.wraps(func, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        _refuse_complex("jacfwd", flatten(args)[0], "inputs")
        chosen = sliced(args, argnums)

        def of_chosen(chosen: Any) -> Any:
            return func(*replaced(args, argnums, chosen), **kwargs)

        push = Pushforward(of_chosen, (chosen,), has_aux)
        _refuse_complex("jacfwd", push.outputs, "outputs")
        aliases = push.pullback.aliases

        def column(*tangents: Any) -> Any:
            return tuple(flatten(push(list(tangents)))[0])

        columns = vmap(column)(*_basis(aliases))
        inner = push.pullback.structure.parts[0]
        found = []
        for y, block in zip(push.outputs, columns):
            parts = split(movedim(block, 0, -1), [x.numel() for x in aliases], -1)
            shaped = [reshape(p, (*y.shape, *x.shape)) for p, x in zip(parts, aliases)]
            found.append(unflatten(inner, shaped))
        result = unflatten(push.structure, found)
        return (result, push.pullback.settled(push.pullback.aux)) if has_aux else result

    return jacobian_of


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return the function that computes the Hessian of ``func``: the Jacobian of its Jacobian.

    Both are taken in reverse mode: here forward mode is two passes of reverse mode.

    Args:
        func, argnums: as for ``jacrev``.

    Example:
        >>> import minigrad as mg
        >>> mg.hessian(lambda x: x[0] ** 2 * x[1])(mg.tensor([1.0, 2.0]))
        tensor([[4., 2.],
                [2., 0.]])
    """
    return jacrev(jacrev(func, argnums), argnums)


def _basis(tensors: list[Any]) -> list[Any]:
    """Return the unit vectors of all elements of the tensors together, one tensor for each."""
    count = sum(x.numel() for x in tensors)
    basis, start = [], 0
    for x in tensors:
        unit = eye(x.numel(), dtype=x.dtype, device=x.device)
        before = zeros_like(expand(unit[:1], shape=(start, x.numel())))
        after = zeros_like(expand(unit[:1], shape=(count - start - x.numel(), x.numel())))
        basis.append(reshape(cat([before, unit, after], 0), (count, *x.shape)))
        start += x.numel()
    return basis


def _refuse_complex(name: str, tensors: list[Any], what: str) -> None:
    for place, x in enumerate(tensors):
        if getattr(getattr(x, "dtype", None), "kind", "f") == "c":
            raise RuntimeError(
                f"{name}: Expected all {what} to be real but received complex tensor at flattened "
                f"input idx: {place}"
            )
