"""Checking an operator: examples, every aspect of each, and a finding for each way to fail."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from .aspects import ASPECTS, CORE
from .aspects.values import histograms
from .engines import Pair, engine, engine_of
from .examination import Disagreement, Examination, NotApplicable, attempt, shown
from .report import Finding, OperatorReport, Tally
from .script import call_text, script_of
from .search import each, smallest
from .spec import Case, Spec
from .verdicts import VERDICTS, Verdict, classify

_CLASSIFIED = 20  # failing examples of an aspect whose verdict is looked for; the rest are counted


def check(
    spec: Spec, examples: int = 100, seed: int = 0, aspects: Iterable[str] | None = None
) -> OperatorReport:
    """Compare an operator with its reference on random calls, and report all that differs.

    Every way of failing (an aspect and a verdict) is shrunk to the smallest call and written out
    as a script. The same spec, examples and seed give the same report.

    Args:
        spec: the operator.
        examples: how many calls to draw; as many refused ones if the spec has ``errors``.
        seed: what they are drawn from.
        aspects: names of ``ASPECTS``; all by default.
    """
    survey = Survey(spec, tuple(ASPECTS if aspects is None else aspects))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        each(spec.cases, examples, seed, survey.look)
        if spec.errors is not None and "errors" in survey.aspects:
            each(spec.errors, examples, seed, survey.look_at_refusal)
        findings = [
            survey.finding(aspect, verdict, examples, seed) for aspect, verdict in survey.failed
        ]
    findings.sort(key=lambda finding: VERDICTS.index(finding.verdict))
    return OperatorReport(
        spec.name,
        engine(spec.engine).name,
        engine(spec.reference_engine).name,
        spec.tier,
        seed,
        survey.examples,
        survey.refused,
        {name: Tally(*survey.counts[name]) for name in survey.aspects},
        tuple(findings),
        {name: dict(sorted(found.items())) for name, found in survey.ulps.items()},
    )


class Survey:
    """What has been seen of an operator so far.

    Attributes:
        counts: by aspect, how many examples passed, failed and had nothing to compare.
        failed: the examples that failed, by aspect and verdict.
        ulps: the histograms so far.
    """

    def __init__(self, spec: Spec, aspects: tuple[str, ...]) -> None:
        self.spec, self.aspects = spec, aspects
        self.counts = {name: [0, 0, 0] for name in aspects}
        self.failed: dict[tuple[str, str], list[Case]] = {}
        self.ulps: dict[str, dict[int, int]] = {}
        self.examples = self.refused = 0

    def look(self, case: Case) -> None:
        """Compare one case in every aspect."""
        self.examples += 1
        exam = Examination(self.spec, case)
        self.refused += isinstance(exam.outcomes[1], Exception)
        for aspect in self.aspects:
            self.count(aspect, case, exam)
        found = attempt(histograms, exam)  # a candidate may return what no array is made of
        for name, histogram in ({} if isinstance(found, Exception) else found).items():
            total = self.ulps.setdefault(name, {})
            for k, n in histogram.items():
                total[k] = total.get(k, 0) + n

    def look_at_refusal(self, case: Case) -> None:
        """Compare how both sides refuse a case."""
        self.count("errors", case, Examination(self.spec, case))

    def count(self, aspect: str, case: Case, exam: Examination) -> None:
        """Compare one aspect of a case, and remember how it went."""
        found = compare_aspect(aspect, exam)
        self.counts[aspect][
            0 if found is None else 1 if isinstance(found, Disagreement) else 2
        ] += 1
        if isinstance(found, Disagreement) and self.counts[aspect][1] <= _CLASSIFIED:
            verdict = classify(self.spec, case, found)
            self.failed.setdefault((aspect, verdict.name), []).append(case)

    def finding(self, aspect: str, name: str, examples: int, seed: int) -> Finding:
        """Return the smallest case of a failure, and all there is to say of it."""
        seen = self.failed[aspect, name]
        strategies = [self.spec.cases]
        if aspect == "errors" and self.spec.errors is not None:
            strategies.append(self.spec.errors)
        case, found, verdict = seen[0], None, Verdict(name)
        for cases in strategies:
            shrunk = smallest(cases, examples, seed, lambda c: self.fails(c, aspect, name))
            if shrunk is not None:
                case = shrunk
                break
        found = compare_aspect(aspect, Examination(self.spec, case))
        if isinstance(found, Disagreement):
            verdict = classify(self.spec, case, found)
            message, evidence = str(found), verdict.evidence
            case = found.case or case
        else:
            message, evidence = "differs in some runs only", "the candidate answers by chance"
        script = attempt(script_of, self.spec, case, aspect, f"{name} in {aspect}")
        if isinstance(script, Exception):
            script = f"# This call cannot be written out: {shown(script)}\n"
        text = call_text(self.spec.name, case)
        return Finding(name, aspect, message, text, script, evidence, len(seen))

    def fails(self, case: Case, aspect: str, name: str) -> bool:
        """Return whether a case fails in an aspect, with a verdict."""
        found = compare_aspect(aspect, Examination(self.spec, case))
        return isinstance(found, Disagreement) and classify(self.spec, case, found).name == name


def compare_aspect(aspect: str, exam: Examination) -> Disagreement | NotApplicable | None:
    """Compare one aspect: None if both sides agree.

    An error of the comparison itself counts as the candidate's: it returned something that no
    tensor can be made of.
    """
    try:
        ASPECTS[aspect](exam)
    except (Disagreement, NotApplicable) as found:
        if isinstance(found, Disagreement):
            found.aspect = aspect
        return found
    except Exception as error:
        strange = Disagreement(f"cannot be compared: {type(error).__name__}: {error}", error=error)
        strange.aspect = aspect
        return strange
    return None


def compare_case(spec: Spec, case: Case, aspects: Iterable[str] | None = None) -> set[str]:
    """Compare one call, in the aspects that find most in the least time, or in those named.

    Returns:
        The names of the operations that were recorded (minigrad's primitives), derivatives
        included.

    Raises:
        Disagreement: at the first difference.
        Exception: what the reference raised, if it refuses the call: no use as an example.
    """
    exam = Examination(spec, case)
    for aspect in CORE if aspects is None else aspects:
        try:
            ASPECTS[aspect](exam)
        except NotApplicable as reason:
            if aspect in ("value", "gradient") and reason.__cause__ is not None:
                raise reason.__cause__ from None
        except Disagreement as found:
            found.aspect = aspect
            raise Disagreement(f"{aspect}: {found}\n{call_text(spec.name, case)}") from found
    if isinstance(exam.outcomes[0], Exception):
        return set()
    tensors = [*exam.outcomes[0].outputs, *exam.graphs.get(0, ((), ()))[1]]
    return exam.sides[0].engine.operations(tensors)


def compare(
    candidate: Any,
    reference: Any,
    strategy: st.SearchStrategy[Any],
    *,
    examples: int = 100,
    seed: int = 0,
    aspects: Iterable[str] | None = None,
    **options: Any,
) -> OperatorReport:
    """Compare any two callables on random arguments; print the report to read it.

    Args:
        candidate: the function under test: of tensors of any engine; ``(f, vjp)``, NumPy functions
            with a gradient written by hand; or an object with ``forward`` and ``backward``.
        reference: what it should do.
        strategy: draws arguments: a ``Case``, a tuple of positional arguments, or one array.
        examples: how many calls to draw.
        seed: what they are drawn from.
        aspects: names of ``ASPECTS``; all by default.
        **options: fields of ``Spec``: ``engine=`` and ``reference_engine=`` if they are not to be
            guessed from the functions, ``second=``, ``rtol=``, ``errors=``, ``method=``, ``name=``.

    Example:
        >>> import numpy as np
        >>> from minigrad_torch_compat.differential import compare, strategies
        >>> square = (lambda x: x * x, lambda g, x: 2 * g * x)
        >>> compare(square, square, strategies.reals()).ok
        True
    """
    return check(spec_of(candidate, reference, strategy, **options), examples, seed, aspects)


def spec_of(
    candidate: Any, reference: Any, strategy: st.SearchStrategy[Any], **options: Any
) -> Spec:
    """Return the spec of any two callables, their engines guessed where not given."""
    name = options.pop("name", None) or name_of(candidate)
    options.setdefault("engine", engine_of(candidate, "minigrad"))
    options.setdefault("reference_engine", engine_of(reference, "torch"))
    return Spec(name, candidate, reference, strategy, **options)


def against(
    reference: Any, strategy: st.SearchStrategy[Any], *, vjp: Any = None, **options: Any
) -> Callable[[Any], Any]:
    """Return a decorator that gives a function its reference; the function stays as it is.

    It gains ``spec`` (which the pytest plugin collects) and ``check(examples=, seed=)``.

    Args:
        reference: what it should do.
        strategy: draws arguments, as for ``compare``.
        vjp: its gradient, if it is a NumPy function.
        **options: fields of ``Spec``.

    Example:
        >>> from minigrad_torch_compat.differential import against, strategies
        >>> @against(lambda x: x + x, strategies.reals(), engine="numpy", vjp=lambda g, x: 2 * g)
        ... def twice(x):
        ...     return 2 * x
        >>> twice.spec.name
        'twice'
    """

    def decorate(function: Any) -> Any:
        candidate = function if vjp is None else (function, vjp)
        function.spec = spec_of(candidate, reference, strategy, **options)
        function.check = lambda examples=100, seed=0, aspects=None: check(
            function.spec, examples, seed, aspects
        )
        return function

    return decorate


def with_itself(spec: Spec) -> Spec:
    """Return a spec whose reference is the candidate too: no difference that is found is real."""
    return replace(spec, ours=spec.theirs, engine=spec.reference_engine)


def name_of(candidate: Any) -> str:
    """Return what to call a candidate in reports."""
    if isinstance(candidate, tuple):
        candidate = candidate[0]
    if isinstance(candidate, Pair):
        return candidate.__name__
    return getattr(candidate, "__name__", type(candidate).__name__)


__all__ = [
    "against", "check", "compare", "compare_case", "spec_of", "with_itself",
]  # fmt: skip
