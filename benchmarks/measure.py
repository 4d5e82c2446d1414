"""Honest comparisons: interleaved runs in one process, medians of pairwise ratios."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

# Idle workers of OpenBLAS and libgomp spin for about 20 ms and would slow the other side down.
PAUSE = 0.03


@dataclass(frozen=True)
class Comparison:
    """One workload on both engines.

    Attributes:
        name: the workload.
        ours, theirs: median seconds per run.
        ratio: median of the pairwise ratios ours / theirs; below 1 minigrad is faster.
        low, high: quartiles of those ratios.
    """

    name: str
    ours: float
    theirs: float
    ratio: float
    low: float
    high: float

    def row(self) -> dict[str, str | float]:
        """Return the comparison as plain data."""
        return asdict(self)


def timed(run: Callable[[], object], repeat: int) -> float:
    """Return the seconds of ``repeat`` runs, divided by ``repeat``."""
    start = time.perf_counter()
    for _ in range(repeat):
        run()
    return (time.perf_counter() - start) / repeat


def compare(
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    rounds: int = 15,
    seconds: float = 0.05,
) -> Comparison:
    """Time two functions in turn, ``rounds`` times, each for about ``seconds``.

    The order alternates, a pause lies between, and the garbage collector waits outside.
    """
    repeats = []
    for run in (ours, theirs):
        run()  # warm up: caches, lazy set-up
        repeats.append(max(1, int(seconds / max(timed(run, 3), 1e-9))))
    times: list[tuple[float, float]] = []
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        for i in range(rounds):
            pair = [0.0, 0.0]
            for side in (0, 1) if i % 2 else (1, 0):
                time.sleep(PAUSE)
                pair[side] = timed((ours, theirs)[side], repeats[side])
            times.append((pair[0], pair[1]))
            gc.collect()
    finally:
        if enabled:
            gc.enable()
    ratios = [a / b for a, b in times]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return Comparison(
        name,
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        middle,
        low,
        high,
    )
