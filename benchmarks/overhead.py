"""Overhead per operation: tiny tensors, where arithmetic costs nothing and bookkeeping all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

import minigrad as mg

Workload = tuple[str, Callable[[], object], Callable[[], object]]


def chain(x: Any, w: Any, length: int = 50) -> Any:
    """Return ``y = y * w + x``, repeated: twice ``length`` operations."""
    y = x
    for _ in range(length):
        y = y * w + x
    return y


def functions(x: Any, w: Any, length: int = 25) -> Any:
    """Return a chain of unary functions and products."""
    y = x
    for _ in range(length):
        y = (y.tanh() * w).sigmoid() - x
    return y


def mlp(x: Any, layers: list[tuple[Any, Any]]) -> Any:
    """Return a tiny fully connected network's output: products, sums, tanh."""
    for weight, bias in layers:
        x = (x @ weight + bias).tanh()
    return x


def step(x: Any, layers: list[tuple[Any, Any]]) -> None:
    """Compute fresh gradients, as a training step does."""
    for weight, bias in layers:
        weight.grad = bias.grad = None
    mlp(x, layers).sum().backward()


def _forward(body: Callable[..., Any], leaves: list[Any]) -> Callable[[], object]:
    return lambda: body(*leaves)


def _both(body: Callable[..., Any], leaves: list[Any], ones: Any) -> Callable[[], object]:
    def run() -> None:
        body(*leaves).backward(ones)

    return run


def workloads() -> Iterator[Workload]:
    """Yield (name, minigrad's function, PyTorch's function)."""
    values = np.linspace(0.5, 1.0, 4, dtype=np.float32)
    for name, body in (("chain of * and +", chain), ("chain of functions", functions)):
        ours = [mg.tensor(values, requires_grad=True) for _ in range(2)]
        theirs = [torch.tensor(values, requires_grad=True) for _ in range(2)]
        yield f"{name}, forward", _forward(body, ours), _forward(body, theirs)
        yield (
            f"{name}, forward + backward",
            _both(body, ours, mg.ones(4)),
            _both(body, theirs, torch.ones(4)),
        )
    rng = np.random.default_rng(0)
    shapes = [(8, 16), (16, 16), (16, 4)]
    weights = [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]
    batch = rng.standard_normal((4, 8), dtype=np.float32)

    def network(engine: Any) -> list[Any]:
        return [
            (engine.tensor(w, requires_grad=True), engine.zeros(w.shape[1], requires_grad=True))
            for w in weights
        ]

    ours_net, theirs_net = network(mg), network(torch)
    ours_x, theirs_x = mg.tensor(batch), torch.tensor(batch)
    yield (
        "tiny MLP, forward + backward",
        lambda: step(ours_x, ours_net),
        lambda: step(theirs_x, theirs_net),
    )
