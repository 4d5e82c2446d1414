"""Anomaly detection: stop where the first NaN of a backward pass appears, and say where.

``set_detect_anomaly`` replaces the class of backward passes by one that looks at what each rule
returns. While it is off, nothing is looked at, so it costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np

from . import engine
from .engine import Sweep
from .node import Node
from .traced import Traced

__all__ = [
    "detect_anomaly",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "set_detect_anomaly",
]


class CheckedSweep(Sweep):
    """A backward pass that raises at the first NaN."""

    def differentiate(self, node: Node, gradient: Any) -> Sequence[Any]:
        """Apply a node's rules and look at what they return.

        Raises:
            RuntimeError: if it contains NaN.
        """
        try:
            found = super().differentiate(node, gradient)
        except Exception as error:
            _explain(error, node)
            raise
        for position, result in enumerate(found):
            if result is not None and has_nan(result):
                arrived = gradient if isinstance(gradient, list | tuple) else [gradient]
                raise RuntimeError(_found(node, position, any(map(has_nan, arrived))))
        return found


class ExplainedSweep(CheckedSweep):
    """A backward pass whose errors name the line of the forward pass; NaN passes."""

    def differentiate(self, node: Node, gradient: Any) -> Sequence[Any]:
        """Apply a node's rules."""
        try:
            return Sweep.differentiate(self, node, gradient)
        except Exception as error:
            _explain(error, node)
            raise


def has_nan(gradient: Any) -> bool:
    """Return True if a gradient, a tensor or an array, contains NaN."""
    array = gradient._array if isinstance(gradient, Traced) else gradient
    return array is not None and bool(np.isnan(array).any())


def _explain(error: Exception, node: Node) -> None:
    """Add the line that recorded an operation to the message of an error in its rule."""
    where = node.where()
    if error.args and isinstance(error.args[0], str) and where not in error.args[0]:
        text = f"{error.args[0]}\nin the backward pass of {node.name()}, recorded at {where}"
        error.args = (text, *error.args[1:])


def _found(node: Node, position: int, arrived: bool) -> str:
    """Return the message about NaN in the gradient of an operand."""
    names = node.primitive.operands
    name = f"[{position}]" if node.primitive.variadic else names[position]
    text = (
        f"Function '{node.name()}' returned nan values in its {position}th output: "
        f"the gradient of {name!r} of the operation recorded at {node.where()}."
    )
    if arrived:
        text += (
            " The gradient that arrived there contained nan already: it came with the gradient "
            "given to backward, or from a hook."
        )
    return text


def is_anomaly_enabled() -> bool:
    """Return True while anomaly detection is on."""
    return engine.new_sweep is not Sweep


def is_anomaly_check_nan_enabled() -> bool:
    """Return True if anomaly detection looks for NaN (when it is on)."""
    return _State.check_nan


class _State:
    check_nan = True


class set_detect_anomaly:
    """Switch anomaly detection on or off: at once, and as a context manager until its end.

    With it a backward pass raises as soon as a rule returns NaN, and every error in a rule names
    the line that recorded the operation. It holds for all threads.

    Args:
        mode: on or off.
        check_nan: look for NaN; otherwise only errors are explained.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._outer = engine.new_sweep, _State.check_nan
        _State.check_nan = check_nan
        kind = CheckedSweep if check_nan else ExplainedSweep
        engine.new_sweep = kind if mode else Sweep

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        engine.new_sweep, _State.check_nan = self._outer


class detect_anomaly:
    """Detect anomalies inside: ``with detect_anomaly(): loss.backward()``.

    Args:
        check_nan: look for NaN; otherwise only errors are explained.

    Example:
        >>> import minigrad as mg
        >>> x = mg.zeros(2, requires_grad=True)
        >>> with mg.autograd.detect_anomaly():
        ...     (x.sqrt() * 0).sum().backward()
        Traceback (most recent call last):
            ...
        RuntimeError: Function 'SqrtBackward' returned nan values in its 0th output: ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan

    def __enter__(self) -> None:
        self._switch = set_detect_anomaly(True, self._check_nan)

    def __exit__(self, *error: Any) -> None:
        self._switch.__exit__(*error)
