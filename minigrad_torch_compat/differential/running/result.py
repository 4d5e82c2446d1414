"""What came of a run: the reports, which of their findings count, and all of it as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..deliberate import DELIBERATE
from ..report import Finding, OperatorReport
from ..verdicts import VERDICTS
from .plan import Plan

# The columns of tables, and the aspects that each stands for.
GROUPS = {
    "value": ("value", "shape", "dtype", "requires_grad", "inputs", "float32", "repeatable"),
    "grad": ("gradient", "create_graph"),
    "gradgrad": ("second_gradient",),
    "errors": ("errors", "refusals"),
    "forms": ("method", "functional", "in_place", "aliasing"),
}
AGREES, DELIBERATELY = "agrees", "differs on purpose"


@dataclass(frozen=True)
class Result:
    """The reports of a run, in the order of its plan.

    Attributes:
        plan: what was to be done.
        reports: what was done; fewer than planned if the run was interrupted.
        interrupted: whether it was.
    """

    plan: Plan
    reports: tuple[OperatorReport, ...]
    interrupted: bool = False

    @cached_property
    def failed(self) -> tuple[OperatorReport, ...]:
        """The reports with findings that nothing excuses."""
        return tuple(report for report in self.reports if findings_of(report))

    @property
    def summary(self) -> dict[str, int]:
        """Counts: operators, examples, and how many operators there are of each verdict."""
        verdicts = Counter(map(verdict_of, self.reports))
        return {
            "operators": len(self.reports),
            "examples": sum(report.examples for report in self.reports),
            **{name: verdicts[name] for name in (AGREES, DELIBERATELY, *VERDICTS)},
        }

    def to_json(self) -> str:
        """Return everything as JSON: the same bytes for the same run."""
        operators = [
            {
                **report.to_dict(),
                "verdict": verdict_of(report),
                "deliberate": DELIBERATE.get(report.name, {}),
            }
            for report in self.reports
        ]
        whole: dict[str, Any] = {
            "format": 1,
            "run": self.plan.key,
            "interrupted": self.interrupted,
            "summary": self.summary,
            "operators": operators,
        }
        return json.dumps(whole, indent=1) + "\n"


def findings_of(report: OperatorReport) -> list[Finding]:
    """Return the findings that are not known to be as they should."""
    deliberate = DELIBERATE.get(report.name, {})
    return [finding for finding in report.findings if finding.aspect not in deliberate]


def verdict_of(report: OperatorReport) -> str:
    """Return the worst verdict on an operator."""
    findings = findings_of(report)
    if findings:
        return min((finding.verdict for finding in findings), key=VERDICTS.index)
    return DELIBERATELY if report.findings else AGREES


def status_of(report: OperatorReport, group: str) -> str:
    """Return how a group of aspects fared: ok, FAIL, differs (on purpose), or - if not compared."""
    aspects = GROUPS[group]
    if any(finding.aspect in aspects for finding in findings_of(report)):
        return "FAIL"
    if any(finding.aspect in aspects for finding in report.findings):
        return "differs"
    tallies = (report.aspects.get(aspect) for aspect in aspects)
    return "ok" if any(tally is not None and tally.passed for tally in tallies) else "-"


def farthest(report: OperatorReport) -> str:
    """Return an upper bound of the float32 ULPs between both sides, value and gradient."""
    bins = [k for histogram in report.ulps.values() for k in histogram]
    if not bins:
        return "-"
    k = max(bins)
    if k < 2:
        return str(k)
    return f"<{2**k}" if k < 20 else f"<2^{k}"
