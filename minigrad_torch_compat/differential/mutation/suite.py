"""Who catches what: each mutant against the specs of the operators that use its rule."""

from __future__ import annotations

import multiprocessing
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from ..check import compare_case
from ..search import each
from ..spec import SPECS, Case, Spec
from .engine import engine_mutants
from .equivalent import EQUIVALENT
from .kernels import kernel_mutants
from .rules import mutants_of, rules_of

ASPECTS = ("gradient", "create_graph", "second_gradient")
_PATIENCE = 8


@dataclass
class Result:
    """What became of the mutants.

    Attributes:
        caught: for each mutant that was, the spec that did it.
        equivalent: mutants that no input can tell, with the reason.
        survived: those that nothing caught.
        unused: those whose rule no spec ever ran.
    """

    caught: dict[str, str] = field(default_factory=dict)
    equivalent: dict[str, str] = field(default_factory=dict)
    survived: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many mutants could be caught."""
        return len(self.caught) + len(self.survived) + len(self.unused)

    def kinds(self) -> dict[str, tuple[int, int]]:
        """Return for every kind of mistake how many were caught, of how many."""
        counts: dict[str, list[int]] = {}
        for name in [*self.caught, *self.survived, *self.unused]:
            count = counts.setdefault(kind_of(name), [0, 0])
            count[0] += name in self.caught
            count[1] += 1
        return {kind: (caught, total) for kind, (caught, total) in sorted(counts.items())}

    def __str__(self) -> str:
        share = len(self.caught) / self.total if self.total else 1.0
        kinds = self.kinds()
        width = max(map(len, kinds), default=0)
        lines = [f"{kind:<{width}}  {n:>4} of {total:>4}" for kind, (n, total) in kinds.items()]
        lines.append(
            f"mutation score {share:.1%}: {len(self.caught)} of {self.total} mutants caught; "
            f"{len(self.equivalent)} more are provably equivalent"
        )
        return "\n".join(lines)


def kind_of(name: str) -> str:
    """Return the kind of mistake that a mutant's name says."""
    kind = name.split(": ")[1]
    return "swapped inputs" if kind.startswith("swapped ") else kind


class Examples:
    """Some cases of every spec, and which primitives they run."""

    def __init__(self, specs: Iterable[Spec], count: int, seed: int = 0) -> None:
        self.cases: dict[str, list[Case]] = {}
        self.users: dict[str, list[str]] = defaultdict(list)
        for spec in specs:
            found: list[Case] = []
            used: set[str] = set()

            def look(case: Case, spec: Spec = spec, found: Any = found, used: Any = used) -> None:
                # What the reference refuses is no example.
                try:
                    names = compare_case(spec, case, ASPECTS)
                except Exception:
                    return
                if names:
                    found.append(case)
                    used.update(names)

            each(spec.cases, count, seed, look)
            self.cases[spec.name] = found
            for name in sorted(used):
                self.users[name].append(spec.name)

    def users_of(self, mutant: Any) -> list[str]:
        """Return the names of the specs that run a mutant's primitives."""
        return list(dict.fromkeys(n for p in mutant.primitives for n in self.users.get(p, ())))

    def catch(self, mutant: Any) -> str | None:
        """Return the name of the first spec that fails for a mutant."""
        names = self.users_of(mutant)
        # A spec named for the primitive is the likeliest to notice.
        names.sort(key=lambda name: name.split("/")[0] not in mutant.primitives)
        with mutant.alive():
            for name in names:
                for case in self.cases[name]:
                    try:
                        compare_case(SPECS[name], case, ASPECTS)
                    except Exception:
                        return name
        return None


def all_mutants(primitives: Sequence[str]) -> list[Any]:
    """Return every alteration of primitives: of their rules, kernels, and of the engine's part."""
    of_rules = [mutant for rule in rules_of(primitives) for mutant in mutants_of(rule)]
    return [*of_rules, *engine_mutants(primitives), *kernel_mutants(primitives)]


def score(
    mutants: Sequence[Any],
    *,
    examples: int = 12,
    seed: int = 0,
    specs: Iterable[Spec] | None = None,
    jobs: int = 1,
) -> Result:
    """Let every mutant loose and see which specs catch it.

    What survives has a second chance, with ``_PATIENCE`` times as many cases of the specs that may
    reach its rule: a branch that one case in a hundred takes.

    Args:
        mutants: from ``all_mutants``.
        examples: how many cases of each spec are tried.
        seed: what they are drawn from.
        specs: those to try; all by default.
        jobs: processes, where they can be forked; the result is the same for any number.
    """
    if jobs > 1:
        # OpenMP hangs in a forked process if its parent ever ran more than one thread.
        torch.set_num_threads(1)
    asked = list(SPECS.values() if specs is None else specs)
    left = [m for m in mutants if m.name not in EQUIVALENT]
    caught: dict[str, str] = {}
    unused: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for count in (examples, examples * _PATIENCE):
            found = Examples(asked, count, seed)
            caught.update(_caught(found, left, jobs))
            left = [m for m in left if m.name not in caught]
            unused += [m.name for m in left if not found.users_of(m)]
            left = [m for m in left if m.name not in unused]
            users = {name for m in left for name in nearest(m, found.users_of(m))}
            asked = [spec for spec in asked if spec.name in users]
    return Result(
        {m.name: caught[m.name] for m in mutants if m.name in caught},
        {m.name: EQUIVALENT[m.name] for m in mutants if m.name in EQUIVALENT},
        [m.name for m in left],
        unused,
    )


def nearest(mutant: Any, specs: Sequence[str]) -> Sequence[str]:
    """Return the specs that are named for a mutant's primitives, or all if none is."""
    return [s for s in specs if any(name in s for name in mutant.primitives)] or specs


def _caught(found: Examples, mutants: Sequence[Any], jobs: int) -> dict[str, str]:
    """Return who catches which mutants."""
    if jobs > 1 and "fork" in multiprocessing.get_all_start_methods():
        # Forked, since neither mutants nor cases can be pickled.
        context = multiprocessing.get_context("fork")
        with context.Pool(jobs, _remember, (found, mutants)) as pool:
            caught = pool.map(_catch, range(len(mutants)), chunksize=4)
    else:
        caught = [found.catch(mutant) for mutant in mutants]
    return {m.name: name for m, name in zip(mutants, caught, strict=True) if name is not None}


_work: list[Any] = []


def _remember(*work: Any) -> None:
    _work[:] = work


def _catch(index: int) -> str | None:
    found, mutants = _work
    name: str | None = found.catch(mutants[index])
    return name


def survivors(result: Result) -> str:
    """Return the mutants that nothing caught, a line each."""
    lines = [f"survived  {name}" for name in result.survived]
    return "\n".join(lines + [f"never ran {name}" for name in result.unused])
