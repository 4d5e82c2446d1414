"""Conventions where no derivative exists: a table, executed. minigrad follows PyTorch.

Each row holds a function of an engine, the points, and the gradients of the sum of the result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

import minigrad as mg

nan = float("nan")


@dataclass(frozen=True)
class Row:
    case: str
    function: Callable[..., Any]  # of the engine (minigrad or torch) and its tensors
    points: tuple[Any, ...]
    gradients: tuple[Any, ...]


ELEMENTWISE = [
    Row("relu(0)", lambda t, x: t.relu(x), (0.0,), (0.0,)),
    Row("abs(0)", lambda t, x: t.abs(x), (0.0,), (0.0,)),
    Row("maximum(1, 1)", lambda t, x, y: t.maximum(x, y), (1.0, 1.0), (0.5, 0.5)),
    Row("minimum(1, 1)", lambda t, x, y: t.minimum(x, y), (1.0, 1.0), (0.5, 0.5)),
    Row("clamp(x, 0, 1) at 0 and 1", lambda t, x: t.clamp(x, 0, 1), ([0.0, 1.0],), ([1.0, 1.0],)),
    Row("x ** 0 at 0", lambda t, x: x**0, (0.0,), (0.0,)),
    Row("0 ** y at 2", lambda t, x, y: x**y, (0.0, 2.0), (0.0, 0.0)),
    Row("(-2) ** y at 2", lambda t, x, y: x**y, (-2.0, 2.0), (-4.0, nan)),
    Row("0 ** y at 2, a number", lambda t, y: 0**y, (2.0,), (0.0,)),
    Row("(-2) ** y at 2, a number", lambda t, y: (-2) ** y, (2.0,), (nan,)),
    Row("where(x > 0, sqrt x, 0) at 0", lambda t, x: t.where(x > 0, t.sqrt(x), 0), (0.0,), (nan,)),
    Row("atan2(0, 0)", lambda t, x, y: t.atan2(x, y), (0.0, 0.0), (0.0, -0.0)),
    Row("x % 2 at 4", lambda t, x: x % 2, (4.0,), (1.0,)),
    Row("sign(0)", lambda t, x: t.sign(x), (0.0,), (0.0,)),
    Row("floor(1)", lambda t, x: t.floor(x), (1.0,), (0.0,)),
]
ROWS = [*ELEMENTWISE]


def gradients(engine: Any, make: Callable[[Any], Any], row: Row) -> list[Any]:
    leaves = [make(np.array(point, np.float64)).requires_grad_() for point in row.points]
    row.function(engine, *leaves).sum().backward()
    return [leaf.grad.numpy() for leaf in leaves]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.case)
def test_gradients_at_kinks(row: Row) -> None:
    for engine, make in ((mg, mg.from_numpy), (torch, torch.from_numpy)):
        found = gradients(engine, make, row)
        for gradient, expected in zip(found, row.gradients, strict=True):
            np.testing.assert_array_equal(gradient, expected, err_msg=engine.__name__)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.case)
def test_create_graph_gives_the_same(row: Row) -> None:
    leaves = [mg.tensor(point, dtype="float64", requires_grad=True) for point in row.points]
    found = mg.autograd.grad(row.function(mg, *leaves).sum(), leaves, create_graph=True)
    for gradient, expected in zip(found, row.gradients, strict=True):
        np.testing.assert_array_equal(gradient.detach().numpy(), expected)
