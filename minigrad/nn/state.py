"""The state of a module as a dictionary of tensors, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..autograd.ledger import ledger
from ..backend.device import device_of, place
from ..tensor import Tensor
from .parameter import Parameter, is_lazy


class IncompatibleKeys(NamedTuple):
    """What ``load_state_dict`` found missing in the state, and what nothing in the module wants."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )


def state_dict(
    module: Any, destination: dict[str, Any], prefix: str, keep_vars: bool
) -> dict[str, Any]:
    """Add a module's state to ``destination``: see ``Module.state_dict``."""
    for name, tensor, _ in _state(module, prefix):
        destination[name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()
    return destination


def _state(module: Any, prefix: str = "") -> list[tuple[str, Any, dict[str, Any]]]:
    """Return dotted name, tensor and register of all that makes up a module's state.

    Unlike ``named_parameters``, a shared tensor appears under each of its names.
    """
    found = []
    for path, part in module.named_modules(remove_duplicate=False):
        start = f"{prefix}{path}." if path else prefix
        for register in (part._parameters, part._buffers):
            for name, tensor in register.items():
                hidden = register is part._buffers and name in part._non_persistent
                if tensor is not None and not hidden:
                    found.append((start + name, tensor, register))
    return found


def load_state_dict(
    module: Any, state: Mapping[str, Any], strict: bool, assign: bool
) -> IncompatibleKeys:
    """Copy a state into a module: see ``Module.load_state_dict``."""
    if not isinstance(state, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state)}.")
    own = _state(module)
    names = {name for name, _, _ in own}
    missing = [name for name, _, _ in own if name not in state]
    unexpected = [name for name in state if name not in names]
    problems = []
    if strict and missing:
        problems.append(f"Missing key(s) in state_dict: {_quoted(missing)}. ")
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {_quoted(unexpected)}. ")
    for name, tensor, _ in own:
        if name in state:
            problems += _misfit(name, tensor, state[name])
    if problems:
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}:\n\t"
            + "\n\t".join(problems)
        )
    for name, tensor, register in own:
        if name in state and assign:
            register[name.rpartition(".")[2]] = _in_place_of(tensor, state[name])
        elif name in state:
            _copy_into(tensor, state[name])
    return IncompatibleKeys(missing, unexpected)


def _misfit(name: str, tensor: Any, value: Any) -> list[str]:
    """Return why a value cannot be loaded, if it cannot."""
    if not isinstance(value, Tensor):
        return [
            f'While copying the parameter named "{name}", expected a Tensor from checkpoint but '
            f"received {type(value)}"
        ]
    if not is_lazy(tensor) and value.shape != tensor.shape:
        return [
            f"size mismatch for {name}: copying a param with shape {value.shape} from checkpoint, "
            f"the shape in current model is {tensor.shape}."
        ]
    return []


def _copy_into(tensor: Any, value: Any) -> None:
    if is_lazy(value):
        return  # so is the tensor
    if is_lazy(tensor):
        tensor.materialize(value.shape)
    array = tensor._array
    array[...] = place(value._array, device_of(array))
    ledger.write(array)


def _in_place_of(tensor: Any, value: Any) -> Any:
    if isinstance(tensor, Parameter) and not isinstance(value, Parameter):
        return Parameter(value, tensor.requires_grad)
    return value


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
