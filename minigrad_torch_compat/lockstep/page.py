"""The report as a page of its own: one file, no requests, no JavaScript."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import Any

import jinja2

from .findings import Pair, Report, Track
from .judging import shown
from .summary import places, size_of, values_of
from .wording import describe, first_values, number, place, worst

_WIDTH, _HEIGHT = 800, 120  # of the drawing
_LOW, _HIGH = -9, 0  # powers of ten that it shows


def page(report: Report) -> str:
    """Return the page."""
    template = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(describe=describe, first_values=first_values, worst=worst)
    ranked = sorted(report.counts.worst.items(), key=lambda item: (-item[1][1], item[0]))
    return environment.from_string(template).render(
        report=report,
        finding=report.finding,
        counts=report.counts,
        ranked=ranked,
        tables={pair.label: elements(pair) for pair in _compared(report)},
        bars=bars(report.counts.track),
        powers=range(_LOW, _HIGH + 1, 3),
        width=_WIDTH,
        height=_HEIGHT,
        up=_up,
        shown=shown,
    )


def _compared(report: Report) -> list[Pair]:
    pairs = report.finding.pairs if report.finding else []
    return [pair for pair in pairs if pair.verdict is not None and pair.verdict.kind]


def elements(pair: Pair) -> list[tuple[str, str, str, str]]:
    """Return the values that were kept of both: index, PyTorch's, minigrad's, difference."""
    a, b = pair.torch, pair.minigrad
    if not a or not b or "hash" not in a or "hash" not in b or a["shape"] != b["shape"]:
        return []
    rows = []
    for at, first, second in zip(
        places(size_of(a), len(values_of(a))).tolist(), values_of(a).tolist(), values_of(b).tolist()
    ):
        gap = "" if first == second else f"{abs(second - first):.2g}"
        rows.append((place(a, at), number(first), number(second), gap))
    return rows


def bars(track: Track) -> list[dict[str, Any]]:
    """Return the bars of the drawing: the largest difference of each stretch of calls."""
    step = _WIDTH / max(len(track.peaks), 1)
    made = []
    for i, peak in enumerate(track.peaks):
        first = i * track.length + 1
        last = first + track.length - 1
        calls = f"call {first:,}" if first == last else f"calls {first:,} to {last:,}"
        top = _up(math.log10(peak)) if peak else _HEIGHT
        made.append(
            {
                "x": round(i * step, 2),
                "y": top,
                "width": round(max(step * 0.85, 0.5), 2),
                "height": round(_HEIGHT - top, 2),
                "text": f"{calls}: {peak:.1e} apart",
            }
        )
    return made


def _up(power: float) -> float:
    """Return how far from the top a power of ten is drawn."""
    part = (min(max(power, _LOW), _HIGH) - _LOW) / (_HIGH - _LOW)
    return round(_HEIGHT * (1 - part), 2)
