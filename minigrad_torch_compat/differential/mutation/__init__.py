"""Does the tester notice? Every derivative rule is altered, and each alteration must be caught.

A **mutant** is a rule with one mistake: a sign, a dropped factor or term, swapped inputs, a wrong
axis, a wrong constant, an inverted condition, branches exchanged; or an engine that does not
un-broadcast, or overwrites where it should accumulate. The specs of the operators that use the rule
must fail for it. ``python -m minigrad_torch_compat.differential.mutation`` prints the score.

Mutants that no input can tell from the original are listed, with the reason, in ``equivalent``.

Read: ``alterations`` (what is altered), ``rules`` (where rules are found, and replaced in place),
``engine`` and ``kernels`` (mistakes of the engine, and of what gathers gradients), ``suite`` (who
catches what).

Source of the idea: DeMillo, Lipton and Sayward, Hints on Test Data Selection, 1978.
"""

from .engine import engine_mutants
from .kernels import kernel_mutants
from .rules import Mutant, mutants_of, rules_of
from .suite import Result, all_mutants, score, survivors

__all__ = [
    "Mutant",
    "Result",
    "all_mutants",
    "engine_mutants",
    "kernel_mutants",
    "mutants_of",
    "rules_of",
    "score",
    "survivors",
]
