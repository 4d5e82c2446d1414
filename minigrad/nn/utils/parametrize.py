"""Parameters as functions of others: orthogonal, symmetric or normalized matrices to train.

A parametrized module has ``parametrizations.weight``, a list of modules and the tensors
``original``; its ``weight`` is a property that applies the first to the second.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from ...autograd.modes import no_grad
from ...tensor import Tensor
from ..containers import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "type_before_parametrizations",
]

M = TypeVar("M", bound=Module)

_cache: dict[tuple[int, str], Any] = {}
_caching = 0


@contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrized tensor once only, within a ``with`` statement."""
    global _caching
    _caching += 1
    try:
        yield
    finally:
        _caching -= 1
        if not _caching:
            _cache.clear()


class ParametrizationList(ModuleList):
    """The modules that make a tensor, one after the other, and what they make it of.

    Args:
        modules: at least one. Those with a method ``right_inverse`` say what to begin with.
        original: the tensor as it was.
        unsafe: do not check that shape and dtype stay the same.

    Raises:
        ValueError: for no modules, or results that do not fit.
    """

    def __init__(self, modules: Sequence[Module], original: Any, unsafe: bool = False) -> None:
        if not modules:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        start = self._start(original)
        self.is_tensor = isinstance(start, Tensor)
        self.ntensors = 1 if self.is_tensor else len(start)
        if self.is_tensor:
            if start.dtype != dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype, but "
                    f"made {start.dtype} of {dtype}"
                )
            original.data = start.detach()
            self._keep("original", original)
        else:
            for i, part in enumerate(start):
                if not isinstance(part, Tensor):
                    raise ValueError(
                        "'right_inverse' must return a Tensor or a Sequence of tensors, got "
                        f"{type(part).__name__} as element {i}"
                    )
                made = part.detach().requires_grad_(original.requires_grad)
                if isinstance(original, Parameter):
                    made = Parameter(part.detach(), original.requires_grad)
                self._keep(f"original{i}", made)
        if not unsafe:
            check_same("parametrization", self(), shape, dtype)

    def _keep(self, name: str, tensor: Any) -> None:
        if isinstance(tensor, Parameter):
            self.register_parameter(name, tensor)
        else:
            self.register_buffer(name, tensor)

    def _start(self, value: Any) -> Any:
        """Return what the modules make a value of, as far as they can tell."""
        with no_grad():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    # One that cannot tell begins with the value itself.
                    with suppress(NotImplementedError):
                        value = module.right_inverse(value)
        if not isinstance(value, Tensor | Sequence):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                f"Got {type(value).__name__}"
            )
        return value

    @property
    def originals(self) -> list[Any]:
        """The tensors that are trained."""
        names = ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]
        return [getattr(self, name) for name in names]

    def right_inverse(self, value: Any) -> None:
        """Choose the originals such that the modules make ``value`` of them.

        Raises:
            RuntimeError: if a module does not say how.
            ValueError: if what it says does not fit.
        """
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(module).__name__} does not implement right_inverse."
                    )
                value = module.right_inverse(value)
        found = [value] if self.is_tensor else value
        if not isinstance(found, Sequence) or len(found) != self.ntensors:
            raise ValueError(
                f"'right_inverse' must return a sequence of {self.ntensors} tensors, got {found!r}"
            )
        for original, part in zip(self.originals, found):
            if not isinstance(part, Tensor) or part.dtype != original.dtype:
                raise ValueError(
                    f"'right_inverse' must return tensors of dtype {original.dtype}, got {part!r}"
                )
        for original, part in zip(self.originals, found):
            original.data = part.detach()

    def forward(self) -> Any:
        """Return the tensor that the modules make of the originals."""
        first, *others = self
        result = first(*self.originals)
        for module in others:
            result = module(result)
        return result


def register_parametrization(
    module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> M:
    """Make a parameter (or buffer) of a module a function of another one.

    Args:
        module: a module, which is changed.
        tensor_name: its parameter.
        parametrization: the function, a module; further ones are applied after it. With a method
            ``right_inverse`` the parameter may be assigned to.
        unsafe: do not check that shape and dtype stay the same.

    Raises:
        ValueError: for an unknown name, or results that do not fit.
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            before = getattr(module, tensor_name)
            _check_added(parametrization, before)
        module.parametrizations[tensor_name].append(parametrization)
        module.parametrizations[tensor_name].unsafe |= unsafe
        return module
    if tensor_name not in module._buffers and tensor_name not in module._parameters:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element "
            f"with name '{tensor_name}'"
        )
    parts = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        # A class of its own, for properties of its own.
        own = {"__deepcopy__": _copied, "__getstate__": _refused}
        name = f"Parametrized{type(module).__name__}"
        module.__class__ = type(name, (type(module),), own)
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _property(tensor_name))
    module.parametrizations[tensor_name] = parts
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Return whether a module, or its tensor of a name, is parametrized."""
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make a parameter an ordinary one again.

    Args:
        module: a module, which is changed.
        tensor_name: its parameter.
        leave_parametrized: with the value that the parametrization gives; else with the original.

    Raises:
        ValueError: if it is not parametrized, or was made of several originals that are to stay.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    parts = module.parametrizations[tensor_name]
    if not parts.is_tensor and not leave_parametrized:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is "
            "parametrized in terms of a sequence of tensors."
        )
    original = parts.originals[0]
    if leave_parametrized:
        value = getattr(module, tensor_name)
        if parts.is_tensor:
            original.data = value.detach()
        else:
            original = Parameter(value.detach()) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if isinstance(original, Parameter):
        module.register_parameter(tensor_name, original)
    else:
        module.register_buffer(tensor_name, original)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type_before_parametrizations(module, True)
    return module


def type_before_parametrizations(module: Module, parametrized: bool | None = None) -> type:
    """Return the class that a module had before it was parametrized."""
    wanted = is_parametrized(module) if parametrized is None else parametrized
    return type(module).__bases__[0] if wanted else type(module)


# --- helpers --------------------------------------------------------------------------------------


def _property(name: str) -> property:
    def value(self: Module) -> Any:
        parts = self.parametrizations[name]
        if not _caching:
            return parts()
        key = (id(self), name)
        if key not in _cache:
            _cache[key] = parts()
        return _cache[key]

    def assign(self: Module, value: Any) -> None:
        self.parametrizations[name].right_inverse(value)

    return property(value, assign)


def _copied(self: Any, memo: dict[int, Any]) -> Any:
    twin = self.__new__(type(self))
    memo[id(self)] = twin
    twin.__dict__.update(copy.deepcopy(self.__dict__, memo))
    return twin


def _refused(self: Any) -> Any:
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict()."
    )


def _check_added(parametrization: Any, before: Any) -> None:
    after = parametrization(before)
    check_same("parametrization", after, before.shape, before.dtype)
    if hasattr(parametrization, "right_inverse"):
        try:
            back = parametrization.right_inverse(after)
        except NotImplementedError:
            return
        check_same("parametrization.right_inverse", back, before.shape, before.dtype)


def check_same(what: str, value: Any, shape: tuple[int, ...], dtype: Any) -> None:
    """Check that a value is a tensor of a shape and dtype.

    Raises:
        ValueError: if not.
    """
    if not isinstance(value, Tensor):
        raise ValueError(f"A {what} must return a tensor. Got {type(value).__name__}.")
    if value.dtype != dtype or value.shape != shape:
        raise ValueError(
            f"A {what} may not change shape or dtype, unless the `unsafe` flag is enabled, but "
            f"made {value.shape}, {value.dtype} of {shape}, {dtype}"
        )
