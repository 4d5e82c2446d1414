"""Running the tester over the whole registry: ``minigrad difftest``.

Operators are checked in worker processes, each from a seed of its own, so that a report depends
neither on the order nor on how many workers there are; what ends a worker (a segmentation fault, an
endless loop) is a finding of the operator it was at. Reports go to a journal as they come, and an
interrupted run goes on from there.

Read: ``plan`` (what is run), ``jobs`` (by whom), ``journal`` (what is done), ``run`` (all three),
``result`` (what came of it); ``table``, ``page`` and ``coverage`` (how it is shown).
"""

from .plan import Plan, UsageError, select
from .result import Result
from .run import run

__all__ = ["Plan", "Result", "UsageError", "run", "select"]
