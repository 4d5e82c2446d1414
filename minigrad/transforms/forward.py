"""Forward mode, from the rules of reverse mode: ``jvp`` and ``linearize``.

The gradient of the inputs is linear in that of the outputs: g(u) = u J. So the gradient of g by u,
given v for the gradient of g, is J v: transposing twice. The value of u does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autograd.modes import modes, transforming
from ..tensor import Tensor
from .levels import hide_all, levels_of
from .pullback import Pullback, base_of, check_outputs, pull, spend, zeros_like
from .trees import flatten, unflatten


def jvp(
    func: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    strict: bool = False,
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """Return ``func(*primals)`` and its Jacobian multiplied by a vector.

    Args:
        func: a function of trees of tensors that returns a tree of them.
        primals: its arguments.
        tangents: the vector, of the form of ``primals``.
        strict: an output that does not depend on the inputs is an error, not of derivative zero.
        has_aux: ``func`` returns ``(output, aux)``; ``aux`` is returned as a third item.

    Raises:
        RuntimeError: for primals that are no tuple, tangents of another form or shape, or outputs
            that are no tensors.

    Example:
        >>> import minigrad as mg
        >>> mg.jvp(lambda x: x * x, (mg.tensor([1.0, 2.0]),), (mg.tensor([1.0, 10.0]),))
        (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    name = "jvp(f, primals, tangents)"
    if not isinstance(primals, tuple):
        raise RuntimeError(
            f"{name}: Expected primals to be a tuple. E.g. it should be valid to call f(*primals)."
        )
    forms = flatten(primals)[1], flatten(tangents)[1]
    if forms[0] != forms[1]:
        raise RuntimeError(
            f"{name}: Expected primals and tangents to have the same python structure. For "
            "example, if primals is a tuple of 3 tensors, tangents also must be. Got primals with "
            f"structure {forms[0]} and tangents with structure {forms[1]}"
        )
    for what, tree in (("primals", primals), ("tangents", tangents)):
        _check_tensors(flatten(tree)[0], name, what)
    push = Pushforward(func, primals, has_aux)
    if strict and not all(output.requires_grad for output in push.outputs):
        raise RuntimeError(
            "jvp(f, primals, tangents, strict=True): The output of f is independent of the "
            "inputs. This is not allowed with strict=True."
        )
    tangent = push(flatten(tangents)[0])
    found = push.pullback.settled(push.pullback.output), tangent
    return (*found, push.pullback.settled(push.pullback.aux)) if has_aux else found


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """Return ``func(*primals)`` and the function that multiplies its Jacobian by vectors.

    The function is called once, however many vectors follow.

    Raises:
        RuntimeError: when called, for tangents of another form, shape or dtype than the primals.

    Example:
        >>> import minigrad as mg
        >>> output, push = mg.transforms.linearize(mg.sin, mg.tensor(0.0))
        >>> push(mg.tensor(2.0))
        tensor(2.)
    """
    leaves, structure = flatten(primals)
    push = Pushforward(func, primals, False)

    def multiply(*tangents: Any) -> Any:
        given, form = flatten(tangents)
        if form != structure:
            raise RuntimeError(
                f"Expected the tangents {form} to have the same argspec as the primals {structure}"
            )
        for i, (tangent, primal) in enumerate(zip(given, leaves)):
            for what in ("shape", "dtype"):
                if getattr(tangent, what) != getattr(primal, what):
                    raise RuntimeError(
                        f"tangent:{i} with {what} {getattr(tangent, what)} in flattened pytree "
                        f"doesn't match the {what} {getattr(primal, what)} of the corresponding "
                        "primal."
                    )
        return push(given)

    return push.pullback.settled(push.pullback.output), multiply


class Pushforward:
    """A function called on aliases of its arguments, and the derivative that goes with it.

    Attributes:
        pullback: the call and the way back.
        outputs: what the function returned, flat.
        cotangents: a dummy gradient for each output; the derivative is that by these.
        gradients: what the way back makes of them.
    """

    def __init__(self, func: Callable[..., Any], primals: tuple[Any, ...], has_aux: bool) -> None:
        self.pullback = Pullback(func, primals, None, has_aux, {}, "jvp(f, primals, tangents)")
        self.outputs, self.structure = flatten(self.pullback.output)
        check_outputs(self.outputs, "jvp(f, primals, tangents)")
        self.others = self.pullback.reaches_others(self.outputs)
        with transforming():
            self.cotangents = [_leaf_like(y) if y.requires_grad else None for y in self.outputs]
            live = [(y, u) for y, u in zip(self.outputs, self.cotangents) if u is not None]
            outputs, cotangents = [y for y, _ in live], [u for _, u in live]
            spend(cotangents)
            self.gradients = pull(outputs, self.pullback.aliases, cotangents, True, True)

    def __call__(self, tangents: list[Any]) -> Any:
        """Return the derivative in the direction of the tangents."""
        recorded = modes.recording and (self.others or any(v.requires_grad for v in tangents))
        sources = [u for u in self.cotangents if u is not None]
        for alias, tangent in zip(self.pullback.aliases, tangents, strict=True):
            if tangent.shape != alias.shape:
                raise RuntimeError(
                    f"jvp(f, primals, tangents): Expected primals and tangents to have the same "
                    f"shapes, got {alias.shape} and {tangent.shape}"
                )
        found = iter(
            self.pullback.settled(pull(self.gradients, sources, tangents, recorded, True))
            if sources
            else ()
        )
        return unflatten(
            self.structure,
            [
                zeros_like(y) if u is None else next(found)
                for y, u in zip(self.outputs, self.cotangents)
            ],
        )


def _leaf_like(y: Any) -> Any:
    """Return zeros like a tensor, batched like it, that require a gradient."""
    return hide_all(zeros_like(base_of(y)).requires_grad_(), levels_of(y))


def _check_tensors(leaves: list[Any], name: str, what: str) -> None:
    if not leaves:
        raise RuntimeError(f"{name}: Expected {what} to contain at least one Tensor.")
    for leaf in leaves:
        if not isinstance(leaf, Tensor):
            raise RuntimeError(f"{name}: Expected {what} to only contain Tensors, got {type(leaf)}")
