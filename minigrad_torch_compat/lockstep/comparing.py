"""Walks through two runs, up to the first thing in which they differ."""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Iterator
from itertools import islice

from .aligning import Moment, Side, key, same_keys
from .findings import Counts, Finding, Pair, Site, name_of, site_of
from .judging import Tolerance, Verdict, distance, error_of, is_floating, judge, scale_of
from .noise import Noise
from .passes import Passes
from .records import Record
from .window import Window

_SHOWN = 5  # calls shown before and after the place where the runs part


class Comparison:
    """The comparison of two runs.

    Args:
        torch: PyTorch's records.
        minigrad: minigrad's records.
        tolerance: what the user allows.

    Attributes:
        counts: what was compared so far.
    """

    def __init__(self, torch: Side, minigrad: Side, tolerance: Tolerance) -> None:
        self._sides = (torch, minigrad)
        self._tolerance = tolerance
        self._places = (array("q"), array("q"))
        self._window = Window()
        self._noise = Noise(torch)
        self._unset: set[int] = set()  # calls that returned whatever was in memory
        self._passes = Passes(self._sides, tolerance, self._window, self._noise, self.records)
        self._last: deque[tuple[str, Site, float]] = deque(maxlen=_SHOWN)
        self.counts = Counts()

    def run(self) -> Finding | None:
        """Return the first finding, or None if the runs agree as far as both went."""
        torch, minigrad = self._sides
        streams = torch.moments(minigrad), minigrad.moments(torch)
        for stream in streams:
            next(stream)
        finding = None
        while finding is None:
            a, b = next(streams[0]), next(streams[1])
            if a.record is None and b.record is None:
                finding = self._gradients(a, b)
                break
            if a.record is None or b.record is None or key(a.record) != key(b.record):
                if not (torch.stopped or minigrad.stopped):
                    finding = self._parted((a, b), streams)
                break
            finding = self._moment(a, b)
        self.counts.gradients = self._passes.compared
        if finding is not None:
            finding.last = list(self._last)
        for stream in streams:
            deque(stream, maxlen=0)  # what else was noted: how the program ended
        return finding

    def records(self, pair: int) -> tuple[Record, Record]:
        """Return both records of a pair of calls."""
        first, second = (side.at(places[pair]) for side, places in zip(self._sides, self._places))
        return first, second

    def _moment(self, a: Moment, b: Moment) -> Finding | None:
        """Compare two calls that belong together, and what was noted before them."""
        first, second = a.record, b.record
        assert first is not None
        assert second is not None
        pair = len(self._places[0])
        for side, places, moment in zip(self._sides, self._places, (a, b)):
            places.append(moment.place)
            side.pairs.append(pair)
        self._passes.add(a.gradients, b.gradients)
        passing = first["kind"] == "step" or first["name"].rpartition(".")[2] in (
            "backward",
            "grad",
        )
        failed = "raised" in first or "raised" in second  # then the pass is not complete
        found = self._passes.compare(partial=failed) if passing else None
        if found is None and same_keys(a.soft, b.soft):
            found = self._soft(a.soft, b.soft)
        found = found or self._call(pair, first, second)
        if passing:
            self._window.clear()
        return found

    def _gradients(self, a: Moment, b: Moment, partial: bool = False) -> Finding | None:
        self._passes.add(a.gradients, b.gradients)
        return self._passes.compare(partial)

    def _soft(self, a: list[Record], b: list[Record]) -> Finding | None:
        """Compare layers within a layer."""
        for first, second in zip(a, b):
            if "raised" in first or "raised" in second:
                continue  # an engine's own way to end a computation that checkpoints repeat
            found, _ = self._results(-1, first, second)
            if found is not None:
                return found
        return None

    def _call(self, pair: int, a: Record, b: Record) -> Finding | None:
        if a["kind"] == "step":
            found, error = self._step(a, b)
            self.counts.steps += 1
        else:
            found, error = self._results(pair, a, b)
        if found is not None:
            found.number = pair + 1
            return found
        self._window.drift = max(self._window.drift, error)
        self._window.add(pair, a, b, self._sides[0])
        self.counts.add(a["name"], error)
        self._last.append((name_of(a), site_of(a), error))
        return None

    def _results(self, pair: int, a: Record, b: Record) -> tuple[Finding | None, float]:
        """Compare what two calls returned or raised; return the largest difference too."""
        if "raised" in a or "raised" in b:
            return _raised(a, b), 0.0
        if len(a["out"]) != len(b["out"]):
            title = f"{name_of(a)} returned {len(a['out'])} values and {len(b['out'])}"
            return _finding("shape", title, a, b, []), math.inf
        incoming, source = self._incoming(a, b)
        noise = self._noise.reach(a["in"], b["in"])
        verdicts = [
            self._result(a, first, second, incoming, source, noise)
            for first, second in zip(a["out"], b["out"])
        ]
        for verdict in verdicts:
            if verdict.kind:
                title = _TITLES[verdict.kind].format(name_of(a))
                found = _finding(verdict.kind, title, a, b, verdicts)
                found.remarks.append(_cause(verdict, incoming))
                return found, verdict.error
        error = max((verdict.error for verdict in verdicts), default=0.0)
        if a.get("unset"):
            self._unset.add(pair)
        # Explained by its inputs, it explains what follows from it: noise, or values that cancel.
        if error > (self._tolerance.of("float32") if noise else self._tolerance.drift):
            self._noise.follow(pair)
        return None, error

    def _result(self, call: Record, a: Record, b: Record, *reasons: float) -> Verdict:
        if call.get("unset"):
            a, b = ({k: v for k, v in note.items() if k != "hash"} for note in (a, b))
        return judge(a, b, self._tolerance, *reasons)

    def _incoming(self, a: Record, b: Record) -> tuple[float, float]:
        """Return how far apart the inputs are, and the largest value among them."""
        drift, source = self._tolerance.drift, 0.0
        incoming = self._window.drift if a.get("own") else 0.0
        for first, second in zip(a["in"], b["in"]):
            if "from" in first and self._sides[0].pairs[first["from"]] in self._unset:
                continue
            error = error_of(first, second)
            if is_floating(first):
                # A leaf, or what no call returned, is farther apart only if it was never set.
                if error <= drift or "from" in first:
                    incoming = max(incoming, error)
                if "hash" in first and "hash" in second:
                    source = max(source, scale_of(first, second))
            elif error:
                incoming = max(incoming, drift)
        return incoming, source

    def _step(self, a: Record, b: Record) -> tuple[Finding | None, float]:
        """Compare the parameters after a step."""
        worst, verdicts = 0.0, []
        for leaf, first, second in zip(a["leaves"], a["out"], b["out"]):
            incoming = max(self._window.drift, self._passes.errors.get(leaf, 0.0))
            verdict = self._after_step(leaf, first, second, incoming)
            verdicts.append(verdict)
            worst = max(worst, verdict.error)
        wrong = [i for i, verdict in enumerate(verdicts) if verdict.kind]
        if not wrong:
            return None, worst
        i = wrong[0]
        title = f"{a['name']} differs: {a['out'][i]['name']} after the step"
        found = _finding("step", title, a, b, [])
        found.pairs.append(Pair(a["out"][i]["name"], a["out"][i], b["out"][i], verdicts[i]))
        found.remarks.append(
            f"{len(wrong)} of {len(verdicts)} parameters differ; their gradients agreed."
        )
        return found, worst

    def _after_step(self, leaf: str, a: Record, b: Record, incoming: float) -> Verdict:
        """Compare a parameter after a step.

        Single elements may jump where their gradients are noise: the typical difference counts.
        """
        verdict = judge(a, b, self._tolerance.after(self._window.drift), incoming)
        if verdict.kind != "value" or not math.isfinite(verdict.error):
            return verdict
        scale = scale_of(a, b)
        typical = self._noise.without(leaf, a, b)
        error = distance(a, b, scale).typical if typical is None else typical / scale
        return Verdict("", "", error, verdict.allowed) if error <= verdict.allowed else verdict

    def _parted(
        self, moments: tuple[Moment, Moment], streams: tuple[Iterator[Moment], Iterator[Moment]]
    ) -> Finding:
        """Tell how the programs went different ways."""
        early = self._gradients(*moments, partial=True)
        if early is not None:
            return early
        following = {}
        for engine, moment, stream in zip(("PyTorch", "minigrad"), moments, streams):
            records = [moment.record, *(later.record for later in islice(stream, _SHOWN - 1))]
            following[engine] = [(name_of(r), site_of(r)) for r in records if r is not None]
        site = next((calls[0][1] for calls in following.values() if calls), None)
        over = [engine for engine, calls in following.items() if not calls]
        number = len(self._places[0]) + 1
        if over:
            title = f"{over[0]} ended after {number - 1:,} calls, the other goes on"
            return Finding("end", title, site, "", number, next=following)
        title = "The programs went different ways: other calls, or calls by other lines"
        finding = Finding("control flow", title, site, following["PyTorch"][0][0], number)
        finding.next = following
        return finding


_TITLES = {
    "value": "The result of {} differs",
    "shape": "The result of {} has another shape",
    "dtype": "The result of {} is of another kind",
    "requires_grad": "The result of {} requires a gradient in one engine only",
}


def _finding(kind: str, title: str, a: Record, b: Record, verdicts: list[Verdict]) -> Finding:
    found = Finding(kind, title, site_of(a), name_of(a))
    found.pairs += [
        Pair(f"result {first['name']}".strip(), first, second, verdict)
        for first, second, verdict in zip(a.get("out", []), b.get("out", []), verdicts)
    ]
    found.pairs += [
        Pair(f"input {first['name']}", first, second) for first, second in zip(a["in"], b["in"])
    ]
    return found


def _raised(a: Record, b: Record) -> Finding | None:
    """Compare the errors that two calls raised: their types must be the same."""
    first, second = a.get("raised"), b.get("raised")
    if first and second and first[0] == second[0]:
        return None
    title = f"{name_of(a)} raised {first[0] if first else 'nothing'} in PyTorch, "
    title += f"{second[0] if second else 'nothing'} in minigrad"
    found = _finding("error", title, a, b, [])
    for engine, raised in (("PyTorch", first), ("minigrad", second)):
        if raised:
            found.remarks.append(f"{engine}: {raised[0]}: {raised[1]}")
    return found


def _cause(verdict: Verdict, incoming: float) -> str:
    """Tell whether the call itself is to blame."""
    if not incoming:
        return "Its inputs are the same on both sides: the call itself computes something else."
    if verdict.error > 10 * incoming:
        return (
            f"Its inputs are {incoming:.2g} apart, far less than its result: the call itself "
            "computes something else, or magnifies differences."
        )
    return (
        f"Its inputs are {incoming:.2g} apart already: differences by rounding that have grown. "
        "See where they began to."
    )
