"""Calling a primitive: compute, wrap the result and append a node to the graph.

There are four paths. Hot operations are unary or binary, take no keyword arguments, and meet
tensors of one floating dtype or a Python number: ``unary`` and ``binary`` serve just those, and
hand anything else to ``apply``, which serves every call. ``single`` serves operations of one
operand with keyword arguments: views, reductions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..backend.arrays import as_array, ndarray, owner_of
from ..backend.dtypes import float32, float64, is_floating
from .ledger import next_number
from .modes import modes, rare
from .node import Constant, InferenceConstant, Node, Output
from .operands import convert, explained
from .packing import keep
from .source import LIBRARY, outside_library
from .stand_in import StandIn
from .table import Keep, Primitive
from .traced import Traced, View, mark, refresh

_NONE: dict[str, Any] = {}
_YES = (True,)
_new = object.__new__
_getframe = sys._getframe


def unary(entry: Primitive) -> Callable[..., Any]:
    """Return the call path of a function of one operand, without keyword arguments."""
    forward = entry.forward
    (save,) = entry.save_lists

    def call(x: Any) -> Any:
        if not isinstance(x, Traced):
            return forward(x)
        array = x._array
        dtype = array.dtype
        if dtype is not float32 and dtype is not float64:
            return apply(entry, (x,), _NONE)
        if x._view is not None:
            refresh(x)
        out = forward(array)
        if out.__class__ is not ndarray:
            out = as_array(out)
        result = _new(x._result_class)
        result._array = out
        result._view = None
        if x._requires_grad and modes.recording:
            parent = x if x._node is None else x._node
            saved = (save((out, None, None, _YES, 0, array)),)
            _record(entry, (parent,), saved, _NONE, out, result)
        else:
            result._node = None
            result._requires_grad = False
            if rare.inference:
                mark(result)
        return result

    return call


def configured(entry: Primitive) -> Callable[..., Any]:
    """Return the call path of a function of one operand and keyword arguments."""
    forward = entry.forward
    converts = entry.dtypes is not None
    always = callable(entry.dtypes)  # a policy of its own may refuse any dtype
    (save,) = entry.save_lists
    view = entry.view
    defaults = entry.defaults

    def call(x: Any, **attributes: Any) -> Any:
        if not isinstance(x, Traced):
            raw = forward(x, **attributes)
            return raw.out if raw.__class__ is Keep else raw
        array = x._array
        dtype = array.dtype
        if (always or (dtype is not float32 and dtype is not float64)) and (
            converts or isinstance(array, StandIn)
        ):
            return apply(entry, (x,), attributes)
        if x._view is not None:
            refresh(x)
        out = forward(array, **attributes)
        residuals = _NONE
        if out.__class__ is not ndarray:
            if out.__class__ is Keep:
                out, residuals = out.out, out.residuals
            if out.__class__ is tuple:
                needs = (x._requires_grad,)
                return _several(entry, (x,), (array,), needs, attributes, out, residuals)
            out = as_array(out)
        result = _new(x._result_class)
        result._array = out
        result._view = None
        differentiable = save is not None and (out.dtype is dtype or is_floating(out.dtype))
        if x._requires_grad and modes.recording and differentiable:
            if defaults:
                attributes = {**defaults, **attributes}
            parent = x if x._node is None else x._node
            saved = (save((out, attributes, residuals, _YES, 0, array)),)
            _record(entry, (parent,), saved, attributes, out, result)
        else:
            result._node = None
            result._requires_grad = False
            if rare.inference:
                mark(result)
        if view:
            _look_into(result, x, array, (entry.call, (), attributes))
        return result

    return call


def binary(entry: Primitive) -> Callable[..., Any]:
    """Return the call path of a function of two operands without keyword arguments."""
    forward = entry.forward
    save_x, save_y = entry.save_lists

    def call(x: Any, y: Any) -> Any:
        # One of them is the tensor that says dtype and class; the other may be a Python number.
        lead = x if isinstance(x, Traced) else y
        if not isinstance(lead, Traced):
            return forward(x, y)
        dtype = lead._array.dtype
        if dtype is not float32 and dtype is not float64:
            return apply(entry, (x, y), _NONE)
        if lead is x:
            a = x._array
            if x._view is not None:
                refresh(x)
            x_needs = x._requires_grad
        elif x.__class__ is float or x.__class__ is int:
            a, x_needs = x, False
        else:
            return apply(entry, (x, y), _NONE)
        if isinstance(y, Traced):
            b = y._array
            if b.dtype is not dtype:
                return apply(entry, (x, y), _NONE)
            if y._view is not None:
                refresh(y)
            y_needs = y._requires_grad
        elif y.__class__ is float or y.__class__ is int:
            b, y_needs = y, False
        else:
            return apply(entry, (x, y), _NONE)
        try:
            out = forward(a, b)
        except Exception as error:
            raise explained(error, entry.name, (a, b)) from None
        if out.__class__ is not ndarray:
            out = as_array(out)
        result = _new(lead._result_class)
        result._array = out
        result._view = None
        if (x_needs or y_needs) and modes.recording:
            values = (out, None, None, None, 0, a, b)
            saved = (save_x(values) if x_needs else None, save_y(values) if y_needs else None)
            parents = (
                (x if x._node is None else x._node) if x_needs else _parent(x, False),
                (y if y._node is None else y._node) if y_needs else _parent(y, False),
            )
            _record(entry, parents, saved, _NONE, out, result)
        else:
            result._node = None
            result._requires_grad = False
            if rare.inference:
                mark(result)
        return result

    return call


def apply(entry: Primitive, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Any:
    """Call a primitive with any operands: compute, wrap and record."""
    lead: Any = None
    needs = []
    values = []
    for operand in operands:
        if isinstance(operand, Traced):
            if operand._view is not None:
                refresh(operand)
            if lead is None:
                lead = operand
            array = operand._array
            if array.__class__ is not ndarray and isinstance(array, StandIn):
                return array.interpret(entry.call, operands, attributes)
            values.append(array)
            needs.append(operand._requires_grad)
        else:
            values.append(operand)
            needs.append(False)
    arrays = tuple(values)
    forward = entry.forward
    if lead is None:
        raw = forward(*arrays, **attributes)
        return raw.out if raw.__class__ is Keep else raw
    try:
        converted = arrays if entry.dtypes is None else convert(arrays, entry.dtypes, entry.name)
        raw = forward(*converted, **attributes)
    except Exception as error:
        raise explained(error, entry.name, arrays) from None
    residuals = _NONE
    if raw.__class__ is Keep:
        raw, residuals = raw.out, raw.residuals
    if raw.__class__ is tuple:
        return _several(entry, operands, arrays, tuple(needs), attributes, raw, residuals)
    out = as_array(raw)
    result = lead._result_class._wrap(out)
    if True in needs and modes.recording and is_floating(out.dtype):
        node = _tape(entry, operands, arrays, tuple(needs), attributes, out, residuals)
        if node is not None:
            result._node = node
            result._requires_grad = True
    if entry.view:
        _look_into(result, operands[0], arrays[0], (entry.call, operands[1:], attributes))
    return result


def _several(
    entry: Primitive,
    operands: tuple[Any, ...],
    arrays: tuple[Any, ...],
    needs: tuple[bool, ...],
    attributes: dict[str, Any],
    raw: tuple[Any, ...],
    residuals: dict[str, Any],
) -> tuple[Any, ...]:
    """Wrap and record a call that has several results."""
    kind = next(o._result_class for o in operands if isinstance(o, Traced))
    out = tuple(map(as_array, raw))
    node = None
    if True in needs and modes.recording:
        node = _tape(entry, operands, arrays, needs, attributes, out, residuals)
    results = tuple(_output(kind, node, i, array) for i, array in enumerate(out))
    if entry.view:
        for i, part in enumerate(results):
            step = (_nth, (entry.call, i, *operands[1:]), attributes)
            _look_into(part, operands[0], arrays[0], step)
    return results


def record_as(
    entry: Primitive, operands: tuple[Any, ...], attributes: dict[str, Any], out: Any
) -> Node | None:
    """Record a call whose result exists already: ``out`` was computed in place."""
    arrays = tuple(o._array if isinstance(o, Traced) else o for o in operands)
    needs = tuple(isinstance(o, Traced) and o._requires_grad for o in operands)
    return _tape(entry, operands, arrays, needs, attributes, out, _NONE)


def _tape(
    entry: Primitive,
    operands: tuple[Any, ...],
    arrays: tuple[Any, ...],
    needs: tuple[bool, ...],
    attributes: dict[str, Any],
    out: Any,
    residuals: dict[str, Any],
) -> Node | None:
    """Record a call if the gradient of any operand that needs one is defined."""
    if entry.defaults:
        attributes = {**entry.defaults, **attributes}
    lists = entry.save_lists
    if len(arrays) < len(entry.operands):  # those left out (a bias, say) are None
        arrays += (None,) * (len(entry.operands) - len(arrays))
    if entry.joint:
        saved: list[Any] = [lists[0]((out, attributes, residuals, needs, 0, *arrays))]
    else:
        if entry.variadic:
            lists *= len(needs)
        saved = [
            save((out, attributes, residuals, needs, position, *arrays))
            if needed and save is not None
            else None
            for position, (needed, save) in enumerate(zip(needs, lists))
        ]
    if all(item is None for item in saved):
        return None
    parents = tuple(map(_parent, operands, needs))
    node = _record(entry, parents, tuple(saved), attributes, out, None)
    if rare.on:
        keep(node, next(o._result_class for o in operands if isinstance(o, Traced)))
    return node


def _parent(operand: Any, needed: bool) -> Any:
    """Return what stands for an operand in a node: where its gradient goes, or what it was."""
    if needed:
        return operand if operand._node is None else operand._node
    if isinstance(operand, Traced):
        if rare.on and operand.inference_:
            return InferenceConstant(operand._array)
        return Constant(operand._array)
    return Constant(operand) if isinstance(operand, ndarray) else operand


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
        if rare.on:
            keep(node, result._result_class)
    return node


def _output(kind: Any, node: Node | None, index: int, array: Any) -> Any:
    if node is None or not is_floating(array.dtype):
        return kind._wrap(array)
    return kind._wrap(array, Output(node, index, array, next_number()), True)


def _look_into(result: Traced, source: Traced, array: Any, step: tuple[Any, ...]) -> None:
    """Make a result a view of its source if it shares memory with the source's array."""
    out = result._array
    base = out.base
    if base is None:
        return
    if base is array or base is array.base or owner_of(out) is owner_of(array):
        result._view = View(source, step, modes.recording)
        if not modes.recording and source._requires_grad and is_floating(out.dtype):
            result._requires_grad = True  # PyTorch's views take it from their base
        if rare.on:
            result.inference_ = source.inference_


def _nth(value: Any, call: Callable[..., Any], i: int, /, *operands: Any, **attributes: Any) -> Any:
    """Look into a part of a tensor that a primitive with several results cuts out."""
    return call(value, *operands, **attributes)[i]
