"""A run from the plan to the result: what the journal has, then what the workers find."""

from __future__ import annotations

from collections.abc import Callable

from ..report import OperatorReport
from .jobs import reports
from .journal import Journal
from .plan import Plan
from .result import Result


def run(
    plan: Plan,
    journal: Journal | None = None,
    done: Callable[[OperatorReport], None] = lambda report: None,
) -> Result:
    """Check the plan's operators and return their reports.

    An interrupt (Ctrl-C) ends the run; what is done by then is in the result and in the journal.

    Args:
        plan: what to do.
        journal: reports that need not be made again; new ones are added. Once all are there they
            are removed, and the next run starts from nothing.
        done: called with each report as it comes, in no particular order.
    """
    known = dict(journal.reports) if journal is not None else {}
    found = {name: known[name] for name in plan.names if name in known}
    interrupted = False
    try:
        for report in list(found.values()):
            done(report)
        for report, finished in reports(plan, [name for name in plan.names if name not in found]):
            found[report.name] = report
            if journal is not None and finished:  # the others are worth another attempt
                journal.add(report)
            done(report)
    except KeyboardInterrupt:
        interrupted = True
    if journal is not None and not interrupted:
        journal.forget(plan.names)
    ordered = tuple(found[name] for name in plan.names if name in found)
    return Result(plan, ordered, interrupted)
