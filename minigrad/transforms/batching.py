"""What a call on batched tensors means: one call on all examples, by the operation's batching rule.

A rule of a primitive gets the operands' physical tensors and says how to call the primitive on
them; a rule of a function gets the arguments as they are. Without a rule a call is made example by
example (``one_by_one``): always right, and what the rules are tested against.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..autograd.fitting import expand
from ..autograd.function import Function
from ..autograd.traced import Traced
from ..backend.random import default_generator
from ..ops.shaping.joining import stack, unbind
from ..ops.shaping.shapes import movedim, reshape
from .levels import Examples, Level, active, batched, expose, hide, inside, level_of
from .trees import flatten, leaves_of, map_leaves, spread, unflatten

# A primitive's rule: (call, operands, mapped, size, **attributes) -> physical results. Of the
# operands those that are mapped are physical tensors, with ``size`` examples in front.
PRIMITIVE_RULES: dict[str, Callable[..., Any]] = {}

# A function's rule: (level, *args, **kwargs) -> what the function returns.
FUNCTION_RULES: dict[Any, Callable[..., Any]] = {}

# The same for functions that draw random numbers, called at every level of ``vmap``.
RANDOM_RULES: dict[Any, Callable[..., Any]] = {}

Rule = Callable[..., Any]


def rule_for(*names: str) -> Callable[[Rule], Rule]:
    """Make a function the batching rule of primitives."""

    def register(rule: Rule) -> Rule:
        PRIMITIVE_RULES.update(dict.fromkeys(names, rule))
        return rule

    return register


def function_rule(*functions: Any) -> Callable[[Rule], Rule]:
    """Make a function the batching rule of functions that are ``open_to_transforms``."""

    def register(rule: Rule) -> Rule:
        FUNCTION_RULES.update(dict.fromkeys(functions, rule))
        return rule

    return register


def random_rule(*functions: Any) -> Callable[[Rule], Rule]:
    """Make a function the batching rule of a ``random_function``."""

    def register(rule: Rule) -> Rule:
        RANDOM_RULES.update(dict.fromkeys((f.__wrapped__ for f in functions), rule))
        return rule

    return register


def interpret(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function some of whose arguments are batched: the deepest level first."""
    found = [level_of(leaf) for leaf in leaves_of((args, kwargs))]
    level = max((own for own in found if own is not None), key=lambda own: own.depth)
    entry = getattr(function, "primitive", None)
    custom = getattr(function, "__self__", Function)
    if custom.vmap is not Function.vmap:
        return by_own_rule(level, custom, args)
    if hasattr(function, "in_place"):
        return FUNCTION_RULES["in_place"](level, function, *args, **kwargs)
    if entry is None:
        rule = FUNCTION_RULES.get(function)
        if rule is None:
            return one_by_one(level, function, args, kwargs)
        return rule(level, *args, **kwargs)
    rule = PRIMITIVE_RULES.get(entry.name)
    if rule is None:
        return one_by_one(level, function, args, kwargs)
    mapped = tuple(level_of(x) is level for x in args)
    operands = [x._array.physical if m else x for x, m in zip(args, mapped)]
    result = rule(function, operands, mapped, level.size, **kwargs)
    if isinstance(result, tuple):
        return tuple(batched(part, level) for part in result)
    return batched(result, level)


class Info(NamedTuple):
    """What a custom function's batching rule is told: PyTorch's ``info``."""

    batch_size: int
    randomness: str


def by_own_rule(level: Level, function: Any, args: tuple[Any, ...]) -> Any:
    """Call a custom function by its own ``vmap(info, in_dims, *args)``, as PyTorch does."""
    in_dims = map_leaves(lambda leaf: 0 if level_of(leaf) is level else None, args)
    physical = map_leaves(
        lambda leaf: leaf._array.physical if level_of(leaf) is level else leaf, args
    )
    with inside(active.levels[: level.depth - 1]):
        output, out_dims = function.vmap(Info(level.size, level.randomness), in_dims, *physical)
    leaves, structure = flatten(output)
    dims = spread(out_dims, structure)
    if dims is None:
        raise RuntimeError(
            f"{function.__name__}.vmap returned out_dims {out_dims} that do not fit its output"
        )
    return unflatten(
        structure,
        [
            leaf if dim is None else hide(movedim(leaf, dim, 0), level)
            for leaf, dim in zip(leaves, dims)
        ],
    )


def one_by_one(
    level: Level, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call a function on each example and stack the results."""
    results = [function(*a, **k) for a, k in examples(level, args, kwargs)]
    return stacked(level, results)


def examples(level: Level, args: Any, kwargs: Any) -> list[tuple[Any, Any]]:
    """Return the arguments of a call for each example of a level."""
    leaves, structure = flatten((args, kwargs))
    rows = [
        unbind(leaf._array.physical, 0) if level_of(leaf) is level else (leaf,) * level.size
        for leaf in leaves
    ]
    if not rows or not level.size:
        raise RuntimeError("vmap: this operation needs at least one example")
    return [unflatten(structure, row) for row in zip(*rows, strict=True)]


def stacked(level: Level, results: Sequence[Any]) -> Any:
    """Return the results of all examples as one, tensors batched."""
    flat = [flatten(result) for result in results]
    first, structure = flat[0]
    joined = []
    for place, leaf in enumerate(first):
        column = [leaves[place] for leaves, _ in flat]
        if isinstance(leaf, Traced):
            joined.append(hide(stack(column), level))
        elif any(other is not leaf and other != leaf for other in column):
            raise RuntimeError(
                "vmap: this operation gives different examples results that are no tensors: "
                f"{column[:3]}..."
            )
        else:
            joined.append(leaf)
    return unflatten(structure, joined)


# --- random numbers -----------------------------------------------------------------------------


def draw(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function that draws random numbers as the deepest level of ``vmap`` wants it."""
    level, outer = active.levels[-1], active.levels[:-1]
    if level.randomness == "error":
        raise RuntimeError(
            "vmap: called random operation while in randomness error mode. Please either use the "
            "'same' or 'different' randomness flags on vmap or perform the randomness operation "
            "out of vmap"
        )
    again = _wrapped(function)
    with inside(outer):
        rule = RANDOM_RULES.get(function)
        if rule is not None:
            return rule(level, again, *args, **kwargs)
        if level.randomness == "different":
            return one_by_one_different(level, again, args, kwargs)
        if all(level_of(leaf) is not level for leaf in leaves_of((args, kwargs))):
            return again(*args, **kwargs)
        return one_by_one_same(level, again, args, kwargs)


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a random function for the outer levels, whose turn comes next."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return draw(function, args, kwargs) if active.levels else function(*args, **kwargs)

    return call


def one_by_one_different(
    level: Level, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Draw for each example anew."""
    return stacked(level, [function(*a, **k) for a, k in _for_each(level, args, kwargs)])


def one_by_one_same(
    level: Level, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Draw the same for every example: each starts where the first did."""
    state = default_generator.get_state()
    results = []
    for a, k in _for_each(level, args, kwargs):
        default_generator.set_state(state)
        results.append(function(*a, **k))
    return stacked(level, results)


def _for_each(level: Level, args: Any, kwargs: Any) -> list[tuple[Any, Any]]:
    if not leaves_of((args, kwargs)):
        return [(args, kwargs)] * level.size
    return examples(level, args, kwargs)


# --- what rules are made of -----------------------------------------------------------------------


def aligned(operands: Sequence[Any], mapped: Sequence[bool]) -> list[Any]:
    """Return operands whose examples broadcast as they would one by one.

    Broadcasting aligns dimensions at the end: examples with fewer dimensions than others get ones
    of size 1 after the first.
    """
    ndims = [getattr(x, "ndim", 0) - m for x, m in zip(operands, mapped)]
    most = max(ndims)
    return [
        reshape(x, (x.shape[0], *(1,) * (most - n), *x.shape[1:])) if m and n < most else x
        for x, m, n in zip(operands, mapped, ndims)
    ]


def everywhere(operands: Sequence[Any], mapped: Sequence[bool], size: int) -> list[Any]:
    """Return operands with examples in front, those that are not mapped repeated."""
    return [repeated(x, m, size) for x, m in zip(operands, mapped)]


def repeated(x: Any, mapped: bool, size: int) -> Any:
    """Return a tensor with examples in front; None as it is."""
    return x if mapped or x is None else expand(x, shape=(size, *x.shape))


def folded(x: Any) -> Any:
    """Return a physical tensor with its first two dimensions as one."""
    return reshape(x, (x.shape[0] * x.shape[1], *x.shape[2:]))


def unfolded(x: Any, size: int) -> Any:
    """Return a tensor with its first dimension as examples and the rest."""
    return reshape(x, (size, x.shape[0] // size, *x.shape[1:]))


def exposed(tree: Any, level: Level) -> Any:
    """Return arguments with every tensor in them exposed at a level."""
    return map_leaves(lambda leaf: expose(leaf, level) if isinstance(leaf, Traced) else leaf, tree)


Examples.interpreter = staticmethod(interpret)  # type: ignore[assignment]
Examples.draw = staticmethod(draw)  # type: ignore[assignment]
