"""What is done already: a line of JSON for each operator, so that a run can be interrupted.

A line counts if it is whole. The first says what the reports depend on (versions, seed, number of
examples); a journal of anything else is not read but begun anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from minigrad.files import write

from ..report import OperatorReport


class Journal:
    """A file of reports.

    Attributes:
        path: where it is.
        reports: by operator, what it holds.
    """

    def __init__(self, path: Path, key: dict[str, Any], fresh: bool = False) -> None:
        self.path, self.key = path, key
        self.reports = {} if fresh else read(path, key)
        self.rewrite()

    def add(self, report: OperatorReport) -> None:
        """Write a report down, in one piece."""
        self.reports[report.name] = report
        with self.path.open("ab", buffering=0) as file:
            file.write(line(report.to_dict()))

    def forget(self, names: Iterable[str]) -> None:
        """Remove the reports of a run that is over; those of an interrupted larger one stay."""
        for name in names:
            self.reports.pop(name, None)
        if self.reports:
            self.rewrite()
        else:
            self.path.unlink(missing_ok=True)

    def rewrite(self) -> None:
        """Write the whole file, without the half line that an interruption may have left."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line(self.key), *(line(report.to_dict()) for report in self.reports.values())]
        write(self.path, b"".join(lines))


def read(path: Path, key: dict[str, Any]) -> dict[str, OperatorReport]:
    """Return the reports in a journal; none if it is of another kind of run, or not there."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return {}
    whole = [parsed for text in lines if (parsed := _parsed(text)) is not None]
    if not whole or whole[0] != key:
        return {}
    return {found["name"]: OperatorReport.from_dict(found) for found in whole[1:]}


def _parsed(text: bytes) -> Any:
    """Return what a line holds; None if it is not whole."""
    try:
        return json.loads(text) if text.endswith(b"\n") else None
    except ValueError:
        return None


def line(value: Any) -> bytes:
    """Return JSON on a line."""
    return json.dumps(value, sort_keys=True).encode() + b"\n"
