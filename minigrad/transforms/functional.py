"""The same transforms called at once, in the form of ``torch.autograd.functional``.

Each takes a function and its inputs, a tensor or a tuple of them, and returns numbers rather than a
function. Results are on the graph only with ``create_graph``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..autograd.modes import enable_grad, no_grad
from ..autograd.paths import leading_to, place_of
from ..ops.shaping.shapes import reshape
from ..tensor import Tensor
from .forward import jvp as push_forward
from .jacobians import jacfwd, jacrev
from .pullback import Pullback, base_of, tensors_in, zeros_like
from .reverse import grad
from .reverse import vjp as pull_back

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


def jacobian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """Return the Jacobian: of each output (if there are several) by each input (likewise).

    Args:
        func: a function of tensors that returns a tensor or a tuple of them.
        inputs: its argument, or a tuple of several.
        create_graph: leave the result on the graph.
        strict: an output that does not depend on an input is an error.
        vectorize: accepted, as in PyTorch; all rows are always computed at once.
        strategy: "reverse-mode" or "forward-mode".

    Raises:
        RuntimeError: for an output independent of an input, if ``strict``.
        TypeError: for inputs or outputs that are no tensors.
    """
    _check_strategy(strategy)
    args = _tuple("inputs", "jacobian", inputs)
    call, several = _checked(func, args, "jacobian", strict)
    transform = jacrev if strategy == "reverse-mode" else jacfwd
    with _graph(create_graph):
        rows = transform(call, tuple(range(len(args))))(*args)
    blocks = [row if isinstance(inputs, tuple) else row[0] for row in rows]
    return tuple(blocks) if several[0] else blocks[0]


def hessian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """Return the Hessian: by each pair of inputs, if there are several. See ``jacobian``.

    Raises:
        RuntimeError: for a result that is not one tensor of one element.
    """
    _check_strategy(outer_jacobian_strategy)
    args = _tuple("inputs", "hessian", inputs)

    def value(*args: Any) -> Any:
        return _number(func(*args), "hessian")

    _checked(value, args, "hessian", strict)
    places = tuple(range(len(args)))
    outer = jacrev if outer_jacobian_strategy == "reverse-mode" else jacfwd
    with _graph(create_graph):
        blocks = outer(grad(value, places), places)(*args)
    return blocks if isinstance(inputs, tuple) else blocks[0][0]


def vjp(
    func: Callable[..., Any],
    inputs: Any,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Return the outputs, and a vector (of their form) multiplied by the Jacobian.

    Raises:
        RuntimeError: for a vector that does not fit; it may be None for a single number.
    """
    args = _tuple("inputs", "vjp", inputs)
    call, several = _checked(func, args, "vjp", strict)
    with _graph(create_graph):
        outputs, pull = pull_back(call, *args)
        found = pull(_direction(v, outputs, "output"))
    return _form(outputs, several[0]), _form(found, isinstance(inputs, tuple))


def jvp(
    func: Callable[..., Any],
    inputs: Any,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Return the outputs, and the Jacobian multiplied by a vector (of the form of the inputs).

    Raises:
        RuntimeError: for a vector that does not fit; it may be None for a single number.
    """
    args = _tuple("inputs", "jvp", inputs)
    call, several = _checked(func, args, "jvp", strict)
    with _graph(create_graph):
        outputs, found = push_forward(call, args, _direction(v, args, "input"))
    return _form(outputs, several[0]), _form(found, several[0])


def vhp(
    func: Callable[..., Any],
    inputs: Any,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Return the value, and a vector multiplied by the Hessian, without the Hessian.

    Raises:
        RuntimeError: for a result that is not one tensor of one element, or a vector that does not
            fit; it may be None for a single number.

    Example:
        >>> import minigrad as mg
        >>> mg.hvp(lambda x: (x ** 3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 10.0]))
        (tensor(9.), tensor([  6., 120.]))
    """
    args = _tuple("inputs", "vhp", inputs)

    def both(*args: Any) -> tuple[Any, Any]:
        result = func(*args)
        return _number(result, "vhp"), result

    _checked(lambda *args: both(*args)[0], args, "vhp", strict)
    gradient = grad(both, tuple(range(len(args))), True)

    with _graph(create_graph):
        _, pull, result = pull_back(gradient, *args, has_aux=True)
        found = pull(_direction(v, args, "input"))
    return result, _form(found, isinstance(inputs, tuple))


hvp = vhp  # the Hessian is symmetric


# --- arguments and results ------------------------------------------------------------------------


def _graph(create_graph: bool) -> Any:
    return enable_grad() if create_graph else no_grad()


def _check_strategy(strategy: str) -> None:
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')


def _tuple(what: str, name: str, given: Any) -> tuple[Any, ...]:
    values = given if isinstance(given, tuple) else (given,)
    for place, value in enumerate(values):
        if not isinstance(value, Tensor):
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the "
                f"value at index {place} has type {type(value)}."
            )
    return values


def _checked(
    func: Callable[..., Any], args: tuple[Any, ...], name: str, strict: bool
) -> tuple[Callable[..., Any], list[bool]]:
    """Return the function with a tuple of results, and a list that says if they were several."""
    several: list[bool] = [False]

    def call(*args: Any) -> tuple[Any, ...]:
        result = func(*args)
        several[0] = isinstance(result, tuple)
        return _tuple("outputs of the user-provided function", name, result)

    if strict:
        pullback = Pullback(call, args, None, False, {}, name)
        sources = [place_of(base_of(alias)) for alias in pullback.aliases]
        for i, output in enumerate(tensors_in(pullback.output)):
            for j, source in enumerate(sources):
                root = place_of(base_of(output))
                if root is not source and root not in leading_to([source], [root]):
                    raise RuntimeError(
                        f"Output {i} of the user-provided function is independent of input {j}. "
                        "This is not allowed in strict mode."
                    )
    return call, several


def _number(result: Any, name: str) -> Any:
    """Return the only number of a function's result, as a 0-d tensor."""
    _tuple("outputs of the user-provided function", name, result)
    if isinstance(result, tuple):
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if result.numel() != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {name} should contain a single element"
        )
    return reshape(result, ())


def _direction(v: Any, like: Sequence[Any], what: str) -> tuple[Any, ...]:
    """Return the vector as a tuple that fits tensors."""
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise RuntimeError(
                f"The vector v can only be None if the {what} of the user-provided function is a "
                "single Tensor with a single element."
            )
        return (zeros_like(like[0]) + 1,)
    vectors = _tuple("v", "a product", v)
    if len(vectors) != len(like):
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(like)} but got {len(vectors)}."
        )
    for place, (vector, x) in enumerate(zip(vectors, like)):
        if vector.shape != x.shape:
            raise RuntimeError(
                f"Entry {place} in v has invalid size: should be {x.shape} but got {vector.shape}."
            )
    return vectors


def _form(values: Sequence[Any], several: bool) -> Any:
    return tuple(values) if several else values[0]
