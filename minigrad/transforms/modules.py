"""Modules as functions of their parameters."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..nn.module import Module
from ..ops.shaping.joining import stack
from ..tensor import Tensor


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with the given tensors in place of its parameters and buffers.

    Args:
        module: the module; it is the same again afterwards.
        parameter_and_buffer_dicts: tensors by dotted name, or several such dicts. What is not
            named is the module's own.
        args: the argument of the call, or a tuple of them.
        kwargs: its keyword arguments.
        tie_weights: a tensor for one name of a shared parameter holds for its other names.
        strict: every parameter and buffer must be given, and nothing else.

    Raises:
        RuntimeError: for names that are missing or unexpected, if ``strict``.
        ValueError: for a name in several dicts, two tensors for a shared parameter, or no dicts.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.nn.Linear(2, 1)
        >>> given = {"weight": mg.tensor([[1.0, 2.0]]), "bias": mg.tensor([3.0])}
        >>> mg.transforms.functional_call(layer, given, mg.ones(2))
        tensor([6.])
    """
    given = _merged(parameter_and_buffer_dicts)
    with _replaced(module, given, tie_weights, strict):
        arguments = () if args is None else args if isinstance(args, tuple) else (args,)
        return module(*arguments, **(kwargs or {}))


def stack_module_state(
    models: Sequence[Module],
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return the parameters and the buffers of modules of one class, stacked: an ensemble.

    ``vmap`` over ``functional_call`` then computes all of them at once.

    Raises:
        RuntimeError: for no models, or models of different classes or modes.
    """
    models = list(models.children()) if isinstance(models, Module) else list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({model.training for model in models}) > 1:
        raise RuntimeError(
            "stack_module_state: Expected all models to have the same training/eval mode."
        )
    if len(set(map(type, models))) > 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    parameters = [dict(model.named_parameters()) for model in models]
    buffers = [dict(model.named_buffers()) for model in models]
    return _stacked(parameters), _stacked(buffers)


def _stacked(states: list[dict[str, Any]]) -> dict[str, Tensor]:
    return {name: _leaf(name, [state[name] for state in states]) for name in states[0]}


def _leaf(name: str, tensors: list[Any]) -> Tensor:
    trained = {tensor.requires_grad for tensor in tensors}
    if len(trained) > 1:
        raise RuntimeError(f"Expected {name} from each model to have the same .requires_grad")
    result: Tensor = stack(tensors).detach()
    return result.requires_grad_() if trained == {True} else result


# --- putting tensors into modules ---------------------------------------------------------------


def _merged(dicts: Any) -> dict[str, Any]:
    if isinstance(dicts, Mapping):
        return dict(dicts)
    if not isinstance(dicts, Sequence) or isinstance(dicts, str):
        raise ValueError(
            "Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got "
            f"{type(dicts)}"
        )
    merged: dict[str, Any] = {}
    for given in dicts:
        if not isinstance(given, Mapping):
            raise ValueError(
                "Expected all elements of parameter_and_buffer_dicts to be dictionaries"
            )
        repeated = sorted(merged.keys() & given)
        if repeated:
            raise ValueError(
                f"{repeated} appeared in multiple dictionaries; behavior of functional call is "
                "ambiguous"
            )
        merged.update(given)
    return merged


@contextlib.contextmanager
def _replaced(
    module: Module, given: dict[str, Any], tie_weights: bool, strict: bool
) -> Iterator[None]:
    places = _places(module)
    unexpected, missing = sorted(given.keys() - places), sorted(places.keys() - given)
    if tie_weights:
        given = _tied(places, given)
        missing = sorted(places.keys() - given)
    if strict and (unexpected or missing):
        raise RuntimeError(
            "Error(s) in functional_call for "
            f"{type(module).__name__}: unexpected key(s): {unexpected}, missing key(s): {missing}"
        )
    held = []
    try:
        for name, tensor in given.items():
            if name not in places:
                continue
            register, key = places[name]
            held.append((register, key, register[key]))
            register[key] = tensor
        yield
    finally:
        for register, key, tensor in held:
            register[key] = tensor


def _places(module: Module) -> dict[str, tuple[dict[str, Any], str]]:
    """Return where each parameter and buffer is kept, by dotted name; shared ones by each name."""
    places = {}
    for prefix, part in module.named_modules(remove_duplicate=False):
        for register in (part._parameters, part._buffers):
            for key, tensor in register.items():
                if tensor is not None:
                    places[f"{prefix}.{key}" if prefix else key] = (register, key)
    return places


def _tied(places: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the tensors given, also by the other names of what is shared."""
    names: dict[int, list[str]] = {}
    for name, (register, key) in places.items():
        names.setdefault(id(register[key]), []).append(name)
    result = dict(given)
    for shared in names.values():
        tensors = {id(given[name]): given[name] for name in shared if name in given}
        if len(tensors) > 1:
            raise ValueError(
                "functional_call got multiple values for keys "
                f"{sorted(set(shared) & given.keys())}, which are tied. Consider using "
                "tie_weights=False"
            )
        for tensor in tensors.values():
            result.update(dict.fromkeys(shared, tensor))
    return result
