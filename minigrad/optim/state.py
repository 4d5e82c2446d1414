"""What an optimizer remembers of its parameters: making it, saving it, loading it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..backend.arrays import as_array, namespace
from ..backend.device import device_of, place
from ..backend.dtypes import float32, float64, get_default_dtype, is_floating
from ..tensor import Tensor


def filled_like(param: Any, value: float = 0.0) -> Any:
    """Return a tensor of a parameter's shape, dtype and device, filled with ``value``.

    A complex parameter counts as a pair of real ones: both parts are filled.
    """
    array = param._array
    content = complex(value, value) if array.dtype.kind == "c" else value
    return Tensor._wrap(namespace(array).full(array.shape, content, array.dtype))


def number_dtype() -> Any:
    """Return the dtype of numbers in a state."""
    return float64 if get_default_dtype() == float64 else float32


def number(value: float) -> Any:
    """Return a number to remember: as in PyTorch a tensor on the CPU."""
    return Tensor(value, dtype=number_dtype())


def first_step() -> Any:
    """Return the number of steps done so far, none."""
    return number(0.0)


def next_step(state: dict[str, Any]) -> int:
    """Add one to a state's number of steps and return it."""
    state["step"]._array += 1
    return int(state["step"]._array)


def state_dict(optimizer: Any) -> dict[str, Any]:
    """Return state and settings: see ``Optimizer.state_dict``."""
    numbers: dict[Any, int] = {}
    groups = []
    for group in optimizer.param_groups:
        for param in group["params"]:
            numbers.setdefault(param, len(numbers))
        groups.append({**group, "params": [numbers[param] for param in group["params"]]})
    state = {numbers[param]: entries for param, entries in optimizer.state.items() if entries}
    return {"state": state, "param_groups": groups}


def load_state_dict(optimizer: Any, saved: dict[str, Any]) -> None:
    """Take over copies of state and settings: see ``Optimizer.load_state_dict``."""
    pairs = list(zip(optimizer.param_groups, saved["param_groups"]))
    if not len(pairs) == len(optimizer.param_groups) == len(saved["param_groups"]):
        raise ValueError("loaded state dict has a different number of parameter groups")
    if any(len(ours["params"]) != len(theirs["params"]) for ours, theirs in pairs):
        raise ValueError(
            "loaded state dict contains a parameter group that doesn't match the size of "
            "optimizer's group"
        )
    state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
    for ours, theirs in pairs:
        for param, number in zip(ours["params"], theirs["params"]):
            entries = saved["state"].get(number, {})
            state[param] = {name: _fitted(param, name, entries[name]) for name in entries}
    optimizer.state = state
    optimizer.param_groups = [
        {**optimizer.defaults, **_names(ours), **theirs, "params": ours["params"]}
        for ours, theirs in pairs
    ]


def _names(group: dict[str, Any]) -> dict[str, Any]:
    return {"param_names": group["param_names"]} if "param_names" in group else {}


def _fitted(param: Any, name: str, value: Any) -> Any:
    """Return a copy of a loaded value, in the dtype and on the device of its parameter."""
    if isinstance(value, list | tuple):
        return type(value)(_fitted(param, "", item) for item in value)
    if name == "step" and isinstance(value, int | float):  # as PyTorch saved it long ago
        return number(value)
    if not isinstance(value, Tensor):
        return value
    array = value._array.copy()
    if name == "step":  # a count, not a quantity of the parameter's kind
        return Tensor._wrap(as_array(place(array, "cpu")))
    if is_floating(param.dtype):
        array = array.astype(param.dtype, copy=False)
    return Tensor._wrap(place(array, device_of(param._array)))
