"""Primitives: differentiable operations, each with one derivative rule per operand.

    @primitive(
        x=lambda g, y: g * y,
        y=lambda g, x: g * x,
    )
    def mul(x, y):
        return np.multiply(x, y)

A rule takes the incoming gradient ``g`` (that of the output) and returns the gradient of its
operand. Its other parameters say what it needs, and **that signature is the save list**: for the
operands that require a gradient, a node keeps exactly what their rules name.

    x, y            an operand's value              out         the output
    x_shape         an operand's shape only         dim, ...    a keyword argument of the call
    mask, ...       a residual the forward chose to ``keep``
    position        which operand (variadic primitives);  needs: which operands want a gradient

Positional parameters of the forward function are operands, keyword-only ones are attributes.

A primitive is polymorphic. Called with arrays it returns an array and records nothing; called with
tensors it returns a tensor and records itself. Rules are written with operators and primitives, so
the same rule differentiates arrays (fast) and tensors (``create_graph``: any order).
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from ..backend.arrays import as_array, is_array, ndarray
from ..backend.dtypes import float32, float64, get_default_dtype, is_floating, result_type
from .ledger import next_number
from .modes import modes
from .node import Constant, Node, Output
from .source import LIBRARY, outside_library
from .traced import Traced, View, refresh

PRIMITIVES: dict[str, Primitive] = {}

_new = object.__new__
_getframe = sys._getframe


class Keep:
    """A forward result together with the residuals that its rules will name."""

    __slots__ = ("out", "residuals")

    def __init__(self, out: Any, **residuals: Any) -> None:
        self.out = out
        self.residuals = residuals


class Primitive:
    """A differentiable operation: a row of the table of derivatives.

    Attributes:
        name: its name in the table.
        call: the polymorphic function that users and rules call.
        forward: the function of arrays that computes it.
        operands: names of the positional parameters.
        rules: one rule per operand, None where there is no derivative. A joint rule stands alone.
        joint: one rule returns the gradients of all operands as a tuple.
        variadic: all operands are alike and any number of them (``*tensors``).
        view: the result may share memory with the first operand.
        saves: its rules name arrays, so that its nodes keep memory until backward.
        dtypes: how operands are converted: "promote" to their common dtype, "float" also makes
            integers floating, None leaves them alone.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        rules: dict[str, Callable[..., Any]],
        joint: Callable[..., Any] | None,
        view: bool,
        dtypes: str | None,
    ) -> None:
        self.name = forward.__name__.strip("_")
        self.forward = forward
        self.call: Callable[..., Any]
        self.view = view
        self.dtypes = dtypes
        parameters = inspect.signature(forward).parameters.values()
        self.operands = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        self.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        self.defaults = {
            p.name: p.default
            for p in parameters
            if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
        }
        self.attributes = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        unknown = set(rules) - set(self.operands)
        if unknown:
            raise TypeError(f"{self.name} has rules for {sorted(unknown)}, which are no operands")
        self.joint = joint is not None
        self.rules: tuple[Any, ...]
        self.rules = (joint,) if joint else tuple(rules.get(name) for name in self.operands)
        self.differentiable = any(self.rules)
        named = {name for rule in self.rules if rule for name in rule_needs(rule)}
        plain = {*self.attributes, *(f"{name}_shape" for name in self.operands), "position"}
        self.saves = bool(named - plain - {"needs"})
        self.getters = tuple(
            None if rule is None else tuple(map(self._getter, rule_needs(rule)))
            for rule in self.rules
        )

    def _getter(self, name: str) -> Callable[..., Any]:
        """Return a function (call) -> the value that a rule's parameter stands for."""
        if name in self.operands:
            if self.variadic:
                return lambda call: call.arrays
            return functools.partial(_operand, self.operands.index(name))
        if name.removesuffix("_shape") in self.operands:
            operand = name.removesuffix("_shape")
            if self.variadic:
                return lambda call: tuple(a.shape for a in call.arrays)
            return functools.partial(_operand_shape, self.operands.index(operand))
        if name == "out":
            return lambda call: call.out
        if name == "position":
            return lambda call: call.position
        if name == "needs":
            return lambda call: call.needs
        if name in self.attributes:
            return lambda call: call.attributes[name]
        return lambda call: call.residuals[name]

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


def _operand(index: int, call: Call) -> Any:
    return call.arrays[index] if index < len(call.arrays) else None


def _operand_shape(index: int, call: Call) -> Any:
    return getattr(call.arrays[index], "shape", ())


@functools.cache
def rule_needs(rule: Callable[..., Any]) -> tuple[str, ...]:
    """Return what a rule asks for beside the gradient: its parameters' names."""
    return tuple(inspect.signature(rule).parameters)[1:]


class Call:
    """One call of a primitive: all that its rules may name."""

    __slots__ = ("arrays", "attributes", "needs", "out", "position", "residuals")

    def __init__(
        self,
        arrays: tuple[Any, ...],
        attributes: dict[str, Any],
        needs: tuple[bool, ...],
        out: Any,
        residuals: dict[str, Any],
    ) -> None:
        self.arrays = arrays
        self.attributes = attributes
        self.needs = needs
        self.out = out
        self.residuals = residuals
        self.position = 0


def primitive(
    *,
    joint: Callable[..., Any] | None = None,
    view: bool = False,
    dtypes: str | None = None,
    **rules: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Any]:
    """Make a function of arrays a primitive. See the module's text for the rules' form.

    Args:
        joint: one rule that returns the gradients of all operands at once, where they share work.
        view: the result may share memory with the first operand.
        dtypes: "promote", "float" or None: conversion of the operands.
        **rules: the derivative rule of each differentiable operand.
    """

    def decorate(forward: Callable[..., Any]) -> Any:
        entry = Primitive(forward, rules, joint, view, dtypes)
        if entry.name in PRIMITIVES:
            raise TypeError(f"a primitive named {entry.name} exists already")
        PRIMITIVES[entry.name] = entry
        call = functools.wraps(forward)(_call_of(entry))
        call.primitive = entry  # type: ignore[attr-defined]
        entry.call = call
        return call

    return decorate


def _call_of(entry: Primitive) -> Callable[..., Any]:
    """Choose the call path: hot unary and binary operations have one of fixed arity."""
    simple = not (entry.view or entry.joint or entry.attributes or entry.variadic)
    picks = [_pick(entry.operands, rule) for rule in entry.rules] if simple else []
    if simple and None not in picks and entry.differentiable and entry.dtypes is not None:
        if len(entry.operands) == 1:
            return _unary(entry, *picks)
        if len(entry.operands) == 2:
            return _binary(entry, *picks)

    def call(*operands: Any, **attributes: Any) -> Any:
        return apply(entry, operands, attributes)

    return call


def _pick(operands: tuple[str, ...], rule: Any) -> Any:
    """Return a function (operands..., out) -> the rule's arguments; None if it wants more."""
    if rule is None:
        return None
    places = [*operands, "out"]
    names = rule_needs(rule)
    if not set(names) <= set(places):
        return None
    where = [places.index(name) for name in names]
    if not where:
        return lambda values: ()
    if len(where) == 1:
        return lambda values, i=where[0]: (values[i],)
    return itemgetter(*where)


# --- the three call paths ---------------------------------------------------------------------


def _unary(entry: Primitive, pick: Any) -> Callable[..., Any]:
    forward = entry.forward

    def call(x: Any) -> Any:
        if not isinstance(x, Traced):
            return forward(x)
        array = x._array
        if array.dtype is not float32 and array.dtype is not float64:
            return apply(entry, (x,), {})
        if x._view is not None:
            refresh(x)
        out = forward(array)
        if out.__class__ is not ndarray:
            out = as_array(out)
        result = _new(x._result_class)
        result._array = out
        result._view = None
        if x._requires_grad and modes.recording:
            parent = x._node
            _record(
                entry, (x if parent is None else parent,), (pick((array, out)),), _NONE, out, result
            )
        else:
            result._node = None
            result._requires_grad = False
        return result

    return call


def _binary(entry: Primitive, pick_x: Any, pick_y: Any) -> Callable[..., Any]:
    forward = entry.forward

    def call(x: Any, y: Any) -> Any:
        # The common cases: two tensors of one floating dtype, or a tensor and a Python number.
        if not isinstance(x, Traced):
            if not isinstance(y, Traced):
                return forward(x, y)
            return apply(entry, (x, y), {})
        a = x._array
        dtype = a.dtype
        if dtype is not float32 and dtype is not float64:
            return apply(entry, (x, y), {})
        if isinstance(y, Traced):
            b = y._array
            if b.dtype is not dtype:
                return apply(entry, (x, y), {})
            if y._view is not None:
                refresh(y)
            y_needs = y._requires_grad
        elif y.__class__ is float or y.__class__ is int:
            b = y
            y_needs = False
        else:
            return apply(entry, (x, y), {})
        if x._view is not None:
            refresh(x)
        try:
            out = forward(a, b)
        except Exception as error:
            raise explained(error, entry, (a, b)) from None
        if out.__class__ is not ndarray:
            out = as_array(out)
        result = _new(x._result_class)
        result._array = out
        result._view = None
        x_needs = x._requires_grad
        if (x_needs or y_needs) and modes.recording:
            values = (a, b, out)
            parents = (
                (x if x._node is None else x._node) if x_needs else Constant(a),
                (y if y._node is None else y._node)
                if y_needs
                else (b if b is y else Constant(b)),
            )
            saved = (pick_x(values) if x_needs else None, pick_y(values) if y_needs else None)
            _record(entry, parents, saved, _NONE, out, result)
        else:
            result._node = None
            result._requires_grad = False
        return result

    return call


def apply(entry: Primitive, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Any:
    """Call a primitive with any operands: compute, wrap and record."""
    kind = None
    needs = []
    values = []
    for operand in operands:
        if isinstance(operand, Traced):
            if operand._view is not None:
                refresh(operand)
            kind = kind or operand._result_class
            values.append(operand._array)
            needs.append(operand._requires_grad)
        else:
            values.append(operand)
            needs.append(False)
    arrays = tuple(values)
    forward = entry.forward
    if kind is None:
        out = forward(*arrays, **attributes)
        return out.out if out.__class__ is Keep else out
    try:
        converted = arrays if entry.dtypes is None else convert(arrays, entry.dtypes)
        out = forward(*converted, **attributes)
    except Exception as error:
        raise explained(error, entry, arrays) from None
    residuals = _NONE
    if out.__class__ is Keep:
        out, residuals = out.out, out.residuals
    several = out.__class__ is tuple
    out = tuple(map(as_array, out)) if several else as_array(out)
    node = None
    if modes.recording and entry.differentiable and True in needs:
        node = _tape(entry, operands, Call(arrays, attributes, tuple(needs), out, residuals))
    wrap = kind._wrap
    if several:
        return tuple(_output(wrap, node, i, array) for i, array in enumerate(out))
    if node is not None and not is_floating(out.dtype):
        node = None
    result = wrap(out, node, node is not None)
    if entry.view and _shares_memory(out, arrays[0]):
        step = (entry.call, operands[1:], attributes)
        result._view = View(operands[0], step, modes.recording)
    return result


def record_as(
    entry: Primitive, operands: tuple[Any, ...], attributes: dict[str, Any], result: Traced
) -> None:
    """Record a call whose result exists already: ``result`` was computed in place."""
    arrays = tuple(o._array if isinstance(o, Traced) else o for o in operands)
    needs = tuple(isinstance(o, Traced) and o._requires_grad for o in operands)
    node = _tape(entry, operands, Call(arrays, attributes, needs, result._array, _NONE))
    result._node = node
    result._requires_grad = node is not None


def _tape(entry: Primitive, operands: tuple[Any, ...], call: Call) -> Node | None:
    """Record a call if the gradient of any operand that needs one is defined."""
    if entry.defaults:
        call.attributes = {**entry.defaults, **call.attributes}
    saved = _saved(entry, call)
    if all(item is None for item in saved):
        return None
    parents = tuple(map(_parent, operands, call.needs))
    return _record(entry, parents, saved, call.attributes, call.out, None)


_NONE: dict[str, Any] = {}


def _saved(entry: Primitive, call: Call) -> tuple[Any, ...]:
    """Collect the arguments of the rules that will run: exactly what their signatures name."""
    if entry.joint:
        return (tuple(get(call) for get in entry.getters[0]),)
    saved: list[Any] = []
    for position, needed in enumerate(call.needs):
        getters = entry.getters[0 if entry.variadic else position]
        if not needed or getters is None:
            saved.append(None)
            continue
        call.position = position
        saved.append(tuple(get(call) for get in getters))
    return tuple(saved)


def _parent(operand: Any, needed: bool) -> Any:
    if not isinstance(operand, Traced):
        return Constant(operand) if isinstance(operand, ndarray) else operand
    if not needed:
        return Constant(operand._array)
    return operand if operand._node is None else operand._node


def _record(
    entry: Primitive,
    parents: tuple[Any, ...],
    saved: tuple[Any, ...],
    attributes: dict[str, Any],
    out: Any,
    result: Any,
) -> Node:
    """Append an operation to the graph, and tie the result to it."""
    node = _new(Node)
    node.primitive = entry
    node.parents = parents
    node.saved = saved
    node.attributes = attributes
    node.hooks = None
    node.retains = None
    node.number = next_number()
    frame = _getframe(2)
    if frame.f_globals.get("__package__") in LIBRARY:
        frame = outside_library(frame)
    node.code = frame.f_code
    node.offset = frame.f_lasti
    if out.__class__ is tuple:
        node.shape = tuple(array.shape for array in out)
        node.dtype = tuple(array.dtype for array in out)
    else:
        node.shape = out.shape
        node.dtype = out.dtype
    if result is not None:
        result._node = node
        result._requires_grad = True
    return node


def _output(wrap: Any, node: Node | None, index: int, array: Any) -> Any:
    if node is None or not is_floating(array.dtype):
        return wrap(array)
    return wrap(array, Output(node, index, array, next_number()), True)


def _shares_memory(out: Any, array: Any) -> bool:
    base = getattr(out, "base", None)
    return base is not None and (base is array or base is array.base)


# --- operands ---------------------------------------------------------------------------------


def convert(arrays: tuple[Any, ...], policy: str) -> tuple[Any, ...]:
    """Convert operands to their common dtype by PyTorch's rules; Python numbers stay weak."""
    dtype = result_type(*(a for a in arrays if a is not None))
    if policy == "float" and dtype.kind in "biu":
        dtype = get_default_dtype()
    return tuple(
        array.astype(dtype, copy=False) if hasattr(array, "dtype") else array for array in arrays
    )


def explained(error: Exception, entry: Primitive, arrays: tuple[Any, ...]) -> Exception:
    """Return the error PyTorch raises where NumPy's says less."""
    shapes = [a.shape for a in arrays if is_array(a)]
    if not isinstance(error, ValueError) or "broadcast" not in str(error) or len(shapes) < 2:
        return error
    (first, second, *_) = shapes
    for back in range(1, min(len(first), len(second)) + 1):
        m, n = first[-back], second[-back]
        if m != n and 1 not in (m, n):
            dim = max(len(first), len(second)) - back
            return RuntimeError(
                f"{entry.name}: the size of tensor a ({m}) must match the size of tensor b ({n}) "
                f"at non-singleton dimension {dim}: shapes {first} and {second} do not broadcast"
            )
    return error
