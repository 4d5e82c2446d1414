"""A machine for pickles that can do nothing but put data together.

A pickle is a program for a machine with a stack. Python's own machine calls whatever the program
names; this one knows only the names that it is given, and has no other way to reach anything.
"""

from __future__ import annotations

import _compat_pickle
import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

_DEEPEST_KEY = 50  # of nested tuples: Python hashes them by recursion

# Instructions that push what follows them in the file.
_CONSTANTS = {
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BYTEARRAY8"),
}
_FRESH: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
}
_SHORT_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_FROM_MARK: dict[str, Callable[[list[Any]], Any]] = {
    "TUPLE": tuple,
    "LIST": list,
    "DICT": lambda items: dict(_pairs(items)),
    "FROZENSET": lambda items: frozenset(map(shallow, items)),
}


class Machine:
    """Runs one pickle from a file.

    Args:
        calls: what may be called, by name.
        values: what may only be named.
        trusted: classes and functions of the program: also their objects may be made and filled.
        persistent: returns what an id outside of the pickle stands for (a storage).
    """

    def __init__(
        self,
        calls: Mapping[str, Any],
        values: Mapping[str, Any],
        trusted: Mapping[str, Any],
        persistent: Callable[[Any], Any],
    ) -> None:
        self.known = {**values, **calls, **trusted}
        self.callable = {id(call) for call in (*calls.values(), *trusted.values())}
        self.trusted = tuple(value for value in trusted.values() if isinstance(value, type))
        self.persistent = persistent
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def run(self, file: BinaryIO) -> Any:
        """Return the object that a pickle describes; the file is left behind its end.

        Raises:
            pickle.UnpicklingError: for a name that is not known, and for what is no pickle.
        RuntimeError: if a storage cannot be had, or a tensor lies outside of its own.
        """
        try:
            for opcode, argument, _ in pickletools.genops(file):
                self._step(opcode.name, argument)
            (result,) = self.stack
        except (pickle.UnpicklingError, RuntimeError, MemoryError):
            raise
        except Exception as error:
            raise pickle.UnpicklingError(f"{type(error).__name__}: {error}") from error
        return result

    def _step(self, name: str, argument: Any) -> None:
        stack = self.stack
        if name in _CONSTANTS:
            stack.append(argument)
        elif name in ("BINGET", "LONG_BINGET", "GET"):
            stack.append(self.memo[argument])
        elif name in ("BINPUT", "LONG_BINPUT", "PUT"):
            self.memo[argument] = stack[-1]
        elif name in _FRESH:
            stack.append(_FRESH[name]())
        elif name in _SHORT_TUPLES:
            count = _SHORT_TUPLES[name]
            last = tuple(stack.pop() for _ in range(count))
            stack.append(last[::-1])
        elif name in _FROM_MARK:
            items = self._since_mark()
            self.stack.append(_FROM_MARK[name](items))
        elif name not in ("PROTO", "FRAME", "STOP"):
            action = getattr(self, f"_{name.lower()}", None)
            if action is None:
                raise pickle.UnpicklingError(f"checkpoints have no use for the instruction {name}")
            action() if argument is None else action(argument)

    # --- the stack ----------------------------------------------------------------------------

    def _mark(self) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def _since_mark(self) -> list[Any]:
        items, self.stack = self.stack, self.marks.pop()
        return items

    def _pop(self) -> None:
        self.stack.pop()

    def _pop_mark(self) -> None:
        self._since_mark()

    def _dup(self) -> None:
        self.stack.append(self.stack[-1])

    def _memoize(self) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    # --- containers ---------------------------------------------------------------------------

    def _append(self) -> None:
        item = self.stack.pop()
        _expect(self.stack[-1], list).append(item)

    def _appends(self) -> None:
        items = self._since_mark()
        _expect(self.stack[-1], list).extend(items)

    def _setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        _expect(self.stack[-1], dict)[shallow(key)] = value

    def _setitems(self) -> None:
        items = self._since_mark()
        target = _expect(self.stack[-1], dict)
        for key, value in _pairs(items):  # a Counter's update would add
            target[key] = value

    def _additems(self) -> None:
        items = self._since_mark()
        _expect(self.stack[-1], set).update(map(shallow, items))

    # --- names and calls ----------------------------------------------------------------------

    def _global(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._push_global(module, name)

    def _stack_global(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self._push_global(module, name)

    def _push_global(self, module: Any, name: Any) -> None:
        full = global_name(f"{module}", f"{name}")
        if full not in self.known:
            raise pickle.UnpicklingError(
                f"Unsupported global: GLOBAL {full} was not an allowed global by default. If you "
                f"trust it, add it with serialization.add_safe_globals([{name}]) or the context "
                f"manager safe_globals([{name}])."
            )
        self.stack.append(self.known[full])

    def _reduce(self) -> None:
        args, function = self.stack.pop(), self.stack.pop()
        if id(function) not in self.callable or not isinstance(args, tuple):
            raise pickle.UnpicklingError(f"the pickle wants to call {function!r}")
        self.stack.append(function(*args))

    def _newobj(self) -> None:
        args, kind = self.stack.pop(), self.stack.pop()
        self.stack.append(self._made(kind, args, {}))

    def _newobj_ex(self) -> None:
        options, args, kind = self.stack.pop(), self.stack.pop(), self.stack.pop()
        self.stack.append(self._made(kind, args, options))

    def _made(self, kind: Any, args: Any, options: Any) -> Any:
        if not any(kind is known for known in self.trusted):
            raise pickle.UnpicklingError(f"the pickle wants to make an object of {kind!r}")
        return kind.__new__(kind, *args, **options)

    def _build(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, self.trusted):
            _fill(target, state)
        elif type(target) is OrderedDict and isinstance(state, dict):
            target.__dict__.update(state)
        else:
            raise pickle.UnpicklingError(f"the pickle wants to fill a {type(target).__name__}")

    def _binpersid(self) -> None:
        self.stack.append(self.persistent(self.stack.pop()))


def global_name(module: str, name: str) -> str:
    """Return ``module.name`` under the names of Python 3: files have ``__builtin__``."""
    module, name = _compat_pickle.NAME_MAPPING.get((module, name), (module, name))
    return f"{_compat_pickle.IMPORT_MAPPING.get(module, module)}.{name}"


def _fill(target: Any, state: Any) -> None:
    """Give an object of the program's class its state, as Python's machine does."""
    if hasattr(target, "__setstate__"):
        target.__setstate__(state)
        return
    slots: Any = {}
    if isinstance(state, tuple) and len(state) == 2:
        state, slots = state
    target.__dict__.update(state or {})
    for name, value in (slots or {}).items():
        setattr(target, name, value)


def _expect(target: Any, kind: type) -> Any:
    if not isinstance(target, kind):
        raise pickle.UnpicklingError(
            f"the pickle takes a {type(target).__name__} for a {kind.__name__}"
        )
    return target


def _pairs(items: list[Any]) -> list[tuple[Any, Any]]:
    return [(shallow(key), value) for key, value in zip(items[::2], items[1::2], strict=True)]


def shallow(key: Any) -> Any:
    """Return a key of a dict or a set: no tuple so deep that hashing it overflows."""
    level, depth = [key], 0
    while any(isinstance(item, tuple | frozenset) for item in level):
        level = [part for item in level if isinstance(item, tuple | frozenset) for part in item]
        depth += 1
        if depth > _DEEPEST_KEY or len(level) > 10_000:
            raise pickle.UnpicklingError("the pickle has a key of too many parts")
    return key
