"""Puts the recorder around the public names of ``torch``: the same names under both engines."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from .layers import wrap_classes
from .recording import Recorder

ROOMS = (
    *("", "functional", "nn.functional", "nn.init", "nn.utils", "nn.utils.rnn", "linalg", "fft"),
    *("special", "autograd", "autograd.functional", "sparse", "utils.checkpoint"),
)

OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        *("abs", "invert", "neg", "pos", "setitem"),
        *("eq", "ne", "lt", "le", "gt", "ge"),
        *(
            prefix + name
            for name in (
                *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
                *("and", "or", "xor", "lshift", "rshift"),
            )
            for prefix in ("", "r", "i")
        ),
    )
)

# They compute nothing, or tell of the engine rather than of numbers.
SKIPPED = frozenset(
    (
        *("size", "dim", "ndimension", "nelement", "numel", "element_size", "get_device", "stride"),
        *(
            "storage_offset",
            "is_contiguous",
            "data_ptr",
            "storage",
            "untyped_storage",
            "register_hook",
        ),
        *("register_post_accumulate_grad_hook", "retain_grad", "requires_grad_", "is_inference"),
        *("is_floating_point", "is_complex", "is_signed", "is_tensor", "is_storage", "is_shared"),
        *("share_memory_", "pin_memory", "is_pinned", "type", "has_names", "is_set_to"),
        *(
            "manual_seed",
            "seed",
            "initial_seed",
            "get_rng_state",
            "set_rng_state",
            "get_num_threads",
        ),
        *("set_num_threads", "get_num_interop_threads", "set_num_interop_threads", "load", "save"),
        *("get_default_dtype", "set_default_dtype", "get_default_device", "set_default_device"),
        *(
            "set_printoptions",
            "is_grad_enabled",
            "compile",
            "typename",
            "use_deterministic_algorithms",
        ),
        *("is_inference_mode_enabled", "set_grad_enabled", "is_anomaly_enabled", "dlpack"),
        *("are_deterministic_algorithms_enabled", "set_float32_matmul_precision", "is_nonzero"),
        *(
            "get_float32_matmul_precision",
            "is_autocast_enabled",
            "set_default_tensor_type",
            "dim_order",
        ),
        *("result_type", "promote_types", "can_cast", "is_warn_always_enabled", "set_warn_always"),
    )
)


def wrap(recorder: Recorder) -> list[str]:
    """Let the recorder see all calls from now on; return the names that it sees."""
    torch = importlib.import_module("torch")
    wrapped = []
    for room in ROOMS:
        module = _room(room)
        for name, function in _functions(module) if module is not None else ():
            title = f"{room}.{name}" if room else name
            setattr(module, name, recorded(function, title, recorder))
            wrapped.append(title)
    _wrap_indexing(torch, recorder)
    for name, method in list(_methods(torch.Tensor)):
        setattr(torch.Tensor, name, recorded(method, f"Tensor.{name}", recorder))
        wrapped.append(f"Tensor.{name}")
    return [*wrapped, "Tensor.__getitem__", *wrap_classes(torch, recorder)]


def recorded(function: Callable[..., Any], name: str, recorder: Recorder) -> Callable[..., Any]:
    """Return a function that notes its calls by the program."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        if not recorder.listens(frame):
            return function(*args, **kwargs)
        return recorder.call(function, name, frame, args, kwargs)

    return call


def _wrap_indexing(torch: Any, recorder: Recorder) -> None:
    """Let the recorder see ``x[...]``.

    PyTorch's class must not get a method ``__getitem__`` of Python's: ``torch.tensor([x])`` would
    take ``x`` for a sequence. Its own protocol for overriding shows the calls as well.
    """
    original = torch.Tensor.__getitem__
    try:
        overrides: Any = importlib.import_module("torch.overrides")
    except ModuleNotFoundError:
        torch.Tensor.__getitem__ = recorded(original, "Tensor.__getitem__", recorder)
        return

    class Indexing(overrides.TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(self, func: Any, types: Any, args: Any, kwargs: Any = None) -> Any:
            frame = sys._getframe(1)
            if func is original and recorder.listens(frame):
                return recorder.call(original, "Tensor.__getitem__", frame, args, kwargs or {})
            return func(*args, **(kwargs or {}))

    Indexing().__enter__()


def _room(name: str) -> ModuleType | None:
    """Return a module of the engine; None if it has no such one."""
    try:
        return importlib.import_module(f"torch.{name}" if name else "torch")
    except ModuleNotFoundError:
        return None


def _functions(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the public functions of a module."""
    for name in dir(module):
        if name.startswith("_") or name in SKIPPED:
            continue
        value = getattr(module, name)
        if isinstance(value, (FunctionType, BuiltinFunctionType, MethodType)):
            yield name, value


def _methods(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and the operators of a class."""
    for name in dir(kind):
        if name in SKIPPED or (name.startswith("_") and name not in OPERATORS):
            continue
        found = inspect.getattr_static(kind, name)
        if isinstance(found, (property, classmethod, staticmethod, type)):
            continue
        if callable(found) and not inspect.isdatadescriptor(found):
            yield name, getattr(kind, name)
