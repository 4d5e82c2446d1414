"""What a check found: findings and their operator's report, readable and as JSON.

Nothing in them depends on the clock, the process or the machine's memory: the same operator, seed
and number of examples give the same bytes.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict, dataclass, field
from typing import Any

from .examination import Disagreement


@dataclass(frozen=True)
class Finding:
    """One way in which a candidate differs from its reference.

    Attributes:
        verdict: one of ``verdicts.VERDICTS``.
        aspect: what was compared.
        message: what differs, in a line.
        case: the smallest call found, as text.
        script: a Python program that shows it.
        evidence: what finite differences or more digits say; empty if not asked.
        count: how many of the examples differed like that.
    """

    verdict: str
    aspect: str
    message: str
    case: str
    script: str
    evidence: str = ""
    count: int = 1

    def __str__(self) -> str:
        lines = [f"{self.verdict.upper()} in {self.aspect}: {self.message}"]
        if self.evidence:
            lines.append(f"  {self.evidence}")
        lines += [f"  in {self.count} examples, the smallest: {self.case}", ""]
        return "\n".join(lines) + textwrap.indent(self.script, "    ")


@dataclass(frozen=True)
class Tally:
    """How an aspect fared over all examples."""

    passed: int = 0
    failed: int = 0
    not_applicable: int = 0

    @property
    def status(self) -> str:
        """``failed``, ``passed`` or ``not applicable``."""
        if self.failed:
            return "failed"
        return "passed" if self.passed else "not applicable"


@dataclass(frozen=True)
class OperatorReport:
    """All that was found out about an operator.

    Attributes:
        name: the operator's.
        candidate: the name of the engine under test.
        reference: the name of the engine it was compared with.
        tier: the spec's.
        seed: what the examples were drawn from.
        examples: how many there were.
        refused: how many of them the reference refused.
        aspects: how each aspect fared.
        findings: what differs, the worst first.
        ulps: histograms of the distance of float32 "value" and "gradient" from the reference's, in
            units in the last place; bin 0 is equal, bin k is [2**(k-1), 2**k).
    """

    name: str
    candidate: str = "minigrad"
    reference: str = "torch"
    tier: int = 1
    seed: int = 0
    examples: int = 0
    refused: int = 0
    aspects: dict[str, Tally] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    ulps: dict[str, dict[int, int]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.findings

    def raise_if_failed(self) -> None:
        """Raise ``Disagreement`` with the report's text if anything differs."""
        if not self.ok:
            raise Disagreement(str(self))

    # --- text -----------------------------------------------------------------------------

    def __str__(self) -> str:
        verdict = "agrees" if self.ok else "differs"
        head = (
            f"{self.name}: {self.candidate} {verdict}"
            f"{' with' if self.ok else ' from'} {self.reference} "
            f"({self.examples} examples, seed {self.seed})"
        )
        rows = [f"  {'aspect':<16}{'passed':>8}{'failed':>8}{'n/a':>8}"]
        rows += [
            f"  {name:<16}{tally.passed:>8}{tally.failed:>8}{tally.not_applicable:>8}"
            for name, tally in self.aspects.items()
        ]
        for name, histogram in self.ulps.items():
            rows.append(f"  float32 {name}, ULPs apart: {_summary(histogram)}")
        return "\n\n".join(["\n".join([head, *rows]), *map(str, self.findings)])

    # --- JSON -----------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the report as what JSON knows."""
        found = asdict(self)
        found["findings"] = [asdict(finding) for finding in self.findings]
        found["ulps"] = {
            name: {str(k): histogram[k] for k in sorted(histogram)}
            for name, histogram in self.ulps.items()
        }
        return found

    def to_json(self) -> str:
        """Return the report as JSON text, the same bytes for the same report."""
        return json.dumps(self.to_dict(), indent=1)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> OperatorReport:
        """Return the report that ``to_dict`` was called on."""
        return cls(
            **{
                **found,
                "aspects": {name: Tally(**tally) for name, tally in found["aspects"].items()},
                "findings": tuple(Finding(**finding) for finding in found["findings"]),
                "ulps": {
                    name: {int(k): count for k, count in histogram.items()}
                    for name, histogram in found["ulps"].items()
                },
            }
        )


def _summary(histogram: dict[int, int]) -> str:
    """Return a histogram on one line: ``0: 90%, 1: 8%, 2-3: 2%``."""
    total = sum(histogram.values())
    if not total:
        return "none"
    parts = []
    for k in sorted(histogram):
        low, high = (0, 0) if k == 0 else (2 ** (k - 1), 2**k - 1)
        parts.append(
            f"{low if low == high else f'{low}-{high}'}: {100 * histogram[k] / total:.3g}%"
        )
    return ", ".join(parts)
