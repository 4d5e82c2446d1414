"""Grad modes: as contexts, as decorators, nested and in threads."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from programs import same

import minigrad as mg


def leaf(t: Any) -> Any:
    return t.ones(2, requires_grad=True)


def inside_and_after_no_grad(t: Any) -> Any:
    x = leaf(t)
    with t.no_grad():
        y = x * 2
        inside = t.is_grad_enabled()
    return y, x * 2, inside, t.is_grad_enabled()


def enable_grad_inside_no_grad(t: Any) -> Any:
    x = leaf(t)
    with t.no_grad():
        with t.enable_grad():
            y = x * 2
        z = x * 2
    return y, z


def decorator(t: Any) -> Any:
    @t.no_grad()
    def double(x: Any) -> Any:
        return x * 2

    x = leaf(t)
    return double(x), x * 2, double.__name__


def decorator_without_parentheses(t: Any) -> Any:
    @t.no_grad
    def double(x: Any) -> Any:
        return x * 2

    return double(leaf(t)), double.__name__


def enable_grad_as_decorator(t: Any) -> Any:
    @t.enable_grad()
    def double(x: Any) -> Any:
        return x * 2

    with t.no_grad():
        return double(leaf(t)), t.is_grad_enabled()


def switched_at_once(t: Any) -> Any:
    x = leaf(t)
    t.set_grad_enabled(False)
    try:
        y = x * 2
    finally:
        t.set_grad_enabled(True)
    return y, x * 2


def switched_for_a_block(t: Any) -> Any:
    x = leaf(t)
    with t.set_grad_enabled(False):
        y = x * 2
        with t.set_grad_enabled(True):
            z = x * 2
        u = x * 2
    return y, z, u, t.is_grad_enabled()


def set_grad_enabled_as_decorator(t: Any) -> Any:
    @t.set_grad_enabled(False)
    def double(x: Any) -> Any:
        return x * 2

    x = leaf(t)
    return x * 2, double(x), t.is_grad_enabled()


def recursion_through_a_decorator(t: Any) -> Any:
    @t.no_grad()
    def power(x: Any, n: int) -> Any:
        return x if n == 0 else power(x, n - 1) * x

    x = leaf(t)
    return power(x, 4), x * 2


def errors_restore_the_mode(t: Any) -> Any:
    seen = []
    for mode in (t.no_grad(), t.set_grad_enabled(False)):
        try:
            with mode:
                raise KeyError
        except KeyError:
            seen.append(t.is_grad_enabled())

    @t.no_grad()
    def fail() -> None:
        raise KeyError

    try:
        fail()
    except KeyError:
        seen.append(t.is_grad_enabled())
    return seen


def new_leaves_under_no_grad(t: Any) -> Any:
    with t.no_grad():
        x = t.ones(2, requires_grad=True)
        x.mul_(3)
    return x, x * 2


def decorated_generator(t: Any) -> Any:
    @t.no_grad()
    def numbers() -> Any:
        for _ in range(3):
            yield t.is_grad_enabled()

    seen = []
    for enabled in numbers():
        seen.append((enabled, t.is_grad_enabled()))
    return seen


def decorated_generator_with_traffic(t: Any) -> Any:
    @t.no_grad()
    def echo() -> Any:
        received, seen = None, []
        while received != "stop":
            try:
                received = yield received
            except KeyError:
                received = "caught"
            seen.append((received, t.is_grad_enabled()))
        return seen

    generator = echo()
    found = [next(generator), generator.send(1), generator.throw(KeyError()), generator.send(2)]
    try:
        generator.send("stop")
    except StopIteration as stop:
        found.append(stop.value)
    return found


def closed_generator(t: Any) -> Any:
    seen = []

    @t.no_grad()
    def numbers() -> Any:
        try:
            yield 1
        finally:
            seen.append("closed")

    generator = numbers()
    next(generator)
    generator.close()
    return seen, t.is_grad_enabled()


PROGRAMS = [
    inside_and_after_no_grad,
    enable_grad_inside_no_grad,
    decorator,
    decorator_without_parentheses,
    enable_grad_as_decorator,
    switched_at_once,
    switched_for_a_block,
    set_grad_enabled_as_decorator,
    recursion_through_a_decorator,
    errors_restore_the_mode,
    new_leaves_under_no_grad,
    decorated_generator,
    decorated_generator_with_traffic,
    closed_generator,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)
    assert mg.is_grad_enabled()


def test_one_object_may_be_entered_twice() -> None:
    mode, x = mg.no_grad(), leaf(mg)
    with mode:
        with mode:
            pass
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad  # PyTorch's object forgets the outer mode here


def test_a_mode_holds_in_its_own_thread_only() -> None:
    seen = []
    with mg.no_grad():
        thread = threading.Thread(target=lambda: seen.append(mg.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_one_decorator_serves_many_threads() -> None:
    ready = threading.Barrier(4)
    seen = []

    @mg.no_grad()
    def work() -> None:
        ready.wait()
        seen.append(mg.is_grad_enabled())
        ready.wait()

    def outside() -> None:
        work()
        seen.append(mg.is_grad_enabled())

    threads = [threading.Thread(target=outside) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [False] * 4 + [True] * 4
