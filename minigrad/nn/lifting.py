"""Functions lifted to modules.

Many layers only remember the settings of a function. Such a module takes them under the names and
with the defaults of the function's own signature, so that nothing is written down twice:

    class LeakyReLU(Lifted, function=F.leaky_relu):
        ...

    LeakyReLU(negative_slope=0.2)(x)    is    F.leaky_relu(x, negative_slope=0.2)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..tensor import Tensor
from .module import Module


class Lifted(Module):
    """A function as a module.

    Class arguments:
        function: the function.
        inputs: how many tensors it is called with; its other parameters are settings.
        settings: their order in the constructor, if it is another than the function's.
        shown: those that the module's text names; all by default.

    Attributes:
        _function, _settings, _shown: the same.
        _signature: that of the constructor.
    """

    _function: Callable[..., Any]
    _signature: inspect.Signature
    _settings: tuple[str, ...] = ()
    _shown: tuple[str, ...] = ()

    def __init_subclass__(
        cls,
        function: Callable[..., Any] | None = None,
        inputs: int = 1,
        settings: tuple[str, ...] | None = None,
        shown: tuple[str, ...] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if function is None:  # a user's subclass of a layer
            return
        parameters = inspect.signature(function).parameters
        names = tuple(parameters)[inputs:] if settings is None else settings
        cls._function = staticmethod(function)
        cls._settings = names
        cls._shown = names if shown is None else shown
        cls._signature = inspect.Signature([parameters[name] for name in names])
        cls.__signature__ = cls._signature  # type: ignore[attr-defined] # for help()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        given = self._signature.bind(*args, **kwargs)
        given.apply_defaults()
        for name, value in given.arguments.items():
            self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        if isinstance(value, Tensor):
            self.register_buffer(name, value)
        else:
            self.__dict__[name] = value

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """Return the function of the inputs, which may be named: ``loss(input=x, target=y)``."""
        settings = {name: getattr(self, name) for name in self._settings}
        return self._function(*inputs, **named, **settings)

    def extra_repr(self) -> str:
        """Return the settings; ``inplace`` only if it is on."""
        pairs = ((name, getattr(self, name)) for name in self._shown)
        return ", ".join(f"{n}={v!r}" for n, v in pairs if n != "inplace" or v)
