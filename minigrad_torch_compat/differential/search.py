"""Drawing cases with Hypothesis, and shrinking one that fails: the same ones for the same seed."""

from __future__ import annotations

import contextlib
import unittest.mock
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, Unsatisfiable
from hypothesis.internal.conjecture import providers as _providers

from .spec import Case

_COMMON: dict[str, Any] = {
    "database": None,
    "deadline": None,
    "derandomize": False,  # the seed says which examples
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
    "report_multiple_bugs": False,
}


def each(cases: st.SearchStrategy[Any], examples: int, number: int, look: Any) -> None:
    """Call ``look`` on examples drawn from seed ``number``."""

    @settings(max_examples=examples, phases=[Phase.generate], **_COMMON)
    @seed(number)
    @given(cases)
    def run(drawn: Any) -> None:
        look(as_case(drawn))

    with reproducible(), contextlib.suppress(Unsatisfiable):
        run()


def smallest(
    cases: st.SearchStrategy[Any], examples: int, number: int, fails: Callable[[Case], bool]
) -> Case | None:
    """Return the simplest case that fails, among those drawn from a seed and what they shrink to.

    None if nothing fails when looked at again: the failure came by chance.
    """
    found: list[Case] = []

    @settings(max_examples=examples, phases=[Phase.generate, Phase.shrink], **_COMMON)
    @seed(number)
    @given(cases)
    def run(drawn: Any) -> None:
        case = as_case(drawn)
        if fails(case):
            found.append(case)
            raise AssertionError("found")

    with reproducible():
        try:
            run()
        except (AssertionError, HypothesisException):
            return found[-1]  # the last one is the smallest: Hypothesis replays it to raise
    return None


def as_case(drawn: Any) -> Case:
    """Return a drawn value as a case: a tuple holds arguments, anything else is the only one."""
    if isinstance(drawn, Case):
        return drawn
    return Case(drawn if isinstance(drawn, tuple) else (drawn,))


@contextlib.contextmanager
def reproducible() -> Iterator[None]:
    """Keep Hypothesis from drawing numbers that it reads in the source of loaded modules.

    Newer versions do, so that the examples of a seed depend on which modules happen to be loaded.
    """
    providers: Any = _providers  # internals: guarded, and never relied on
    provider = providers.HypothesisProvider
    if "_local_constants" not in vars(provider):
        yield
        return
    property_before, cache_before = vars(provider)["_local_constants"], providers.CONSTANTS_CACHE
    nothing = providers.Constants()
    with unittest.mock.patch.multiple(
        providers, CONSTANTS_CACHE=type(cache_before)(cache_before.max_size)
    ):
        provider._local_constants = property(lambda self: nothing)
        try:
            yield
        finally:
            provider._local_constants = property_before
