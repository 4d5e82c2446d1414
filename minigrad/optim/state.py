"""What an optimizer remembers of its parameters: making it, saving it, loading it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..backend.arrays import as_array, namespace
from ..backend.device import device_of, place
from ..backend.dtypes import float32, is_floating
from ..tensor import Tensor


def filled_like(param: Any, value: float = 0.0) -> Any:
    """Return a tensor of a parameter's shape, dtype and device, filled with ``value``."""
    array = param._array
    return Tensor._wrap(namespace(array).full(array.shape, value, array.dtype))


def first_step() -> Any:
    """Return the number of steps done so far, none: a float32 tensor on the CPU, as in PyTorch."""
    return Tensor(0.0, dtype=float32)


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
        {**optimizer.defaults, **theirs, "params": ours["params"]} for ours, theirs in pairs
    ]


def _fitted(param: Any, name: str, value: Any) -> Any:
    """Return a copy of a loaded value, in the dtype and on the device of its parameter."""
    if not isinstance(value, Tensor):
        return value
    array = value._array.copy()
    if name == "step":  # a count, not a quantity of the parameter's kind
        return Tensor._wrap(as_array(place(array, "cpu")))
    if is_floating(param.dtype):
        array = array.astype(param.dtype, copy=False)
    return Tensor._wrap(place(array, device_of(param._array)))
