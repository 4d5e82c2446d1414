"""Operator specs: what is compared, and on which inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Case:
    """One call: positional arguments (arrays become tensors) and keyword arguments.

    Floating-point arrays require gradients unless their position is in ``constants``. Lists and
    tuples of arrays become lists and tuples of tensors.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    constants: frozenset[int] = frozenset()


def case(
    *args: st.SearchStrategy[Any], constants: tuple[int, ...] = (), **kwargs: st.SearchStrategy[Any]
) -> st.SearchStrategy[Case]:
    """Return a strategy of cases from one strategy per argument."""
    return st.builds(
        lambda found, named: Case(tuple(found), named, frozenset(constants)),
        st.tuples(*args),
        st.fixed_dictionaries(dict(kwargs)),
    )


def refused(*calls: tuple[Any, ...]) -> st.SearchStrategy[Case]:
    """Return a strategy of calls from the positional arguments of each."""
    return st.sampled_from([Case(args) for args in calls])


@dataclass(frozen=True)
class Spec:
    """An operator under comparison: a candidate, a reference, and calls of both.

    Attributes:
        name: its name, for reports (``sum`` or ``sum/dim``).
        ours: the candidate: minigrad's function, or one of another engine.
        theirs: the reference, a function of the same arguments.
        cases: strategy of calls.
        second: compare second gradients too (False where PyTorch has none; say why at the spec).
        rtol: relative tolerance in float64, that of float32 values being 1e5 times as large. None
            (the default) derives it from dtype and size: see ``tolerances``.
        tier: 1 for what tutorials use, 2 for what models in the field use, 3 for linear algebra,
            special functions and Fourier transforms.
        errors: strategy of calls that the reference refuses; the candidate must raise the same
            type.
        engine: where the candidate runs: an engine or its name.
        reference_engine: where the reference runs.
        method: the name of the method and of the in-place method (with an underscore behind it)
            that are compared too; None for a function that is no method.
    """

    name: str
    ours: Any
    theirs: Any
    cases: st.SearchStrategy[Case]
    second: bool = True
    rtol: float | None = None
    tier: int = 1
    errors: st.SearchStrategy[Case] | None = None
    engine: Any = "minigrad"
    reference_engine: Any = "torch"
    method: str | None = None


SPECS: dict[str, Spec] = {}


def register(
    name: str,
    ours: Callable[..., Any],
    theirs: Callable[..., Any],
    cases: st.SearchStrategy[Case],
    **options: Any,
) -> Spec:
    """Add a spec to the registry.

    Its method is named before the slash of its name, if the candidate is that function itself and
    not one made of it for the comparison.

    Raises:
        ValueError: if the name is taken.
    """
    if name in SPECS:
        raise ValueError(f"a spec named {name!r} exists already")
    base = name.split("/")[0]
    options.setdefault("method", base if getattr(ours, "__name__", "") == base else None)
    SPECS[name] = Spec(name, ours, theirs, cases, **options)
    return SPECS[name]
