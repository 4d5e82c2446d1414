"""Pure functions of two tensors, and transforms of them, nested in any order.

A function ``f(x, y)`` is a few lines of the vocabulary. A transform makes a function of two tensors
from another: its gradient, a product with its Jacobian, the Jacobian itself, its map over a batch.
So transforms of transforms are just longer text, whose meaning both engines must agree on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..examination import Disagreement, NotApplicable
from ..literals import array_literal
from .running import _outcome, differing
from .vocabulary import PURE, phrases

_HELPERS = '''def total(f):
    """Return f summed up, each number with a weight of its own."""
    def of(x, y):
        flat = f(x, y).reshape(-1)
        return (flat * t.arange(1, len(flat) + 1, dtype=t.float64).cos()).sum()
    return of


def joined(f):
    """Return f, the tensors of its result joined to one."""
    def leaves(parts):
        return [leaf for p in parts for leaf in leaves(p)] if isinstance(parts, tuple) else [parts]
    return lambda x, y: t.cat([leaf.reshape(-1) for leaf in leaves(f(x, y))])
'''
# Each makes a function of x and y from f, which is one; how many orders of derivatives it costs.
_TRANSFORMS = (
    ("func.grad(total({f}), 0)", 1),
    ("func.grad(total({f}), 1)", 1),
    ("joined(func.grad(total({f}), (0, 1)))", 1),
    ("joined(lambda x, y: (lambda out, pull: pull(t.cos(out)))(*func.vjp({f}, x, y)))", 1),
    ("joined(lambda x, y: func.jvp({f}, (x, y), (t.cos(x), t.sin(y))))", 1),
    ("lambda x, y: func.jvp(lambda x: {f}(x, y), (x,), (t.ones_like(x),))[1]", 1),
    ("func.jacrev({f}, 0)", 1),
    ("func.jacrev({f}, 1)", 1),
    ("func.jacfwd({f}, 0)", 1),
    ("joined(func.jacfwd({f}, (0, 1)))", 1),
    ("joined(func.jacrev({f}, (0, 1)))", 1),
    ("func.hessian(total({f}), 0)", 2),
    ("joined(func.hessian(total({f}), (0, 1)))", 2),
)
_MAPS = (
    "func.vmap({f}, in_dims={dims})",
    # What does not depend on the batch, PyTorch puts anywhere but at 0 with a shape of nonsense.
    "func.vmap(lambda x, y: {f}(x, y) + 0 * x.sum() * y.sum(), in_dims={dims}, out_dims=-1)",
)
_SIZES = {"batch": 2, "limit": 3}


@dataclass(frozen=True)
class Transformed:
    """A function, what is made of it, and where that is evaluated.

    Attributes:
        lines: the body of ``f(x, y)``, the last one its result.
        steps: what is made, one function after another; ``{f}`` is the one before.
        x: where it is evaluated.
        y: where it is evaluated.
    """

    lines: tuple[str, ...]
    steps: tuple[str, ...]
    x: Any = field(repr=False)
    y: Any = field(repr=False)

    def definitions(self) -> str:
        """Return the source of the functions, ``f`` and those made of it."""
        body = "".join(f"\n    {line}" for line in self.lines)
        text = f"{_HELPERS}\n\ndef f(x, y):{body}\n\n"
        for count, step in enumerate(self.steps):
            text += f"\nf{count + 1} = " + step.replace("{f}", f"f{count or ''}")
        return text

    def value(self) -> str:
        """Return the expression for the value."""
        return f"f{len(self.steps) or ''}(x, y)"

    def script(self) -> str:
        """Return a program that prints the values of both engines."""
        code = self.definitions().replace("\n", "\n    ").replace("\n    \n", "\n\n")
        return (
            "import minigrad as mg\nimport numpy as np\nimport torch\n\n\n"
            f"def program(t, func):\n    x = t.from_numpy({array_literal(self.x)})\n"
            f"    y = t.from_numpy({array_literal(self.y)})\n\n    {code}\n"
            f"    return {self.value()}\n\n\n"
            "print(program(mg, mg.transforms))\nprint(program(torch, torch.func))\n"
        )


@st.composite
def transformed(draw: st.DrawFn, depth: int = 3) -> Transformed:
    """Draw a function and up to ``depth`` transforms of it."""
    shapes = {
        "x": draw(st.sampled_from([(), (2,), (3,), (2, 3), (2, 2)])),
        "y": draw(st.sampled_from([(), (3,), (2,), (3, 2), (2, 2)])),
    }
    lines = draw(_bodies(dict(shapes)))
    steps: list[str] = []
    order = 0
    for _ in range(draw(st.integers(1, depth))):
        if draw(st.integers(0, 2)) == 2:
            dims, shapes = draw(_batched(shapes))
            steps.append(draw(st.sampled_from(_MAPS)).replace("{dims}", str(dims)))
            continue
        text, cost = draw(st.sampled_from(_TRANSFORMS))
        if order + cost <= _SIZES["limit"]:
            order += cost
            steps.append(text)
    arrays = [
        np.random.default_rng(draw(st.integers(0, 9))).uniform(-1.5, 1.5, shapes[name])
        for name in ("x", "y")
    ]
    return Transformed(lines, tuple(steps), *(np.asarray(a) for a in arrays))


@st.composite
def _batched(draw: st.DrawFn, shapes: dict[str, Any]) -> Any:
    """Draw ``in_dims``, and the shapes with the batch in them."""
    dims: list[int | None] = []
    which = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    found = {}
    for (name, shape), batched in zip(shapes.items(), which, strict=True):
        dim = draw(st.integers(-len(shape) - 1, len(shape))) if batched else None
        dims.append(dim)
        found[name] = shape
        if dim is not None:
            at = dim % (len(shape) + 1)
            found[name] = (*shape[:at], _SIZES["batch"], *shape[at:])
    return tuple(dims), found


@st.composite
def _bodies(draw: st.DrawFn, shapes: dict[str, Any]) -> tuple[str, ...]:
    """Draw the lines of a function; they are run by PyTorch to learn the shapes."""
    space: dict[str, Any] = {"t": torch}
    space |= {name: torch.ones(shape, dtype=torch.float64) for name, shape in shapes.items()}
    lines = []
    for count in range(draw(st.integers(1, 4))):
        said: tuple[str, str, str] | None = draw(phrases(PURE, shapes))
        if said is None:
            continue
        value = _outcome(eval, said[2], space)
        if isinstance(value, Exception) or not 0 < value.numel() <= 12:
            continue
        name = f"v{count}"
        space[name], shapes[name] = value, tuple(value.shape)
        lines.append(f"{name} = {said[2]}")
    return (*lines, f"return {next(reversed(shapes))}")


def compare_transformed(case: Transformed) -> None:
    """Compare what both engines give.

    Raises:
        NotApplicable: if PyTorch refuses: its transforms know fewer operators than its tensors.
        Disagreement: if the values differ.
    """
    sides = ((mg, mg.transforms), (torch, torch.func))
    ours, theirs = (_value(case, library, functions) for library, functions in sides)
    if isinstance(theirs, Exception):
        raise NotApplicable(str(theirs))
    difference = repr(ours) if isinstance(ours, Exception) else differing(ours, theirs, 1e-8)
    if difference:
        raise Disagreement(f"{difference}\n\n{case.script()}")


def _value(case: Transformed, library: Any, functions: Any) -> Any:
    space = {"t": library, "func": functions}
    space |= {name: library.from_numpy(getattr(case, name).copy()) for name in "xy"}
    failed = _outcome(exec, case.definitions(), space)
    return failed if isinstance(failed, Exception) else _outcome(eval, case.value(), space)
