"""The command ``minigrad difftest`` behind its options: what it does, says and exits with."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from minigrad.autograd import PRIMITIVES
from minigrad.files import write

from .journal import Journal
from .plan import Plan, UsageError, registry, select
from .run import run
from .table import bar, console, show


def planned(
    patterns: Sequence[str],
    tier: int | None,
    examples: int,
    seed: int,
    jobs: int,
    limit: float,
    modules: tuple[str, ...],
) -> Plan:
    """Return the plan that options ask for.

    Raises:
        UsageError: if they ask for operators that there are not.
    """
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # specs of one's own, next to where the command is called
    names = select(patterns, tier, registry(modules))
    if not names:
        raise UsageError(f"none of these operators is of tier {tier}")
    return Plan(names, examples, seed, jobs, limit, modules)


def execute(
    plan: Plan,
    journal: Path | None,
    resume: bool,
    json: Path | None,
    html: Path | None,
    mutate: bool,
) -> int:
    """Run a plan, show the result, write the files; return the exit status."""
    if html is not None:
        import jinja2 as jinja2  # complain of its absence now, not in the end
    for file in (json, html):
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    name = f"seed-{plan.seed}-examples-{plan.examples}.jsonl"
    path = journal or Path(".minigrad", "difftest", name)
    notes, out = console(stderr=True), console()
    kept = Journal(path, plan.key, fresh=not resume)
    done = sum(name in kept.reports for name in plan.names)
    if done:
        text = f"going on with an interrupted run: {done:,} of {len(plan.names):,} operators"
        notes.print(f"{text} are in {path} (--fresh starts anew)", markup=False, soft_wrap=True)
    with bar(len(plan.names), notes) as shown:
        result = run(plan, kept, shown.done)
    show(result, out)
    if json is not None:
        write(json, result.to_json().encode())
    if html is not None:
        from .page import page

        write(html, page(result).encode())
    if result.interrupted:
        notes.print(f"what is done is in {path}: start again to go on", soft_wrap=True)
        return 130
    missed = mutated(plan) if mutate else False
    return int(bool(result.failed) or missed)


def mutated(plan: Plan) -> bool:
    """Alter the rules of the operators' primitives; print and return whether any is missed."""
    from ..mutation import all_mutants, score, survivors

    bases = {name.split("/")[0].split(".")[-1] for name in plan.names}
    everything = len(registry(plan.modules)) == len(plan.names)
    names = sorted(name for name in PRIMITIVES if everything or name in bases)
    specs = [registry(plan.modules)[name] for name in plan.names]
    result = score(all_mutants(names), seed=plan.seed, specs=specs, jobs=plan.jobs)
    out = console()
    for text in (survivors(result), str(result)):
        if text:
            out.print(text, markup=False, soft_wrap=True)
    return bool(result.survived or result.unused)


def cover(plan: Plan, file: Path) -> int:
    """Write the table of what is compared."""
    from .coverage import document

    write(file, document(registry(plan.modules)).encode())
    return 0
