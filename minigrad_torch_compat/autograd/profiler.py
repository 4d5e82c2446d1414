"""``torch.autograd.profiler``: the time that code takes, by the clock.

Operators are not measured one by one: a profile holds the regions that a program names with
``record_function``, and the whole.
"""

from __future__ import annotations

import time
from typing import Any

_profiles: list[profile] = []


class record_function:
    """Name a region: ``with record_function("forward"): ...``."""

    def __init__(self, name: str, args: str | None = None) -> None:
        self.name = name

    def __enter__(self) -> record_function:
        self._began = time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        took = time.perf_counter() - self._began
        for running in _profiles:
            count, total = running.regions.get(self.name, (0, 0.0))
            running.regions[self.name] = count + 1, total + took


class profile:
    """Measure a region and the regions named in it.

    Attributes:
        regions: calls and seconds of each named region.
        seconds: of the whole.
    """

    def __init__(self, enabled: bool = True, **options: Any) -> None:
        self.enabled = enabled
        self.regions: dict[str, tuple[int, float]] = {}
        self.seconds = 0.0

    def __enter__(self) -> profile:
        self._began = time.perf_counter()
        if self.enabled:
            _profiles.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        self.seconds = time.perf_counter() - self._began
        if self.enabled:
            _profiles.remove(self)

    def table(self, sort_by: str | None = None, row_limit: int = 100, **options: Any) -> str:
        """Return calls and milliseconds of the named regions, the longest first."""
        rows = sorted(self.regions.items(), key=lambda row: -row[1][1])[:row_limit]
        lines = [f"{name:<40} {count:>8} {1000 * took:>12.3f} ms" for name, (count, took) in rows]
        return "\n".join([*lines, f"{'total':<40} {1:>8} {1000 * self.seconds:>12.3f} ms"])

    def key_averages(self, *args: Any, **options: Any) -> profile:
        """Return the profile itself: its regions are totals already."""
        return self

    def __str__(self) -> str:
        return self.table()
