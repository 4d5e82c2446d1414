"""Compares the gradients of a backward pass, last call first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

from .aligning import Side
from .findings import Finding, Pair, name_of, site_of
from .judging import NOISE, Tolerance, Verdict, distance, epsilon, judge, scale_of
from .noise import Noise
from .records import Record
from .summary import extent
from .window import Window

# Which gradient: the pair of calls (or the last that used a leaf), "leaf" or "grad", the leaf or
# which result, and how many arrived there before.
Key = tuple[int, str, Any, int]


class Passes:
    """The gradients that have not been compared yet.

    Args:
        sides: PyTorch's and minigrad's.
        tolerance: what the user allows.
        window: the calls since the last pass.
        noise: learns which elements rounding moves.
        record_of: returns both records of a pair.

    Attributes:
        compared: how many gradients were compared.
        errors: of leaves, the relative difference of their last gradients.
    """

    def __init__(
        self,
        sides: tuple[Side, Side],
        tolerance: Tolerance,
        window: Window,
        noise: Noise,
        record_of: Callable[[int], tuple[Record, Record]],
    ) -> None:
        self._sides, self._tolerance, self._window = sides, tolerance, window
        self._noise, self._record_of = noise, record_of
        self._waiting: tuple[list[Record], list[Record]] = ([], [])
        self.compared = 0
        self.errors: dict[str, float] = {}

    def add(self, *noted: list[Record]) -> None:
        """Add gradients that arrived, PyTorch's and minigrad's."""
        for waiting, new in zip(self._waiting, noted):
            waiting.extend(new)

    def compare(self, partial: bool = False) -> Finding | None:
        """Compare what has arrived; return the first difference in the order of the pass.

        Args:
            partial: the pass was cut short on a side: what is missing there means nothing.
        """
        first, second = (self._by_key(i) for i in (0, 1))
        for waiting in self._waiting:
            waiting.clear()
        floors = _Floors(first, self._window)
        drift, found = self._window.drift, None
        for key in sorted(first.keys() | second.keys(), key=_order):
            a, b = first.get(key), second.get(key)
            if a is None or b is None:
                if not partial and self._is_missing(a or b, key, floors.of(key)):
                    found = self._finding(key, a, b, Verdict("missing", "", math.inf))
                    break
                continue
            verdict = self._judge(key, a["value"], b["value"], drift, floors.of(key))
            drift = max(drift, verdict.error if not verdict.kind else 0.0)
            self.compared += 1
            if verdict.kind:
                found = self._finding(key, a, b, verdict)
                break
        return found

    def _by_key(self, i: int) -> dict[Key, Record]:
        pairs, seen = self._sides[i].pairs, Counter[Any]()
        table: dict[Key, Record] = {}
        for record in self._waiting[i]:
            if record["kind"] == "leaf":
                number, users = record["leaf"], self._window.users.get(("leaf", record["leaf"]))
                pair = users[-1] if users else -1
            else:
                number, pair = record["index"], pairs[record["of"]]
                if pair < 0:
                    continue  # of a call that only one side shows
            short = (pair, record["kind"], number)
            table[pair, record["kind"], number, seen[short]] = record
            seen[short] += 1
        return table

    def _is_missing(self, present: Any, key: Key, floor: float) -> bool:
        """Return whether a gradient that arrived on one side only makes a difference."""
        if "hash" not in present["value"] or extent(present["value"]) <= floor:
            return False
        return key[1] == "leaf" or (key[3] == 0 and (key[0], key[2]) in self._window.watched)

    def _judge(self, key: Key, a: Record, b: Record, drift: float, floor: float) -> Verdict:
        """Compare two gradients; small ones may differ by noise."""
        verdict = judge(a, b, self._tolerance.after(self._window.drift), drift)
        shown = "hash" in a and "hash" in b
        if verdict.kind not in ("", "value") or not shown or a["hash"] == b["hash"]:
            return verdict
        scale = scale_of(a, b)
        if key[1] == "leaf":
            self.errors[key[2]] = verdict.error
            self._noise.learn(key[2], a, b, floor)
        if not verdict.kind or not math.isfinite(verdict.error):
            return verdict
        if distance(a, b, scale).largest * scale > floor:
            return verdict
        return Verdict("", "", 0.0, verdict.allowed)

    def _finding(self, key: Key, a: Record | None, b: Record | None, verdict: Verdict) -> Finding:
        """Name the calls whose derivative may be wrong: those that used the value."""
        pair, kind, number, _ = key
        users = self._window.users[("leaf", number) if kind == "leaf" else ("pair", pair)]
        blamed = [*reversed(users)] or ([pair] if pair >= 0 else [])
        made = self._record_of(pair)[0] if kind == "grad" else {}
        what = "of " + (f"the result of {name_of(made)}" if made else (a or b or {})["name"])
        finding = Finding("gradient", "", number=blamed[0] + 1 if blamed else 0)
        one = Pair(f"gradient {what}", a and a["value"], b and b["value"], verdict)
        finding.pairs.append(one)
        finding.remarks.append(
            "Gradients are compared from the last call to the first: those of the results of the "
            "calls named here agree."
        )
        if made:
            finding.remarks.append(
                f"The value whose gradient differs was made by call {pair + 1:,}, {site_of(made)}."
            )
        if a is None or b is None:
            finding.remarks.append(f"It arrived in {'PyTorch' if b is None else 'minigrad'} only.")
        if blamed:
            self._blame(finding, blamed, what)
        else:
            finding.title = f"The gradient {what} differs"
        return finding

    def _blame(self, finding: Finding, blamed: list[int], what: str) -> None:
        first, *others = (self._record_of(pair) for pair in blamed[:9])
        finding.site, finding.call = site_of(first[0]), name_of(first[0])
        finding.title = f"The derivative of {finding.call} differs: the gradient {what}"
        finding.pairs += [
            Pair(f"input {a['name']}", a, b) for a, b in zip(first[0]["in"], first[1]["in"])
        ]
        finding.suspects = [(name_of(record), site_of(record)) for record, _ in others]
        if others:
            finding.title = f"A derivative differs: the gradient {what}"
            finding.remarks.append(
                "Several calls used the value; the last of them is shown, each may be to blame."
            )


class _Floors:
    """How small differences are that only rounding makes.

    That of leaves depends on the largest gradient of one; that of results on the gradients they
    were computed from.
    """

    def __init__(self, gradients: dict[Key, Record], window: Window) -> None:
        self._users = window.users
        self._leaves, self._results = 0.0, dict[int, float]()
        for (pair, kind, _, _), record in gradients.items():
            bound = NOISE * _rounding(record)
            if kind == "leaf":
                self._leaves = max(self._leaves, bound)
            else:
                self._results[pair] = max(self._results.get(pair, 0.0), bound)

    def of(self, key: Key) -> float:
        """Return the floor of a gradient."""
        if key[1] == "leaf":
            return self._leaves
        users = self._users.get(("pair", key[0]), [])
        return max((self._results.get(user, 0.0) for user in users), default=0.0)


def _order(key: Key) -> tuple[int, bool, Any, int]:
    """Return where a gradient comes in a pass: a call's results, then the leaves it used."""
    pair, kind, number, time = key
    return -pair, kind == "leaf", number, time


def _rounding(record: Record) -> float:
    """Return the size of a rounding of the largest value of a gradient."""
    value = record["value"]
    return extent(value) * epsilon(value["dtype"]) if "hash" in value else 0.0
