"""Module: a function with parameters, made of smaller modules."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from ..autograd.functional import clear_grad
from ..autograd.hooks import RemovableHandle
from . import state
from .calling import Hooks, call_with_hooks
from .conversion import Conversion
from .state_hooks import StateHooks
from .text import module_text
from .tree import Tree

M = TypeVar("M", bound="Module")


class Module(Tree, StateHooks):
    """Base class of all layers and models: a subclass defines ``__init__`` and ``forward``.

    Attributes:
        training: True in training mode; dropout and batch norm ask for it.

    Example:
        >>> import minigrad as mg
        >>> class Line(mg.nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.slope = mg.nn.Parameter(mg.tensor(2.0))
        ...
        ...     def forward(self, x):
        ...         return self.slope * x
        >>> line = Line()
        >>> line(mg.tensor(3.0)).item()
        6.0
        >>> [name for name, _ in line.named_parameters()]
        ['slope']
    """

    training: bool
    _hooks: Hooks | None
    # The version of the state this class writes, and the entries that came later than the first.
    _version: int = 1
    _state_since: Mapping[str, int] = MappingProxyType({})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args:
            raise TypeError(
                f"{type(self).__name__}.__init__() takes 1 positional argument but "
                f"{len(args) + 1} were given"
            )
        if kwargs:
            raise TypeError(
                f"{type(self).__name__}.__init__() got an unexpected keyword argument "
                f"'{next(iter(kwargs))}'"
            )
        # Past __setattr__, which needs the registers.
        self.__dict__.update(
            training=True,
            _parameters={},
            _buffers={},
            _modules={},
            _non_persistent=set(),
            _hooks=None,
        )

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        state.set_state(self, attributes)

    # --- calling --------------------------------------------------------------------------

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output from the input: every subclass defines it.

        Raises:
            NotImplementedError: if the subclass does not.
        """
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call ``forward``, with the module's hooks around it."""
        if self._hooks is None:
            return self.forward(*args, **kwargs)
        return call_with_hooks(self, self._hooks, args, kwargs)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before every ``forward``; it may return other arguments.

        With ``with_kwargs`` it is called as ``hook(module, args, kwargs)`` and returns both.
        """
        return self._own_hooks().add("before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after every ``forward``; it may replace the output.

        With ``with_kwargs`` it is called as ``hook(module, args, kwargs, output)``; with
        ``always_call`` also if ``forward`` raises an error, with None as the output.
        """
        return self._own_hooks().add("after", hook, prepend, with_kwargs, always_call)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Alias of ``register_full_backward_hook``, under the name it had in old programs."""
        return self.register_full_backward_hook(hook)

    def register_full_backward_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` when the gradients of the outputs are known.

        It may return other gradients, a tuple, to go on with.
        """
        return self._own_hooks().add("backward_before", hook, prepend, False)

    def register_full_backward_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` when the gradients of both are known.

        Both are tuples, with None for arguments that are no tensors or need no gradient. It may
        return other gradients of the inputs, a tuple, to go on with.
        """
        return self._own_hooks().add("backward_after", hook, prepend, False)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks

    # --- training -------------------------------------------------------------------------

    def train(self: M, mode: bool = True) -> M:
        """Switch to training: dropout drops, batch norm uses and collects batch statistics.

        Raises:
            ValueError: if ``mode`` is not a bool.
        """
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self: M) -> M:
        """Switch to evaluation, the opposite of ``train``."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Say for all parameters whether they are to be trained."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or overwrite them with zeros."""
        for parameter in self.parameters():
            clear_grad(parameter, set_to_none)

    def apply(self: M, fn: Callable[[Module], None]) -> M:
        """Call ``fn`` on every module below this one and at last on this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # --- dtype and device -----------------------------------------------------------------

    def to(self: M, *args: Any, **kwargs: Any) -> M:
        """Convert all parameters and buffers in place and return the module.

        ``to(device)``, ``to(dtype)``, ``to(device, dtype)`` or ``to(tensor)``; the dtype concerns
        floating-point tensors only.

        Raises:
            TypeError: for a dtype that is not floating-point.
            DeviceError: for a device that cannot be used.
        """
        return self._convert(Conversion.from_arguments(*args, **kwargs))

    def float(self: M) -> M:
        """Convert floating-point parameters and buffers to float32."""
        return self._convert(Conversion(dtype="float32"))

    def double(self: M) -> M:
        """Convert floating-point parameters and buffers to float64."""
        return self._convert(Conversion(dtype="float64"))

    def half(self: M) -> M:
        """Convert floating-point parameters and buffers to float16."""
        return self._convert(Conversion(dtype="float16"))

    def type(self: M, dst_type: Any) -> M:
        """Convert all parameters and buffers to a dtype, integers too."""
        return self._convert(Conversion(dtype=getattr(dst_type, "dtype", dst_type), all_kinds=True))

    def to_empty(self: M, *, device: Any, recurse: bool = True) -> M:
        """Move all parameters and buffers to a device, with any values."""
        return self._convert(Conversion(device=device), recurse)

    def share_memory(self: M) -> M:
        """Return the module: a process that is forked has its own copy of the memory."""
        return self

    def cpu(self: M) -> M:
        """Move all parameters and buffers to the CPU."""
        return self._convert(Conversion(device="cpu"))

    def cuda(self: M, device: Any = None) -> M:
        """Move all parameters and buffers to a GPU: the current one, or that of a number.

        Raises:
            DeviceError: if there is none.
        """
        wanted = f"cuda:{device}" if isinstance(device, int) else device
        return self._convert(Conversion(device=wanted or "cuda"))

    def _convert(self: M, conversion: Conversion, recurse: bool = True) -> M:
        for parameter in self.parameters(recurse):
            conversion.parameter_(parameter)
        for module in self.modules() if recurse else (self,):
            for name, buffer in module._buffers.items():
                if buffer is not None:
                    module._buffers[name] = conversion.buffer(buffer)
        return self

    # --- state ----------------------------------------------------------------------------

    def state_dict(
        self,
        *,
        destination: dict[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Any]:
        """Return all parameters and persistent buffers by their dotted names.

        The tensors share memory with the module's; with ``keep_vars`` they are the module's own.
        """
        found = OrderedDict() if destination is None else destination
        return state.state_dict(self, found, prefix, keep_vars)

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> state.IncompatibleKeys:
        """Copy the values of a ``state_dict`` into this module.

        All entries are checked first: on an error nothing has changed.

        Args:
            state_dict: tensors by dotted name.
            strict: missing and unexpected names are errors.
            assign: put the tensors themselves in place of the module's, instead of copying.

        Returns:
            The missing and the unexpected names.

        Raises:
            RuntimeError: listing all that does not fit.
            TypeError: if ``state_dict`` is no mapping.
        """
        return state.load_state_dict(self, state_dict, strict, assign)

    # --- text -----------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """Return what to show between the parentheses: the layer's own settings."""
        return ""

    def __repr__(self) -> str:
        parts = [(name, repr(child)) for name, child in self._modules.items()]
        return module_text(type(self).__name__, self.extra_repr(), parts)
