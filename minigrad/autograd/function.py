"""Functions with a backward of the user's own, in PyTorch's form.

    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * g * x**2

    y = Cube.apply(x)

No second engine serves them: a subclass is a row like those of the table of derivatives, with a
joint rule that shows the user's ``backward`` the gradients as tensors. Under ``create_graph`` what
``backward`` does is recorded, so its derivatives of any order are there.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..backend.dtypes import is_floating
from .context import Context
from .ledger import next_number
from .modes import modes
from .node import FunctionNode, Output
from .recording import _parent, _record
from .settling import settle
from .stand_in import stand_in
from .table import Primitive
from .traced import Traced, refresh

__all__ = ["Function", "FunctionCtx", "once_differentiable"]

FunctionCtx = Context  # PyTorch's name for it


class Function:
    """Base class of operations with a backward of their own: see the module's text.

    Subclasses define static methods, and are called through ``apply``:

    - ``forward(ctx, *args)`` computes, without recording; or ``forward(*args)`` together with
      ``setup_context(ctx, inputs, output)``.
    - ``backward(ctx, *grads)`` returns a gradient (or None) for each argument of ``forward``. It
      may be called ``vjp`` instead.

    ``vmap`` may be defined, as for PyTorch; without it, inside of ``minigrad.vmap`` a Function is
    applied to each example. ``generate_vmap_rule`` and ``jvp`` may be too, but nothing asks them.

    Example:
        >>> import minigrad as mg
        >>> class Double(Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         return x * 2
        ...     @staticmethod
        ...     def backward(ctx, g):
        ...         return g * 2
        >>> x = mg.ones(2, requires_grad=True)
        >>> Double.apply(x)
        tensor([2., 2.], grad_fn=<DoubleBackward>)
    """

    generate_vmap_rule = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: instances are of no use."""
        raise RuntimeError(
            f"{type(self).__name__} is called through its class: {type(self).__name__}.apply(...)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the result; the first argument is ``ctx`` unless there is a setup_context."""
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what ``backward`` will need, if ``forward`` does not take ``ctx``."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Return the gradient of each argument of ``forward``, or None."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD."
        )

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """Return the tangents of the outputs, given those of the inputs."""
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with "
            "forward mode AD."
        )

    @staticmethod
    def vmap(info: Any, in_dims: Any, *args: Any) -> Any:
        """Compute for a batch of arguments at once."""
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap staticmethod "
            "or set generate_vmap_rule=True."
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Call ``forward`` and record it; returns what it returns, with tensors tied to the graph.

        Raises:
            TypeError: for keyword arguments that leave a gap among the positional ones.
            RuntimeError: if ``mark_dirty`` was used for a leaf that requires a gradient, or for a
                tensor that is not returned.
        """
        batch = stand_in(args)
        if batch is not None:
            return batch.interpret(cls.apply, args, kwargs)
        entry = _row(cls)
        if kwargs or entry.separate:
            args = entry.positional(args, kwargs)
        for arg in args:
            if isinstance(arg, Traced):
                refresh(arg)
        needs = tuple(isinstance(arg, Traced) and arg._requires_grad for arg in args)
        ctx = Context(entry.name, args, needs)
        # Before forward runs: it may write to its arguments.
        parents = tuple(map(_stand_for, args, needs))
        recorded, modes.recording = modes.recording, False
        try:
            if entry.separate:
                given = cls.forward(*args)
                cls.setup_context(ctx, args, given)
            else:
                given = cls.forward(ctx, *args)
        finally:
            modes.recording = recorded
        results = given if isinstance(given, tuple) else (given,)
        ctx.check_dirty(results)
        differentiable = [recorded and True in needs and ctx.differentiates(r) for r in results]
        places: list[Any] = [None] * len(results)
        if True in differentiable:
            places = _tape(entry, ctx, parents, results, differentiable)
        settled = tuple(map(functools.partial(settle, ctx), results, places))
        ctx.forget_forward()
        return settled if isinstance(given, tuple) else settled[0]


class _Row(Primitive):
    """The row of derivatives of a Function: what the table has for a primitive."""

    fills = False  # materialising gradients is the context's business

    def __init__(self, function: type[Function]) -> None:
        self.separate = function.setup_context is not Function.setup_context
        self.function = function
        parameters = list(inspect.signature(function.forward).parameters.values())
        parameters = parameters if self.separate else parameters[1:]
        super().__init__(function.forward, {}, _rule_of(function), False, None)
        self.name = function.__name__
        self.parameters = [p for p in parameters if p.kind is not p.VAR_POSITIONAL]
        self.variadic = self.parameters != parameters
        self.operands = ("inputs",) if self.variadic else tuple(p.name for p in parameters)
        self.saves = False  # a context frees what it has saved itself: see _rule_of
        self.call = function.apply

    def positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return all arguments as positional ones, in the order of ``forward``'s parameters."""
        found = list(args)
        for parameter in self.parameters[len(args) :]:
            if parameter.name in kwargs:
                found.append(kwargs.pop(parameter.name))
            elif self.separate and parameter.default is not parameter.empty:
                found.append(parameter.default)
            elif kwargs:
                raise TypeError(
                    f"{self.name}.apply() is missing the argument {parameter.name!r}: it must be "
                    f"given, as {', '.join(map(repr, kwargs))} come after it"
                )
        if kwargs:
            raise TypeError(f"{self.name}.forward() got unexpected arguments {sorted(kwargs)}")
        return tuple(found)


def _row(function: type[Function]) -> _Row:
    """Return the row of a Function, made when it is first applied."""
    row = function.__dict__.get("_row_")
    if row is None:
        row = function._row_ = _Row(function)  # type: ignore[attr-defined]
    return row  # type: ignore[no-any-return]


def _rule_of(function: type[Function]) -> Callable[..., Any]:
    """Return the joint rule that calls a Function's backward."""
    backward = function.backward
    if function.vjp is not Function.vjp:
        if backward is not Function.backward:
            raise RuntimeError(
                f"{function.__name__}: implementing both 'backward' and 'vjp' is not allowed"
            )
        backward = function.vjp

    def rule(g: Any, ctx: Context) -> Any:
        sweep = modes.sweep
        try:
            found = backward(ctx, *ctx.shown(g, sweep))
        finally:
            if not sweep.retain_graph:
                ctx.free()
        return ctx.checked(found, sweep)

    # What pictures and explanations say of the rule.
    rule.__doc__ = inspect.getdoc(backward) or f"{function.__name__}.{backward.__name__}(ctx, g)"
    return rule


def _stand_for(arg: Any, needed: bool) -> Any:
    """Return what stands for an argument in a node; of objects only their type."""
    if isinstance(arg, Traced):
        return _parent(arg, needed)
    if arg is None or isinstance(arg, bool | int | float | complex | str):
        return arg
    return type(arg).__name__


def _tape(
    entry: _Row,
    ctx: Context,
    parents: tuple[Any, ...],
    results: tuple[Any, ...],
    differentiable: list[bool],
) -> list[Any]:
    """Record the call; return for each result its place in the graph, or None."""
    tensors = [result for result in results if isinstance(result, Traced)]
    arrays = tuple(tensor._array for tensor in tensors)
    single = len(results) == 1
    out = arrays[0] if single else arrays
    node = _record(entry, parents, ((ctx,),), {}, out, None)
    node.__class__ = FunctionNode
    ctx.tie(node, results)
    if single:
        return [node]
    numbers = iter(range(len(tensors)))
    places = [(next(numbers) if isinstance(result, Traced) else None) for result in results]
    return [
        Output(node, index, arrays[index], next_number()) if wanted and index is not None else None
        for index, wanted in zip(places, differentiable)
    ]


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a ``backward`` whose own operations cannot be differentiated.

    It runs without being recorded. A second derivative through its results is an error, where it
    would silently be zero otherwise.
    """

    @functools.wraps(backward)
    def wrapper(ctx: Any, *grads: Any) -> Any:
        recorded, modes.recording = modes.recording, False
        try:
            found = backward(ctx, *grads)
        finally:
            modes.recording = recorded
        needed = any(isinstance(g, Traced) and g._requires_grad for g in grads)
        if not (recorded and needed):
            return found
        guarded = tuple(map(_guarded, found if isinstance(found, tuple) else (found,)))
        return guarded if isinstance(found, tuple) else guarded[0]

    return wrapper


class _Once(Function):
    """The identity, but its derivative is an error."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.detach()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with @once_differentiable"
        )


def _guarded(gradient: Any) -> Any:
    if not (isinstance(gradient, Traced) and is_floating(gradient.dtype)):
        return gradient
    return _Once.apply(gradient.detach().requires_grad_())  # type: ignore[attr-defined]
