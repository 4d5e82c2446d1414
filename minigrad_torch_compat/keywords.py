"""Keyword arguments under PyTorch's names, and ``out=``, for all functions in one place.

minigrad says ``add(x, y)`` where PyTorch says ``add(input, other)``. A function is called as it is
when all arguments are positional; otherwise its leading arguments are found by PyTorch's names
(see ``signatures``), NumPy's names ``axis`` and ``keepdims`` are translated as PyTorch does, what
has no effect is taken out, and the result is written to ``out`` if that is given.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

from minigrad import Tensor, is_grad_enabled

from . import signatures
from .dtypes import spelled
from .node_names import naming
from .node_table import BY_FUNCTION
from .replacing import replace

_NUMPY = (("axis", "dim"), ("keepdims", "keepdim"))


def spelled_function(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function of minigrad's with PyTorch's keyword arguments."""
    function = naming(function, name)
    leading = signatures.LEADING.get(name, ("input",))
    idle = signatures.idle(name)
    writes = name in signatures.OUT

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not kwargs:
            return function(*args)
        args = _positional(leading, args, kwargs)
        _drop(idle, kwargs, name)
        if writes and "out" in kwargs:
            out = kwargs.pop("out")
            if out is not None:
                return _written(out, function(*args, **kwargs), name, args)
        return function(*args, **kwargs)

    call.torch_name = name  # type: ignore[attr-defined]
    return call


def spelled_method(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a method of ``Tensor`` with PyTorch's keyword arguments."""
    method = naming(method, name)
    plain = name.removesuffix("_")
    leading = ("self", *(signatures.METHODS.get(name) or signatures.LEADING.get(plain, ())[1:]))
    idle = signatures.idle(name)

    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not kwargs:
            return method(*args)
        args = _positional(leading, args, kwargs)
        _drop(idle, kwargs, name)
        return method(*args, **kwargs)

    return call


def _positional(
    leading: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, ...]:
    """Return the positional arguments, with those given by PyTorch's names."""
    for theirs, ours in _NUMPY:
        if theirs in kwargs and ours not in kwargs:
            kwargs[ours] = kwargs.pop(theirs)
    for name in leading[len(args) :]:
        if name not in kwargs:
            break
        args = (*args, kwargs.pop(name))
    return args


def _drop(idle: frozenset[str], kwargs: dict[str, Any], name: str) -> None:
    """Take out what has no effect; a layout other than the ordinary one is an error."""
    for argument in idle:
        value = kwargs.pop(argument, None)
        if argument == "layout" and value is not None and str(value) != "torch.strided":
            raise RuntimeError(f"{name}(): minigrad has no tensors of layout {value} here")


def _written(out: Any, result: Any, name: str, args: tuple[Any, ...]) -> Any:
    """Write a result, or a tuple of them, to ``out`` and return it."""
    tensors = [arg for arg in (*args, out) if isinstance(arg, Tensor)]
    if is_grad_enabled() and any(tensor.requires_grad for tensor in tensors):
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic "
            "differentiation, but one of the arguments requires grad."
        )
    if isinstance(result, tuple):
        return type(result)(*map(_write, out, result))
    return _write(out, result)


def _write(out: Tensor, result: Tensor) -> Tensor:
    if not isinstance(out, Tensor):
        raise TypeError(f"argument 'out' must be Tensor, not {type(out).__name__}")
    ours, theirs = result._array.dtype, out._array.dtype
    if "biufc".index(theirs.kind.replace("u", "i")) < "biufc".index(ours.kind.replace("u", "i")):
        raise RuntimeError(
            f"result type {spelled(ours)} can't be cast to the desired output type "
            f"{spelled(theirs)}"
        )
    if out._array.shape != result._array.shape:
        if out.numel():
            warnings.warn(
                "An output with one or more elements was resized since it had shape "
                f"{list(out.shape)}, which does not match the required output shape "
                f"{list(result.shape)}.",
                stacklevel=4,
            )
        out.resize_(*result.shape)
    return out.copy_(result.detach())


# --- all of them ----------------------------------------------------------------------------------


def spell_functions(names: dict[str, Any], prefix: str = "") -> None:
    """Replace the functions in a namespace that PyTorch calls by other names of arguments."""
    for name, value in list(names.items()):
        if name.startswith("_") or isinstance(value, type) or not callable(value):
            continue
        if (getattr(value, "__module__", None) or "").startswith("minigrad."):
            names[name] = spelled_function(value, prefix + name)


def spell_methods() -> None:
    """Replace the methods of ``Tensor`` that PyTorch calls by other names of arguments."""
    for kind in Tensor.__mro__[:-1]:
        for name, value in list(vars(kind).items()):
            if not name.startswith("_") and inspect.isfunction(value) and _differs(value, name):
                replace(kind, name, spelled_method(value, name))


def _differs(method: Any, name: str) -> bool:
    """Return whether a method does not take PyTorch's names by itself."""
    plain = name.removesuffix("_")
    if {name, plain} & (signatures.METHODS.keys() | signatures.IDLE_METHODS | BY_FUNCTION.keys()):
        return True
    if len(signatures.LEADING.get(plain, ())) > 1:
        return True
    takes = getattr(method, "takes_numpy_names", False)
    return not takes and "dim" in inspect.signature(method).parameters
