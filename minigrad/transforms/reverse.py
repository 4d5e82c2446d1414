"""Reverse mode as functions of functions: ``grad``, ``value_and_grad`` and ``vjp``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd.functional import grad as gradients_of_tensors
from ..autograd.traced import Traced
from ..tensor import Tensor
from .argnums import Argnums
from .pullback import Pullback, check_floating, check_outputs, one_like, tensors_in
from .trees import flatten


def grad(func: Any, argnums: Any = 0, has_aux: bool = False, *args: Any, **kwargs: Any) -> Any:
    """Return the function that computes the gradient of ``func``; or the gradients of tensors.

    Two forms share the name. ``grad(func, argnums=0, has_aux=False)`` is the transform, described
    here. ``grad(outputs, inputs, grad_outputs=None, ...)``, with tensors, is ``autograd.grad``.

    Args:
        func: a function that returns a 0-d tensor (and something else, with ``has_aux``).
        argnums: which positional argument to differentiate by; a tuple for several. An argument
            may be a tree of tensors: dicts, lists and tuples, nested.
        has_aux: ``func`` returns ``(value, aux)``; the gradient comes as ``(gradient, aux)``.
        *args: the other arguments of ``autograd.grad``.
        **kwargs: the same, by name.

    Raises:
        RuntimeError: when called, if the value is no 0-d tensor or an argument is not floating.

    Example:
        >>> import minigrad as mg
        >>> mg.grad(mg.sin)(mg.tensor(0.0))
        tensor(1.)
        >>> mg.grad(mg.grad(lambda x: x ** 3))(mg.tensor(2.0))
        tensor(12.)
    """
    if not callable(func) or isinstance(func, Traced):
        inputs = kwargs.pop("inputs") if "inputs" in kwargs else argnums
        rest = args if has_aux is False and not args else (has_aux, *args)
        return gradients_of_tensors(func, inputs, *rest, **kwargs)
    if args or kwargs:
        raise TypeError("grad(func, argnums, has_aux) takes no other arguments")
    both = value_and_grad(func, argnums, has_aux)

    @functools.wraps(func, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(
    func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return the function that computes both the value and the gradient of ``func``.

    Args:
        func, argnums, has_aux: as for ``grad``; with ``has_aux`` the value comes as
            ``(value, aux)``.

    Raises:
        RuntimeError: as ``grad``.

    Example:
        >>> import minigrad as mg
        >>> mg.value_and_grad(lambda x: (x * x).sum())(mg.tensor([1.0, 2.0]))
        (tensor(5.), tensor([2., 4.]))
    """

    @functools.wraps(func, updated=())
    def both(*args: Any, **kwargs: Any) -> Any:
        pull = Pullback(func, args, argnums, has_aux, kwargs, "grad(f)(*args)")
        value = pull.output
        if not isinstance(value, Tensor):
            raise RuntimeError(
                f"grad(f)(*args): Expected f(*args) to return a Tensor, got {type(value)}"
            )
        if value.ndim:
            raise RuntimeError(
                "grad(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                f"{value.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
            )
        if value.dtype.kind == "c":
            raise RuntimeError(
                f"grad can be implicitly created only for real scalar outputs but got {value.dtype}"
            )
        # What else was returned may share the graph of the value.
        gradient = pull([one_like(value)], retain_graph=pull.reaches_others(tensors_in(pull.aux)))
        shown = pull.settled(value)
        return ((shown, pull.settled(pull.aux)) if has_aux else shown), gradient

    return both


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Return ``func(*primals)`` and the function that multiplies vectors by its Jacobian.

    Args:
        func: a function of trees of tensors that returns a tree of them.
        *primals: its arguments.
        has_aux: ``func`` returns ``(output, aux)``; ``aux`` is returned as a third item.

    Returns:
        The output, and a function of a cotangent (of the output's form) that returns a tuple with
        the gradient of each argument (of that argument's form).

    Raises:
        RuntimeError: for outputs that are not floating-point tensors, or cotangents of another
            form.

    Example:
        >>> import minigrad as mg
        >>> output, pull = mg.vjp(lambda x: x * x, mg.tensor([1.0, 2.0]))
        >>> pull(mg.tensor([1.0, 10.0]))
        (tensor([ 2., 40.]),)
    """
    pull = Pullback(func, primals, None, has_aux, {}, "vjp(f, *primals)")
    outputs, structure = flatten(pull.output)
    check_outputs(outputs, "vjp(f, *primals)")
    check_floating(outputs)

    def multiply(cotangents: Any, retain_graph: bool = True) -> Any:
        leaves, given = flatten(cotangents)
        if given != structure:
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of "
                f"outputs to the function. cotangents: {given}, primal output: {structure}"
            )
        return pull(leaves, retain_graph)

    output = pull.settled(pull.output)
    return (output, multiply, pull.settled(pull.aux)) if has_aux else (output, multiply)
