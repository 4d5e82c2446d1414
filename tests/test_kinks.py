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

nan, inf = float("nan"), float("inf")


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
third = 1 / 3
REDUCTIONS = [
    Row("max([2, 2, 1]) over all", lambda t, x: t.max(x), ([2.0, 2.0, 1.0],), ([0.5, 0.5, 0],)),
    Row("amax([2, 2, 1])", lambda t, x: t.amax(x, 0), ([2.0, 2.0, 1.0],), ([0.5, 0.5, 0],)),
    Row("amin of three", lambda t, x: t.amin(x, 0), ([1.0, 1.0, 1.0],), ([third] * 3,)),
    Row("max([2, 2, 1], dim)", lambda t, x: t.max(x, 0).values, ([2.0, 2.0, 1.0],), ([1, 0, 0],)),
    Row("min([1, 1, 2], dim)", lambda t, x: t.min(x, 0).values, ([1.0, 1.0, 2.0],), ([1, 0, 0],)),
    Row("median([1, 1, 3])", lambda t, x: t.median(x), ([1.0, 1.0, 3.0],), ([0.5, 0.5, 0],)),
    Row("norm([0, 0])", lambda t, x: t.norm(x), ([0.0, 0.0],), ([0, 0],)),
    Row("1-norm([0, 2])", lambda t, x: t.norm(x, 1), ([0.0, 2.0],), ([0, 1],)),
    Row("3-norm([0, 0])", lambda t, x: t.norm(x, 3), ([0.0, 0.0],), ([0, 0],)),
    Row("half-norm([0, 4])", lambda t, x: t.norm(x, 0.5), ([0.0, 4.0],), ([0, 1],)),
    Row("inf-norm([2, -2])", lambda t, x: t.norm(x, float("inf")), ([2.0, -2.0],), ([0.5, -0.5],)),
    Row("distance of equal points", lambda t, x, y: t.dist(x, y), ([1.0], [1.0]), ([0], [0])),
    Row("sqrt(sum x^2) at 0", lambda t, x: t.sqrt((x * x).sum()), ([0.0, 0.0],), ([nan, nan],)),
    Row("prod([0, 3, 4])", lambda t, x: t.prod(x), ([0.0, 3.0, 4.0],), ([12, 0, 0],)),
    Row("prod([0, 0, 4])", lambda t, x: t.prod(x), ([0.0, 0.0, 4.0],), ([0, 0, 0],)),
    Row("cumprod([2, 0, 4])", lambda t, x: t.cumprod(x, 0), ([2.0, 0.0, 4.0],), ([1, 10, 0],)),
    Row("std([1, 1, 1])", lambda t, x: t.std(x), ([1.0, 1.0, 1.0],), ([0, 0, 0],)),
    Row("logsumexp([-inf, -inf])", lambda t, x: t.logsumexp(x, 0), ([-inf, -inf],), ([nan, nan],)),
    Row("logsumexp([-inf, 1])", lambda t, x: t.logsumexp(x, 0), ([-inf, 1.0],), ([0, 1],)),
    Row(
        "sort([1, 1, 0]) * [1, 2, 3]",
        lambda t, x: t.sort(x, stable=True).values * t.tensor([1.0, 2.0, 3.0]),
        ([1.0, 1.0, 0.0],),
        ([2, 3, 1],),
    ),
    Row("x[[0, 0, 1]]", lambda t, x: x[[0, 0, 1]], ([1.0, 2.0],), ([2, 1],)),
]
ROWS = [*ELEMENTWISE, *REDUCTIONS]


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
