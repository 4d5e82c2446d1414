"""Anomaly detection: the first NaN, and the line it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from programs import same

import minigrad as mg
from minigrad.autograd.primitive import PRIMITIVES, primitive


def zeros(t: Any) -> Any:
    return t.zeros(2, requires_grad=True)


def root_of_zero(t: Any, **options: Any) -> Any:
    x = zeros(t)
    with t.autograd.detect_anomaly(**options):
        ((x * 1).sqrt() * 0).sum().backward()
    return x.grad.isnan().tolist()


def recorded_root_of_zero(t: Any) -> Any:
    x = zeros(t)
    with t.autograd.detect_anomaly():
        t.autograd.grad((x.sqrt() * 0).sum(), x, create_graph=True)


def nan_in_a_function(t: Any) -> Any:
    class Mine(t.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            return x + y

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g, g * float("nan")

    with t.autograd.detect_anomaly():
        Mine.apply(zeros(t), zeros(t)).sum().backward()


def nan_given(t: Any) -> Any:
    with t.autograd.detect_anomaly():
        (zeros(t) * 2).backward(t.tensor([float("nan"), 1.0]))


def nan_not_looked_for(t: Any) -> Any:
    return root_of_zero(t, check_nan=False)


def without_nan(t: Any) -> Any:
    x = t.ones(2, requires_grad=True)
    with t.autograd.set_detect_anomaly(True):
        (x.sqrt() * x).sum().backward()
    return x.grad


def on_and_off(t: Any) -> Any:
    enabled, checks = t.is_anomaly_enabled, t.is_anomaly_check_nan_enabled
    seen = [enabled(), checks()]
    with t.autograd.detect_anomaly(check_nan=False):
        seen += [enabled(), checks()]
        with t.autograd.set_detect_anomaly(False):
            seen += [enabled(), checks()]
        seen += [enabled(), checks()]
    t.autograd.set_detect_anomaly(True)
    seen += [enabled(), checks()]
    t.autograd.set_detect_anomaly(False)
    return [*seen, enabled(), checks()]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "program", [nan_not_looked_for, without_nan, on_and_off], ids=lambda p: p.__name__
)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


REFUSED = {
    root_of_zero: "Function 'SqrtBackward' returned nan values in its 0th output: the gradient of "
    "'x' of the operation recorded at",
    recorded_root_of_zero: "Function 'SqrtBackward' returned nan values in its 0th output",
    nan_in_a_function: "Function 'MineBackward' returned nan values in its 1th output: the "
    "gradient of 'y'",
    nan_given: "contained nan already",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("program", REFUSED, ids=lambda p: p.__name__)
def test_refused_as_by_pytorch(program: Any) -> None:
    assert isinstance(same(program, REFUSED[program]), Exception)
    assert not mg.is_anomaly_enabled()


def test_the_line_of_the_forward_pass_is_named() -> None:
    x = zeros(mg)
    y = x.sqrt()
    line = y.grad_fn.where()
    assert re.search(r"test_anomaly\.py:\d+, in test_the_line", line)
    with (
        pytest.raises(RuntimeError, match=re.escape(line)) as caught,
        mg.autograd.detect_anomaly(),
    ):
        (y * 0).sum().backward()
    assert "already" not in str(caught.value)


@pytest.fixture
def faulty() -> Iterator[Any]:
    def rule(g: Any, x: Any) -> Any:
        raise ValueError("a mistake")

    @primitive(x=rule)
    def _faulty(x: Any) -> Any:
        return x * 2

    yield _faulty
    del PRIMITIVES["faulty"]


@pytest.mark.parametrize("check_nan", [True, False])
def test_an_error_in_a_rule_names_the_line(faulty: Any, check_nan: bool) -> None:
    y = faulty(mg.ones(2, requires_grad=True))
    with (
        pytest.raises(ValueError, match="a mistake\nin the backward pass of FaultyBackward") as e,
        mg.autograd.detect_anomaly(check_nan=check_nan),
    ):
        y.sum().backward()
    assert y.grad_fn.where() in str(e.value)


def test_an_error_in_a_rule_is_itself_otherwise(faulty: Any) -> None:
    with pytest.raises(ValueError, match=r"^a mistake$"):
        faulty(mg.ones(2, requires_grad=True)).sum().backward()
