"""The state of a module as a dictionary of tensors, and back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..autograd.ledger import ledger
from ..backend.device import device_of, place
from ..tensor import Tensor
from .parameter import Parameter, is_lazy
from .state_hooks import EXTRA


class IncompatibleKeys(NamedTuple):
    """What ``load_state_dict`` found missing in the state, and what nothing in the module wants."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"_IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )


def state_dict(
    module: Any, destination: dict[str, Any], prefix: str, keep_vars: bool
) -> dict[str, Any]:
    """Add a module's state to ``destination``: see ``Module.state_dict``."""
    module._call_state_hooks("state_before", prefix, keep_vars)
    metadata = {"version": module._version}
    if isinstance(destination, OrderedDict):  # it alone can carry them
        versions = destination.__dict__.setdefault("_metadata", OrderedDict())
        versions[prefix.removesuffix(".")] = metadata
    for name, tensor, _ in _own(module, prefix):
        destination[name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()
    if module._gives_extra_state():
        destination[prefix + EXTRA] = module.get_extra_state()
    for name, child in module._modules.items():
        if child is not None:
            start = f"{prefix}{name}."
            child.state_dict(destination=destination, prefix=start, keep_vars=keep_vars)
    module._call_state_hooks("state_after", destination, prefix, metadata)
    return destination


Entries = list[tuple[str, Any, dict[str, Any]]]


def _own(module: Any, prefix: str) -> Entries:
    """Return dotted name, tensor and register of a module's own state, without its children's."""
    found = []
    for register in (module._parameters, module._buffers):
        for name, tensor in register.items():
            hidden = register is module._buffers and name in module._non_persistent
            if tensor is not None and not hidden:
                found.append((prefix + name, tensor, register))
    return found


def _parts(module: Any) -> list[tuple[str, Any]]:
    """Return the module and all below it with the prefixes of their names."""
    modules = module.named_modules(remove_duplicate=False)
    return [(f"{path}." if path else "", part) for path, part in modules]


def _state(module: Any) -> Entries:
    """Return dotted name, tensor and register of all that makes up a module's state.

    Unlike ``named_parameters``, a shared tensor appears under each of its names.
    """
    return [entry for prefix, part in _parts(module) for entry in _own(part, prefix)]


def load_state_dict(
    module: Any, state: Mapping[str, Any], strict: bool, assign: bool
) -> IncompatibleKeys:
    """Copy a state into a module: see ``Module.load_state_dict``."""
    if not isinstance(state, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state)}.")
    versions = getattr(state, "_metadata", {})
    state = OrderedDict(state)
    found = IncompatibleKeys([], [])
    problems: list[str] = []
    for prefix, part in _parts(module):
        metadata = versions.get(prefix.removesuffix("."), {})
        part._call_state_hooks("load_before", state, prefix, metadata, strict, *found, problems)
    own = _state(module)
    extra = {prefix + EXTRA: part for prefix, part in _parts(module) if part._takes_extra_state()}
    names = [*(name for name, _, _ in own), *extra]
    excused = _excused(module, versions)
    found.missing_keys.extend(n for n in names if n not in state and n not in excused)
    found.unexpected_keys.extend(name for name in state if name not in {*names})
    for name, tensor, _ in own:
        if name in state:
            problems += _misfit(name, tensor, state[name])
    for _, part in reversed(_parts(module)):
        part._call_state_hooks("load_after", found)
    _raise_if_any([*(_misnamed(found) if strict else ()), *problems], module)
    for name, tensor, register in own:
        if name in state and assign:
            register[name.rpartition(".")[2]] = _in_place_of(tensor, state[name])
        elif name in state:
            _copy_into(tensor, state[name])
    for name, part in extra.items():
        if name in state:
            part.set_extra_state(state[name])
    return found


def _misnamed(found: IncompatibleKeys) -> list[str]:
    """Return what to say of names that are missing, or that nothing wants."""
    named = (("Missing", found.missing_keys), ("Unexpected", found.unexpected_keys))
    return [f"{what} key(s) in state_dict: {_quoted(names)}. " for what, names in named if names]


def _raise_if_any(problems: list[str], module: Any) -> None:
    if problems:
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}:\n\t"
            + "\n\t".join(problems)
        )


def _excused(module: Any, versions: Mapping[str, Any]) -> set[str]:
    """Return the names that the state may lack: it was saved before its module had them."""
    return {
        f"{path}.{name}" if path else name
        for path, part in module.named_modules(remove_duplicate=False)
        for name, since in part._state_since.items()
        if versions.get(path, {}).get("version", 1) < since
    }


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


def set_state(module: Any, state: dict[str, Any]) -> None:
    """Fill a module that is being unpickled, also one that PyTorch wrote: it has other registers.

    Raises:
        RuntimeError: if a module of PyTorch's has hooks, which are functions of its own tensors.
    """
    if "_non_persistent_buffers_set" in state:
        hooks = {name: value for name, value in state.items() if "_hook" in name}
        kept = sorted(name for name, value in hooks.items() if isinstance(value, dict) and value)
        if kept:
            raise RuntimeError(f"{type(module).__name__}: cannot take over hooks: {kept}")
        state = {name: value for name, value in state.items() if name not in hooks}
        state["_non_persistent"] = state.pop("_non_persistent_buffers_set")
        state["_hooks"] = None
    module.__dict__.update(state)


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
