"""The tree that modules form: registers of named parts, and walks over them.

A module sorts what is assigned to it. Parameters, buffers (tensors that are state but are not
trained) and child modules go into a register each; everything else is a plain attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from ..tensor import Tensor
from .parameter import Buffer, Parameter

T = TypeVar("T", bound="Tree")


class Tree:
    """A node of the tree: named parameters, buffers and children. ``Module`` derives from it."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]
    _non_persistent: set[str]

    # --- registers ------------------------------------------------------------------------

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter, or None to keep the name for one.

        Raises:
            AttributeError: before ``Module.__init__``.
            KeyError: for a name that is taken, empty or contains a dot.
            TypeError: if ``param`` is no Parameter or ``name`` no string.
        """
        register = self._checked(name, param, "parameter", Parameter)
        if param is not None and param._node is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be "
                f"created explicitly. To express '{name}' as a function of another Tensor, "
                "compute the value in the forward() method."
            )
        register[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a buffer: state that is not trained, such as running statistics.

        Args:
            name: the attribute's name.
            tensor: the values; None to keep the name for them.
            persistent: whether ``state_dict`` contains it.

        Raises:
            AttributeError, KeyError, TypeError: as ``register_parameter``.
        """
        self._checked(name, tensor, "buffer", Tensor)[name] = tensor
        if persistent:
            self._non_persistent.discard(name)
        else:
            self._non_persistent.add(name)

    def add_module(self, name: str, module: Any) -> None:
        """Add a child module.

        Raises:
            AttributeError, KeyError, TypeError: as ``register_parameter``.
        """
        self._checked(name, module, "module", Tree)[name] = module

    def register_module(self, name: str, module: Any) -> None:
        """Alias of ``add_module``."""
        self.add_module(name, module)

    def _checked(self, name: str, value: Any, what: str, kind: type) -> dict[str, Any]:
        """Return the register for a kind of part, if ``value`` may go into it as ``name``."""
        register: dict[str, Any] | None = self.__dict__.get(f"_{what}s")
        if register is None:
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        if value is not None and not isinstance(value, kind):
            if kind is Tree:
                raise TypeError(f"{_name_of(value)} is not a Module subclass")
            raise TypeError(
                f"cannot assign '{_name_of(value)}' object to {what} '{name}' "
                f"({kind.__name__} or None required)"
            )
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {type(name).__name__}")
        if "." in name:
            raise KeyError(f'{what} name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        if hasattr(self, name) and name not in register:
            raise KeyError(f"attribute '{name}' already exists")
        return register

    # --- attributes -----------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            self._move_to("_parameters", name)
            self.register_parameter(name, value)
        elif isinstance(value, Buffer) and name not in self.__dict__.get("_parameters", ()):
            self._move_to("_buffers", name)
            self.register_buffer(name, value, value.persistent)
        elif isinstance(value, Tree) and name not in self.__dict__.get("_parameters", ()):
            self._move_to("_modules", name)
            self.add_module(name, value)
        else:
            for register, kind in _KINDS.items():
                held = self.__dict__.get(register)
                if held is not None and name in held:
                    if value is not None and not (register == "_buffers" and _is_tensor(value)):
                        raise TypeError(
                            f"cannot assign '{_name_of(value)}' as {kind} '{name}' "
                            f"({_EXPECTED[register]} or None expected)"
                        )
                    held[name] = value
                    return
            object.__setattr__(self, name, value)

    def _move_to(self, register: str, name: str) -> None:
        """Make way for a part: a name belongs to one register, or is a plain attribute."""
        if register not in self.__dict__:
            what = "module" if register == "_modules" else "parameters"
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        self.__dict__.pop(name, None)
        for other in _KINDS:
            if other != register:
                self.__dict__[other].pop(name, None)
        self._non_persistent.discard(name)

    def __getattr__(self, name: str) -> Any:
        # Called only for names that are no plain attributes.
        for register in _KINDS:
            held = self.__dict__.get(register)
            if held is not None and name in held:
                return held[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        for register in _KINDS:
            if name in self.__dict__[register]:
                del self.__dict__[register][name]
                self._non_persistent.discard(name)
                return
        if name not in self.__dict__:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = {*super().__dir__(), *self._parameters, *self._buffers, *self._modules}
        return sorted(name for name in names if not name[0].isdigit())  # "0" is no attribute

    # --- walks ----------------------------------------------------------------------------

    def named_modules(
        self: T, memo: set[T] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, T]]:
        """Yield this module and all below it with their dotted names, parents first."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, _join(prefix, name), remove_duplicate)

    def modules(self: T, remove_duplicate: bool = True) -> Iterator[T]:
        """Yield this module and all below it; a shared one once."""
        named = self.named_modules(remove_duplicate=remove_duplicate)
        return (module for _, module in named)

    def named_children(self: T) -> Iterator[tuple[str, T]]:
        """Yield the modules directly below this one with their names."""
        seen = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def children(self: T) -> Iterator[T]:
        """Yield the modules directly below this one."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield the parameters with their dotted names; a shared one once, under its first name."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Yield the parameters, as optimizers want them."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Yield the buffers with their dotted names; a shared one once, under its first name."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Yield the buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(
        self, register: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        for path, module in modules if recurse else [(prefix, self)]:
            for name, part in module.__dict__[register].items():
                if part is None or id(part) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(part))
                yield _join(path, name), part

    # --- parts by name --------------------------------------------------------------------

    def get_submodule(self, target: str) -> Any:
        """Return the module with a dotted name; this one for the empty name.

        Raises:
            AttributeError: if there is none.
        """
        module = self
        for name in target.split(".") if target else ():
            module = module._part(name)
            if not isinstance(module, Tree):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return module

    def set_submodule(self, target: str, module: Any, strict: bool = False) -> None:
        """Put a module where a dotted name says; with ``strict``, in the place of another.

        Raises:
            ValueError: for an empty name, and for what is no module.
            AttributeError: if there is none to put it into, or to replace.
        """
        if not target:
            raise ValueError("Cannot set the submodule without a target name!")
        if not isinstance(module, Tree):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict:
            parent._part(name)
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """Return the parameter with a dotted name.

        Raises:
            AttributeError: if there is none.
        """
        path, _, name = target.rpartition(".")
        parameter = self.get_submodule(path)._part(name)
        if not isinstance(parameter, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return parameter

    def get_buffer(self, target: str) -> Tensor:
        """Return the buffer with a dotted name.

        Raises:
            AttributeError: if there is none.
        """
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        buffer: Tensor = module._part(name)
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return buffer

    def _part(self, name: str) -> Any:
        if not hasattr(self, name):
            raise AttributeError(f"{type(self).__name__} has no attribute `{name}`")
        return getattr(self, name)


_KINDS = {"_parameters": "parameter", "_buffers": "buffer", "_modules": "child module"}
_EXPECTED = {"_parameters": "nn.Parameter", "_buffers": "Tensor", "_modules": "nn.Module"}


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name_of(value: Any) -> str:
    """Return what to call a value of a wrong type in an error: a class by its own name."""
    return (value if isinstance(value, type) else type(value)).__name__
