"""The differential tester in pytest: a fixture, a marker, and ``@against`` functions as tests.

Every pytest that runs where minigrad is installed loads this file, so it imports nothing but
pytest until a test asks for the tester; hence its place outside ``differential``.

A function that was given its reference is a test, under whatever name::

    @against(torch.softmax, strategies.with_dim())      # or: @pytest.mark.differential(...)
    def softmax(x, dim): ...

and a test may compare what it likes; a marker on it gives the arguments that it leaves out::

    def test_layers(differential):
        differential(MyLayer(), torch.tanh, strategies.reals())
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

_OURS = ("examples", "seed", "aspects")  # what a marker says of the check, not of the spec


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("differential", "comparisons with a reference (minigrad)")
    group.addoption(
        "--differential-seed", type=int, default=0, help="draw other examples (default: 0)"
    )
    group.addoption(
        "--differential-examples", type=int, default=100, help="of each comparison (default: 100)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker."""
    config.addinivalue_line(
        "markers",
        "differential(reference, strategy, **options): compare the function with a reference; on a "
        "test with the fixture differential: what to compare with",
    )


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> Comparison | None:
    """Make a test of a function that was given its reference."""
    marks = [m for m in getattr(obj, "pytestmark", ()) if m.name == "differential"]
    if marks and "differential" not in _parameters(obj):
        return Comparison.from_parent(collector, name=name, function=obj, how=_given(marks[0])[1])
    # Recognised without importing the tester: who uses the decorator has done so.
    kind = type(getattr(obj, "spec", None))
    if kind.__name__ == "Spec" and kind.__module__.startswith("minigrad_torch_compat."):
        return Comparison.from_parent(collector, name=name, function=obj, how={})
    return None


class Comparison(pytest.Item):
    """A function compared with its reference."""

    def __init__(self, *, function: Any, how: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.obj, self.how = function, how
        self.own_markers.extend(getattr(function, "pytestmark", ()))
        if not any(mark.name == "differential" for mark in self.own_markers):
            self.add_marker("differential")

    def runtest(self) -> None:
        """Compare; raise the report's text if anything differs."""
        if not hasattr(self.obj, "spec"):
            from .differential import against

            (mark,) = self.iter_markers("differential")
            against(*mark.args, **_given(mark)[0])(self.obj)
        self.obj.check(**{**_defaults(self.config), **self.how}).raise_if_failed()

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Return the report; its traceback would show the tester only."""
        if type(excinfo.value).__name__ == "Disagreement":
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return where the function is."""
        code = getattr(self.obj, "__code__", None)
        return self.path, code and code.co_firstlineno - 1, self.name


@pytest.fixture
def differential(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """``compare(candidate, reference, strategy, ...)`` that fails the test with the report.

    Reference, strategy and options that are left out are those of the marker ``differential``.
    """
    from .differential import compare

    def compared(candidate: Any, *args: Any, **options: Any) -> Any:
        mark = request.node.get_closest_marker("differential")
        if mark is not None:
            args = (*args, *mark.args[len(args) :])
            options = {**mark.kwargs, **options}
        report = compare(candidate, *args, **{**_defaults(request.config), **options})
        if not report.ok:
            pytest.fail(str(report), pytrace=False)
        return report

    return compared


def _defaults(config: pytest.Config) -> dict[str, int]:
    """Return what the command line says."""
    return {
        "examples": config.getoption("--differential-examples"),
        "seed": config.getoption("--differential-seed"),
    }


def _given(mark: pytest.Mark) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a marker's keywords: those of the spec, and those of the check."""
    check = {name: value for name, value in mark.kwargs.items() if name in _OURS}
    return {name: value for name, value in mark.kwargs.items() if name not in _OURS}, check


def _parameters(function: Any) -> tuple[str, ...]:
    """Return the names of a function's parameters."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
