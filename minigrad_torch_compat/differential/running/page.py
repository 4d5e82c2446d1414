"""A result as a page of its own: one file, no requests, readable without JavaScript."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import jinja2

from ..deliberate import DELIBERATE
from ..report import OperatorReport
from .result import GROUPS, Result, farthest, findings_of, status_of, verdict_of

_HEIGHT, _STEP = 36, 4  # of a histogram and of its bars, in the units of its drawing


def page(result: Result) -> str:
    """Return the page, the same bytes for the same result."""
    template = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        result=result,
        summary=result.summary,
        run=result.plan.key,
        reasons=DELIBERATE,
        groups=list(GROUPS),
        rows=[_row(report) for report in result.reports],
        height=_HEIGHT,
        step=_STEP,
    )


def _row(report: OperatorReport) -> dict[str, Any]:
    """Return what the template shows of an operator."""
    return {
        "report": report,
        "states": [status_of(report, group) for group in GROUPS],
        "verdict": verdict_of(report),
        "counted": findings_of(report),
        "farthest": farthest(report),
        "order": max((k for found in report.ulps.values() for k in found), default=-1),
        "histograms": {
            name: bars(report.ulps[name]) if report.ulps.get(name) else []
            for name in ("value", "gradient")
        },
    }


def bars(histogram: dict[int, int]) -> list[dict[str, Any]]:
    """Return the bars of a histogram: place, height and what to say of each.

    Example:
        >>> [(bar["x"], bar["height"]) for bar in bars({0: 9, 2: 3})]
        [(0, 36.0), (8, 12.0)]
    """
    total, most = sum(histogram.values()), max(histogram.values())
    made = []
    for k in sorted(histogram):
        low, high = (0, 0) if k == 0 else (2 ** (k - 1), 2**k - 1)
        reach = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        made.append(
            {
                "x": _STEP * k,
                # Few are shown too: a single number far off is what one looks for.
                "height": max(1.5, round(_HEIGHT * histogram[k] / most, 1)),
                "text": f"{reach} ULPs apart: {histogram[k]:,} of {total:,} numbers",
            }
        )
    return made
