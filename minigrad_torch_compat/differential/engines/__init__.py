"""Frameworks that can be compared: minigrad, PyTorch, NumPy, and what adapters make of others.

An adapter for a framework is a class with a few short methods::

    class JaxEngine(Engine):
        name = "jax"

        def tensor(self, array, requires_grad=False):
            return jnp.asarray(array)

        def array(self, value):
            return np.asarray(value)

        def gradients(self, call, weights):
            _, pull = jax.vjp(lambda *args: call.function(*args, **call.kwargs), *call.args)
            return list(map(np.asarray, pull(jnp.asarray(weights[0]))))
"""

from __future__ import annotations

from typing import Any

from .base import Call, Engine, TapeEngine
from .with_numpy import Layer, NumpyEngine, Pair

__all__ = ["Call", "Engine", "Layer", "NumpyEngine", "Pair", "TapeEngine", "engine", "engine_of"]

_known: dict[str, Engine] = {"numpy": NumpyEngine()}


def engine(which: Any) -> Engine:
    """Return an engine by name ("minigrad", "torch", "numpy"), or the one given.

    Frameworks are imported when first asked for.

    Raises:
        ImportError: if the framework is not installed.
        ValueError: for another name.
    """
    if isinstance(which, Engine):
        return which
    if isinstance(which, type) and issubclass(which, Engine):
        return which()
    if which not in _known:
        if which == "minigrad":
            from .with_minigrad import MinigradEngine

            _known[which] = MinigradEngine()
        elif which == "torch":
            from .with_torch import TorchEngine

            _known[which] = TorchEngine()
        else:
            raise ValueError(
                f"unknown engine {which!r}: expected minigrad, torch, numpy, or an adapter"
            )
    return _known[which]


def engine_of(function: Any, otherwise: str) -> Engine:
    """Return the engine that a function seems to belong to.

    Pairs ``(f, vjp)`` and objects with forward/backward are NumPy's; otherwise the module that
    defines the function decides.
    """
    if isinstance(function, tuple | Pair) or (
        hasattr(function, "forward") and hasattr(function, "backward")
    ):
        return engine("numpy")
    module = getattr(function, "__module__", None) or type(function).__module__
    root = module.split(".")[0]
    return engine(root if root in ("minigrad", "torch", "numpy") else otherwise)
