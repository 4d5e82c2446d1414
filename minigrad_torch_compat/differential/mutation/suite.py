"""Who catches what: each mutant against the specs of the operators that use its rule."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..check import compare_case
from ..search import each
from ..spec import SPECS, Case, Spec
from .equivalent import EQUIVALENT

ASPECTS = ("gradient", "create_graph", "second_gradient")


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

    def __str__(self) -> str:
        share = len(self.caught) / self.total if self.total else 1.0
        return (
            f"mutation score {share:.1%}: {len(self.caught)} of {self.total} mutants caught; "
            f"{len(self.equivalent)} more are provably equivalent"
        )


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

    def catch(self, mutant: Any) -> str | None:
        """Return the name of the first spec that fails for a mutant."""
        names = list(dict.fromkeys(n for p in mutant.primitives for n in self.users.get(p, ())))
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


def score(
    mutants: Sequence[Any],
    *,
    examples: int = 12,
    seed: int = 0,
    specs: Iterable[Spec] | None = None,
    progress: Callable[[Any], None] = lambda mutant: None,
) -> Result:
    """Let every mutant loose and see which specs catch it.

    Args:
        mutants: from ``mutants_of`` and ``engine_mutants``.
        examples: how many cases of each spec are tried.
        seed: what they are drawn from.
        specs: those to try; all by default.
        progress: called with each mutant.
    """
    result = Result()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Examples(SPECS.values() if specs is None else specs, examples, seed)
        for mutant in mutants:
            progress(mutant)
            if mutant.name in EQUIVALENT:
                result.equivalent[mutant.name] = EQUIVALENT[mutant.name]
            elif not any(p in found.users for p in mutant.primitives):
                result.unused.append(mutant.name)
            else:
                caught = found.catch(mutant)
                if caught is None:
                    result.survived.append(mutant.name)
                else:
                    result.caught[mutant.name] = caught
    return result


def survivors(result: Result) -> str:
    """Return the mutants that nothing caught, a line each."""
    lines = [f"survived  {name}" for name in result.survived]
    return "\n".join(lines + [f"never ran {name}" for name in result.unused])
