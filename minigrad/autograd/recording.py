"""Calling a primitive: compute, wrap the result and append a node to the graph.

There are three paths. Hot operations are unary or binary, take no keyword arguments, and meet
tensors of one floating dtype or a Python number: ``unary`` and ``binary`` serve just those, and
hand anything else to ``apply``, which serves every call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..backend.arrays import as_array, ndarray
from ..backend.dtypes import float32, float64, is_floating
from .ledger import next_number, owner_of
from .modes import modes
from .node import Constant, Node, Output
from .operands import convert, explained
from .source import LIBRARY, outside_library
from .traced import Traced, View, refresh

if TYPE_CHECKING:
    from .primitive import Primitive

_NONE: dict[str, Any] = {}
_new = object.__new__
_getframe = sys._getframe


class Keep:
    """A forward result together with the residuals that its rules will name."""

    __slots__ = ("out", "residuals")

    def __init__(self, out: Any, **residuals: Any) -> None:
        self.out = out
        self.residuals = residuals


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


def unary(entry: Primitive, pick: Any) -> Callable[..., Any]:
    """Return the call path of a function of one operand; ``pick`` selects what its rule needs."""
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


def binary(entry: Primitive, pick_x: Any, pick_y: Any) -> Callable[..., Any]:
    """Return the call path of a function of two operands."""
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
                (y if y._node is None else y._node) if y_needs else (b if b is y else Constant(b)),
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
    kind: Any = None
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
        raw = forward(*arrays, **attributes)
        return raw.out if raw.__class__ is Keep else raw
    try:
        converted = arrays if entry.dtypes is None else convert(arrays, entry.dtypes, entry.name)
        raw = forward(*converted, **attributes)
    except Exception as error:
        raise explained(error, entry, arrays) from None
    residuals = _NONE
    if raw.__class__ is Keep:
        raw, residuals = raw.out, raw.residuals
    several = raw.__class__ is tuple
    out: Any = tuple(map(as_array, raw)) if several else as_array(raw)
    node = None
    if modes.recording and entry.differentiable and True in needs:
        node = _tape(entry, operands, Call(arrays, attributes, tuple(needs), out, residuals))
    if several:
        results = tuple(_output(kind, node, i, array) for i, array in enumerate(out))
        if entry.view:
            for i, part in enumerate(results):
                _look_into(part, operands[0], (_nth, (entry.call, i, *operands[1:]), attributes))
        return results
    recorded = node is not None and is_floating(out.dtype)
    result = kind._wrap(out, node if recorded else None, recorded)
    if entry.view:
        _look_into(result, operands[0], (entry.call, operands[1:], attributes))
    return result


def record_as(
    entry: Primitive, operands: tuple[Any, ...], attributes: dict[str, Any], out: Any
) -> Node | None:
    """Record a call whose result exists already: ``out`` was computed in place."""
    arrays = tuple(o._array if isinstance(o, Traced) else o for o in operands)
    needs = tuple(isinstance(o, Traced) and o._requires_grad for o in operands)
    return _tape(entry, operands, Call(arrays, attributes, needs, out, _NONE))


def _tape(entry: Primitive, operands: tuple[Any, ...], call: Call) -> Node | None:
    """Record a call if the gradient of any operand that needs one is defined."""
    if entry.defaults:
        call.attributes = {**entry.defaults, **call.attributes}
    saved = _saved(entry, call)
    if all(item is None for item in saved):
        return None
    parents = tuple(map(_parent, operands, call.needs))
    return _record(entry, parents, saved, call.attributes, call.out, None)


def _saved(entry: Primitive, call: Call) -> tuple[Any, ...]:
    """Collect the arguments of the rules that will run: exactly what their signatures name."""
    if entry.joint:
        return (tuple(get(call) for get in entry.getters[0] or ()),)
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


def _output(kind: Any, node: Node | None, index: int, array: Any) -> Any:
    if node is None or not is_floating(array.dtype):
        return kind._wrap(array)
    return kind._wrap(array, Output(node, index, array, next_number()), True)


def _look_into(result: Traced, source: Traced, step: tuple[Any, ...]) -> None:
    """Make a result a view of its source if it shares memory with it."""
    if owner_of(result._array) is owner_of(source._array):
        result._view = View(source, step, modes.recording)


def _nth(value: Any, call: Callable[..., Any], i: int, /, *operands: Any, **attributes: Any) -> Any:
    """Look into a part of a tensor that a primitive with several results cuts out."""
    return call(value, *operands, **attributes)[i]
