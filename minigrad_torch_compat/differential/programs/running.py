"""Running a program on minigrad and PyTorch in lock-step, line by line."""

from __future__ import annotations

import inspect
import textwrap
import warnings
from typing import Any

import numpy as np
import torch

import minigrad as mg

from ..examination import Disagreement
from ..literals import literal

ENGINES = (mg, torch)
_SCRIPT = '''"""Where minigrad and PyTorch differ: {title}."""

from contextlib import suppress
from typing import Any

import minigrad as mg
import torch

{helpers}

def program(t):
{lines}


for library in (mg, torch):
    try:
        print(library.__name__, program(library))
    except Exception as error:
        print(library.__name__, type(error).__name__, error)
'''


def derivatives(t: Any, tensor: Any, leaves: Any, order: int) -> Any:
    """Gradients of a weighted sum; gradients of a weighted sum of those; and so on."""
    found, wanted = [], [tensor]
    for left in reversed(range(order)):
        total = t.zeros((), dtype=t.float64)
        for part in wanted:
            flat = part.reshape(-1)
            total = total + (flat * t.arange(1, len(flat) + 1, dtype=t.float64).cos()).sum()
        gradients = [t.zeros_like(leaf) for leaf in leaves]
        if total.requires_grad:
            gradients = t.autograd.grad(
                total, leaves, retain_graph=True, create_graph=left > 0, materialize_grads=True
            )
        found.append([gradient.detach() for gradient in gradients])
        wanted = [gradient for gradient in gradients if gradient.requires_grad]
    return found


def places(tensor: Any) -> Any:
    """Return the values of a tensor, and what it is in the graph."""
    return [tensor.detach(), tensor.requires_grad, tensor.is_leaf]


class Lockstep:
    """A program that grows, and the tensors it has made on both engines.

    Attributes:
        lines: the program.
        shapes: of its tensors that may be used, by name.
        leaves: names of the tensors that gradients are asked for.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.leaves: list[str] = []
        self.spaces: list[dict[str, Any]] = [
            {"t": library, "derivatives": derivatives, "places": places} for library in ENGINES
        ]
        self.count = 0

    # --- lines ----------------------------------------------------------------------------

    def leaf(self, values: Any, requires_grad: bool) -> str:
        """Make a tensor of given numbers."""
        made = literal(np.asarray(values).tolist())
        name = self.let(f"t.tensor({made}, dtype=t.float64, requires_grad={requires_grad})")
        assert name is not None
        return name

    def let(self, expression: str, recorded: bool = True) -> str | None:
        """Name the value of an expression; None if both engines refuse, or if it is too large."""
        name = f"v{self.count}"
        self.count += 1
        if not self.run(f"{name} = {expression}", recorded):
            return None
        tensor = self.spaces[1][name]
        self.observe(f"places({name})")
        if tensor.requires_grad and tensor.is_leaf:
            self.leaves.append(name)
        if tensor.numel() > 64 or not bool((tensor.detach().abs() < 1e3).all()):
            return None  # further on, digits would be lost that are then compared
        self.shapes[name] = tuple(tensor.shape)
        return name

    def run(self, line: str, recorded: bool = True) -> bool:
        """Execute a statement on both; return False if both refuse it, for the same reason."""
        if not recorded:
            line = f"with t.no_grad(): {line}"
        self.lines.append(line)
        refused = [_outcome(exec, line, space) for space in self.spaces]
        if not self.alike(*refused):
            self.lines[-1] = f"with suppress(Exception):\n    {line}"
            return False
        return True

    # --- looking --------------------------------------------------------------------------

    def observe(self, expression: str, rtol: float = 1e-10) -> bool:
        """Compare what both engines give for an expression; False if both refuse it."""
        ours, theirs = (_outcome(eval, expression, space) for space in self.spaces)
        if not self.alike(ours, theirs, expression):
            return False
        difference = differing(ours, theirs, rtol)
        if difference:
            raise Disagreement(f"{difference}\n{self.script(expression, difference)}")
        return True

    def differentiate(self, name: str, order: int) -> None:
        """Compare the derivatives of a tensor with respect to all leaves."""
        leaves = [leaf for leaf in self.leaves if self.spaces[1][leaf].requires_grad]
        if leaves:
            self.observe(f"derivatives(t, {name}, [{', '.join(leaves)}], {order})", 1e-7)

    def versions(self, name: str) -> list[int]:
        """Return how often a tensor's memory has been written, on each engine."""
        return [space[name]._version for space in self.spaces]

    def alike(self, ours: Any, theirs: Any, expression: str = "") -> bool:
        """Return True if neither outcome is an error; raise if only one is, or of another type."""
        errors = [value if isinstance(value, Exception) else None for value in (ours, theirs)]
        if type(errors[0]) is not type(errors[1]):
            raise Disagreement(
                f"ours: {errors[0]!r}\ntheirs: {errors[1]!r}\n"
                f"{self.script(expression, 'what is refused')}"
            )
        return errors[0] is None

    def script(self, expression: str, title: str) -> str:
        """Return the program so far, and an expression to look at, as a Python script."""
        lines = [*self.lines, f"return {expression}"] if expression else self.lines
        helpers = [f for f in (derivatives, places) if f"{f.__name__}(" in expression]
        return _SCRIPT.format(
            title=title.splitlines()[0],
            helpers="\n\n".join(f"\n{inspect.getsource(f).rstrip()}" for f in helpers),
            lines=textwrap.indent("\n".join(lines), "    "),
        )


def _outcome(run: Any, text: str, space: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return run(text, space)
        except Exception as error:
            return error


def differing(ours: Any, theirs: Any, rtol: float) -> str:
    """Return how two results differ: lists of tensors and plain values; empty if they do not.

    Numbers may differ by ``rtol`` of the largest one in their list: what is left of it where they
    cancel is rounding.
    """
    found, wanted = list(_flat(ours)), list(_flat(theirs))
    if len(found) != len(wanted):
        return f"{len(found)} results, expected {len(wanted)}"
    arrays = [w for w in wanted if isinstance(w, np.ndarray)]
    scale = max([1.0, *(float(np.max(np.abs(a[np.isfinite(a)]), initial=0)) for a in arrays)])
    for x, y in zip(found, wanted, strict=True):
        if not isinstance(y, np.ndarray):
            if x != y:
                return f"{x!r}, expected {y!r}"
        elif (x.shape, x.dtype) != (y.shape, y.dtype):
            return f"{x.dtype} of shape {x.shape}, expected {y.dtype} of shape {y.shape}"
        elif not np.allclose(x, y, rtol=rtol, atol=rtol * scale, equal_nan=True):
            return f"{x.tolist()}, expected {y.tolist()}"
    return ""


def _flat(value: Any) -> Any:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _flat(part)
    elif isinstance(value, torch.Tensor):
        yield value.numpy(force=True)  # a lazy zero, among others
    else:
        yield value.detach().numpy() if isinstance(value, mg.Tensor) else value
