"""The pytest plugin, in test runs of its own."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

OPERATORS = """
import numpy as np
import pytest
from minigrad_torch_compat.differential import against, strategies

square = (lambda x: x * x, lambda g, x: 2 * x * g)
reals = strategies.reals()
"""


@pytest.fixture
def outcome(pytester):
    """Run tests written after the head in a process of their own; return what they say."""

    def ran(program: str, *arguments: str, **counts: int) -> str:
        pytester.makepyfile(OPERATORS + program)
        done = pytester.runpytest_subprocess("-q", "--strict-markers", *arguments)
        done.assert_outcomes(**counts)
        return done.stdout.str()

    return ran


def test_decorated_functions_are_tests(outcome) -> None:
    text = outcome(
        """
        @against(square, reals, vjp=lambda g, x: 2 * x * g)
        def product(x):
            return x * x

        @against(square, reals, vjp=lambda g, x: x * g)
        def half_the_gradient(x):
            return x * x
        """.replace("\n        ", "\n"),
        "--differential-examples=15",
        "--differential-seed=4",
        passed=1,
        failed=1,
    )
    assert "half_the_gradient: numpy differs from numpy (15 examples, seed 4)" in text
    assert "BUG in gradient: input 0" in text
    assert "finite differences agree" in text
    assert "def candidate():" in text  # the script
    assert "raise_if_failed" not in text  # no traceback of the tester


def test_marked_functions_are_tests_under_any_name(outcome) -> None:
    text = outcome(
        """
        @pytest.mark.differential(square, reals, vjp=lambda g, x: 2 * x * g, examples=7)
        def product(x):
            return x * x

        class TestLayers:
            pass

        @pytest.mark.differential(square, reals, engine="numpy", aspects=["value"], examples=7)
        def test_cube(x):
            return x * x * x
        """.replace("\n        ", "\n"),
        passed=1,
        failed=1,
    )
    assert "test_cube: numpy differs from numpy (7 examples, seed 0)" in text


def test_the_fixture_compares(outcome) -> None:
    text = outcome(
        """
        def test_right(differential):
            assert differential(square, square, reals, examples=9).examples == 9

        @pytest.mark.differential(square, reals, aspects=["value"], examples=6)
        def test_wrong(differential):
            assert differential(square).ok
            differential(lambda x: x + x, engine="numpy")
        """.replace("\n        ", "\n"),
        passed=1,
        failed=1,
    )
    assert "BUG in value" in text
    assert "(6 examples, seed 0)" in text
    assert "test_plugin" not in text.replace("test_the_fixture", "").split("BUG")[1]


def test_comparisons_can_be_selected(outcome) -> None:
    program = """
@against(square, reals, vjp=lambda g, x: 2 * x * g)
def product(x):
    return x * x

def test_other():
    pass
"""
    outcome(program, "-m", "differential", "--differential-examples=2", passed=1, deselected=1)
    outcome(program, "-k", "other", passed=1, deselected=1)


def test_it_costs_nothing_when_not_used(pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing_is_loaded():
            loaded = {name.split(".")[0] for name in sys.modules}
            assert "minigrad_torch_compat" in loaded
            assert not loaded & {"torch", "numpy", "minigrad", "typer"}
            assert "minigrad_torch_compat.differential" not in sys.modules
        """
    )
    # Hypothesis has a plugin of its own, which loads more.
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:hypothesispytest"]
    done = subprocess.run(command, cwd=pytester.path, capture_output=True, text=True, timeout=60)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    shown = subprocess.run([*command, "--markers"], capture_output=True, text=True, timeout=60)
    assert "differential(reference, strategy" in shown.stdout
