"""What the tester compares, and which of PyTorch's names minigrad has, as a Markdown document.

Generated from the registry: ``minigrad difftest --coverage FILE``.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..check import compare_aspect, with_itself
from ..deliberate import DELIBERATE
from ..examination import Examination, NotApplicable
from ..search import each
from ..spec import Case, Spec
from .result import GROUPS

_EXAMPLES = 8  # enough to see what a spec compares; whether it agrees is the tests' business
_SHOWN = {"value": "value", "grad": "gradient", "gradgrad": "second_gradient"}
_TIERS = {
    1: "what tutorials use",
    2: "what models in the field use",
    3: "linear algebra, special functions, Fourier transforms",
}

# PyTorch's namespaces, and where the same names are in minigrad.
_NAMESPACES = {
    "torch": "minigrad",
    "torch.Tensor": "minigrad.Tensor",
    "torch.nn.functional": "minigrad.nn.functional",
    "torch.linalg": "minigrad.linalg",
    "torch.special": "minigrad.special",
    "torch.fft": "minigrad.fft",
}


@dataclass(frozen=True)
class Row:
    """What a spec compares."""

    name: str
    tier: int
    compared: tuple[bool, ...]

    def __str__(self) -> str:
        marks = ("yes" if compared else "" for compared in self.compared)
        note = ", ".join(DELIBERATE.get(self.name, {})).replace("_", "-")
        return f"| `{self.name}` | {' | '.join(marks)} | {note} |"


def document(specs: dict[str, Spec]) -> str:
    """Return the document, the same bytes for the same registry and versions."""
    return "\n".join([*_head(specs), *operators(list(map(row, specs.values()))), *names(specs), ""])


def _head(specs: dict[str, Spec]) -> Iterator[str]:
    yield "# What is compared with PyTorch"
    yield ""
    yield (
        "Made by `python -m minigrad difftest --coverage FILE` from the registry of specs and the "
        "installed PyTorch; not written by hand."
    )


def row(spec: Spec) -> Row:
    """Return what a spec compares: an aspect counts if any of a few examples has it.

    The reference alone is asked: a mistake of the candidate's changes nothing here.
    """
    itself = with_itself(spec)
    found = dict.fromkeys(_SHOWN.values(), False)

    def look(case: Case) -> None:
        exam = Examination(itself, case)
        for aspect, seen in found.items():
            if not seen:
                found[aspect] = not isinstance(compare_aspect(aspect, exam), NotApplicable)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        each(spec.cases, _EXAMPLES, 0, look)
    return Row(spec.name, spec.tier, (*found.values(), spec.errors is not None))


def operators(rows: list[Row]) -> Iterator[str]:
    """Yield the tables of operators, with counts on top."""
    columns = [*_SHOWN, "errors"]
    assert set(columns) <= set(GROUPS)
    yield ""
    yield f"| tier | specs | {' | '.join(columns)} |"
    yield f"|---|{'---:|' * (len(columns) + 1)}"
    for tier, what in [*_TIERS.items(), (None, "all")]:
        those = [row for row in rows if tier in (None, row.tier)]
        counts = (sum(row.compared[i] for row in those) for i in range(len(columns)))
        label = what if tier is None else f"{tier}: {what}"
        yield f"| {label} | {len(those)} | {' | '.join(map(str, counts))} |"
    yield ""
    yield (
        "**value** also stands for shape, dtype, float32 and `requires_grad`; **grad** for the "
        "gradient, computed on arrays and recorded; **gradgrad** for the second gradient; "
        "**errors** for calls that PyTorch refuses, listed in the spec (every operator is called "
        "with wrong arguments besides). Methods, in-place methods and views are compared where "
        "there are any; **on purpose** names what is meant to differ."
    )
    for tier, what in _TIERS.items():
        yield ""
        yield f"## Tier {tier}: {what}"
        yield ""
        yield f"| operator | {' | '.join(columns)} | on purpose |"
        yield f"|---|{'---|' * (len(columns) + 1)}"
        yield from (str(row) for row in sorted(rows, key=lambda row: row.name) if row.tier == tier)


def names(specs: dict[str, Spec]) -> Iterator[str]:
    """Yield which of the functions that PyTorch documents minigrad has."""
    checked = {name.split("/")[0].split(".")[-1] for name in specs}
    tables = {theirs: sorted(documented(resolve(theirs))) for theirs in _NAMESPACES}
    yield ""
    yield "## PyTorch's names"
    yield ""
    yield (
        "Functions and methods that PyTorch documents (public, with a docstring), those of its "
        "compiler, of threads, storage, quantisation and sparse layouts among them. **compared**: "
        "a spec carries the name, without the underscore of methods in place."
    )
    yield ""
    yield "| namespace | documented | in minigrad | compared |"
    yield "|---|---:|---:|---:|"
    has = {theirs: resolve(ours) for theirs, ours in _NAMESPACES.items()}
    for theirs, found in tables.items():
        there = [name for name in found if hasattr(has[theirs], name)]
        compared = sum(name.removesuffix("_") in checked for name in there)
        yield f"| `{theirs}` | {len(found)} | {len(there)} | {compared} |"
    for theirs, found in tables.items():
        for title, wanted in (("has", True), ("lacks", False)):
            listed = [f"`{n}`" for n in found if hasattr(has[theirs], n) == wanted]
            yield ""
            yield f"### `{theirs}`: minigrad {title} {len(listed)}"
            yield ""
            yield ", ".join(listed) or "None."


def documented(owner: Any) -> list[str]:
    """Return the names of the functions in a module or class that have a docstring."""

    def is_function(value: Any) -> bool:
        return isinstance(value, Callable) and not isinstance(value, type)  # type: ignore[arg-type]

    return [
        name
        for name in dir(owner)
        if not name.startswith("_")
        and is_function(value := getattr(owner, name))
        and (value.__doc__ or "").strip()
        and not _foreign(value)
    ]


def _foreign(function: Any) -> bool:
    """Return whether a module merely imported a function, from Python's library for instance."""
    module = getattr(function, "__module__", None) or "torch"
    return module.split(".")[0] != "torch"


def resolve(path: str) -> Any:
    """Return the module or class at a dotted path."""
    module, _, attribute = path.rpartition(".")
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(module), attribute)
