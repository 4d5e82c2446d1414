"""Optimizer: groups of parameters, their state, and the frame of a step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ..autograd.functional import clear_grad
from ..autograd.ledger import ledger
from ..autograd.modes import enable_grad
from ..tensor import Tensor
from .blocks import Block, Scratch, blocks, kind_of
from .groups import check_capturable, parameters_of
from .hooks import Hooked
from .state import load_state_dict, state_dict


class Optimizer(Hooked):
    """Base class of optimizers: a subclass says what state a parameter has and how it is updated.

    Args:
        params: tensors to train, or dictionaries ("parameter groups") with the tensors under
            "params" and settings of their own.
        defaults: settings of groups that do not give theirs.

    Attributes:
        param_groups: one dictionary of settings per group.
        state: a dictionary of tensors for each parameter.

    Raises:
        TypeError: if ``params`` is a tensor, a set, or contains something else than tensors.
        ValueError: for no parameters, non-leaf tensors, and parameters in several groups.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                "but got a Tensor"
            )
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        self.stepped = None
        self._scratch = Scratch()
        self._forget_hooks()
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    # --- what a subclass defines ------------------------------------------------------------

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        """Return the names of the state arrays that are shaped like the parameter."""
        return ()

    def _begin(self, state: dict[str, Any], param: Any, group: dict[str, Any]) -> Any:
        """Prepare a parameter's state for this step.

        Returns:
            What distinguishes its update from that of others in the group, such as the step
            number; parameters for which this is equal are updated together.
        """

    def _update(self, block: Block, group: dict[str, Any], key: Any) -> None:
        """Update one block in place: the rule itself."""
        raise NotImplementedError(f"{type(self).__name__} does not define _update")

    # --- a step -----------------------------------------------------------------------------

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update all parameters that have a gradient.

        Args:
            closure: evaluates the model anew, calls ``backward`` and returns the loss.

        Returns:
            What the closure returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._step_group(group)
        return loss

    def _step_group(self, group: dict[str, Any]) -> None:
        check_capturable(group)
        names = self._state_names(group)
        batches: dict[Any, list[Any]] = {}
        for param in group["params"]:
            if param.grad_ is None:
                continue
            state = self.state[param]
            key = self._begin(state, param, group)
            array = param._array
            row = (array, param.grad_._array, *[state[name]._array for name in names])
            batches.setdefault((key, *kind_of(array)), []).append(row)
        for (key, *_), rows in batches.items():
            for block in blocks(rows, self._scratch):
                self._update(block, group, key)
            for row in rows:
                ledger.write(row[0])

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or overwrite them with zeros."""
        for group in self.param_groups:
            for param in group["params"]:
                clear_grad(param, set_to_none)

    # --- groups -------------------------------------------------------------------------------

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group of parameters, for example layers that are unfrozen during training.

        Raises:
            TypeError, ValueError: as the constructor.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params, names = parameters_of(param_group["params"])
        group = {**self.defaults, **param_group, "params": params}
        if names:
            group["param_names"] = names
        if any(("param_names" in other) != bool(names) for other in self.param_groups):
            raise ValueError(
                "all optimizer param groups should be with/without names. cannot add param group "
                f"{'with' if names else 'without'} names to the optimizer"
            )
        taken = {param for other in self.param_groups for param in other["params"]}
        if not taken.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(group)

    # --- state --------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return state and settings, in PyTorch's format: parameters are numbered.

        The tensors are the optimizer's own, not copies.
        """
        for hook in tuple(self._hooks["state_dict_pre"].values()):
            hook(self)
        return self._called("state_dict_post", state_dict(self))  # type: ignore[no-any-return]

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over copies of a state, in the dtype and on the device of the parameters.

        Raises:
            ValueError: if the groups differ in number or size.
        """
        load_state_dict(self, self._called("load_state_dict_pre", {**state_dict}))
        for hook in tuple(self._hooks["load_state_dict_post"].values()):
            hook(self)

    def __getstate__(self) -> dict[str, Any]:
        # Scratch memory is not worth saving, and hooks are often functions that cannot be.
        left_out = ("_scratch", "_hooks")
        return {name: value for name, value in self.__dict__.items() if name not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._scratch = Scratch()
        self._forget_hooks()

    def __repr__(self) -> str:
        groups = []
        for number, group in enumerate(self.param_groups):
            settings = [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
            groups.append("\n".join([f"Parameter Group {number}", *settings]))
        return f"{type(self).__name__} (\n" + "\n\n".join(groups) + "\n)"
