"""What a run is: which operators, how many examples, from which seed, and of which sources."""

from __future__ import annotations

import difflib
import fnmatch
import hashlib
import importlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..spec import SPECS, Spec

REGISTRY = "minigrad_torch_compat.differential.specs"


class UsageError(ValueError):
    """Something was asked for that there is not."""


@dataclass(frozen=True)
class Plan:
    """A run.

    Attributes:
        names: the operators, in the order of the registry.
        examples: how many calls of each.
        seed: what every operator's own seed is made of.
        jobs: how many worker processes.
        limit: seconds that an operator may take.
        modules: what a worker imports to fill the registry.
    """

    names: tuple[str, ...]
    examples: int = 100
    seed: int = 0
    jobs: int = 1
    limit: float = 600.0
    modules: tuple[str, ...] = (REGISTRY,)

    @property
    def key(self) -> dict[str, Any]:
        """What a report depends on, besides the operator."""
        return {"seed": self.seed, "examples": self.examples, **versions(self.modules)}


def registry(modules: Iterable[str]) -> dict[str, Spec]:
    """Import what registers specs, and return all there are."""
    for module in modules:
        importlib.import_module(module)
    return SPECS


def select(patterns: Sequence[str], tier: int | None, specs: dict[str, Spec]) -> tuple[str, ...]:
    """Return the names of the operators that are asked for, in the registry's order.

    Args:
        patterns: shell patterns of names (``linalg.*``); a name without its variant (``softmax``)
            stands for all of them. All operators if there are none.
        tier: only operators of this tier.
        specs: the registry.

    Raises:
        UsageError: if a pattern fits no operator; the message suggests some.
    """
    wanted = {name for pattern in patterns for name in matching(pattern, specs)}
    return tuple(
        name
        for name, spec in specs.items()
        if (not patterns or name in wanted) and tier in (None, spec.tier)
    )


def matching(pattern: str, specs: Iterable[str]) -> list[str]:
    """Return the names that fit a shell pattern."""
    found = [
        name
        for name in specs
        if fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(name.split("/")[0], pattern)
    ]
    if not found:
        near = difflib.get_close_matches(pattern.strip("*?"), list(specs), n=3, cutoff=0.5)
        hint = f"; is it {' or '.join(near)}?" if near else ""
        raise UsageError(f"no operator is called {pattern!r}{hint}")
    return found


def seed_of(seed: int, name: str) -> int:
    """Return an operator's own seed, the same in whatever company it is run."""
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:4], "big")


def versions(modules: Iterable[str] = (REGISTRY,)) -> dict[str, str]:
    """Return the versions of all that takes part: numbers, and for sources a hash."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in ("numpy", "torch", "scipy", "hypothesis"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    found["sources"] = digest(["minigrad", "minigrad_torch_compat", *modules])
    return found


def digest(modules: Iterable[str]) -> str:
    """Return a hash of the sources of packages and modules."""
    total = hashlib.sha256()
    for name in dict.fromkeys(modules):
        file = importlib.import_module(name).__file__
        if file is None:
            continue
        path = Path(file)
        files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
        for source in files:
            total.update(f"{name} {source.relative_to(path.parent).as_posix()}\n".encode())
            total.update(source.read_bytes())
    return total.hexdigest()[:16]
