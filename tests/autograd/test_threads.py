"""Several threads at once: separate graphs, one shared graph, shared leaves."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg

THREADS = 8


@pytest.fixture(autouse=True)
def _switch_often() -> Any:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], None]) -> None:
    """Run ``work(0) ... work(THREADS - 1)`` at the same time; raise what one of them raises."""
    ready = threading.Barrier(THREADS)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            ready.wait()
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_separate_graphs() -> None:
    found: dict[int, Any] = {}

    def work(number: int) -> None:
        x = mg.tensor([float(number), 2.0], requires_grad=True)
        for _ in range(20):
            y = x
            for _ in range(10):
                y = y * 0.5 + x
            y.sum().backward()
        found[number] = x.grad.numpy()

    at_once(work)
    slope = 20 * sum(0.5**k for k in range(11))
    for number in range(THREADS):
        np.testing.assert_allclose(found[number], [slope, slope], rtol=1e-5)


def test_shared_leaves_collect_from_all_threads() -> None:
    w = mg.ones(3, requires_grad=True)

    def work(number: int) -> None:
        for _ in range(50):
            (w * (number + 1.0)).sum().backward()

    at_once(work)
    np.testing.assert_array_equal(w.grad.numpy(), [50 * 36] * 3)


def test_one_retained_graph() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x
    for _ in range(20):
        y = y * 0.5 + x * x
    loss = y.sum()
    loss.backward(retain_graph=True)
    once = x.grad.numpy().copy()

    def work(number: int) -> None:
        for _ in range(10):
            loss.backward(retain_graph=True)

    at_once(work)
    np.testing.assert_allclose(x.grad.numpy(), once * (1 + 10 * THREADS), rtol=1e-4)


def test_gradients_of_a_shared_graph_are_each_threads_own() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x * x).sum()

    def work(number: int) -> None:
        for _ in range(20):
            (first,) = mg.autograd.grad(y, x, create_graph=True)
            (second,) = mg.autograd.grad(first.sum(), x, retain_graph=True)
            np.testing.assert_allclose(first.detach().numpy(), [3, 12])
            np.testing.assert_allclose(second.numpy(), [6, 12])

    at_once(work)
    assert x.grad is None


def test_modes_and_passes_do_not_mix() -> None:
    w = mg.ones(3, requires_grad=True)

    def work(number: int) -> None:
        for _ in range(50):
            if number % 2:
                with mg.no_grad():
                    assert not (w * 2).requires_grad
            else:
                y = w * 2
                assert y.requires_grad
                y.sum().backward()
                assert mg.is_grad_enabled()

    at_once(work)
    np.testing.assert_array_equal(w.grad.numpy(), [2 * 50 * THREADS // 2] * 3)


def test_writes_of_many_threads_are_all_counted() -> None:
    x = mg.zeros(3)

    def work(number: int) -> None:
        for _ in range(100):
            x.fill_(number)

    at_once(work)
    assert x._version == 100 * THREADS
