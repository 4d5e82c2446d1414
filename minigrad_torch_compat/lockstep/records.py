"""The file of a run: a line of JSON for each event, written while the program runs.

start       names: what is wrapped; comes first
call, module, batch, step       see ``recording.Recorder``
grad        of, index, value: the gradient of a result of a call
leaf        leaf, name, value: the gradient of a leaf, after a backward pass
stop        as much was noted as was asked for
end         error: a traceback or None; comes last, unless the process died
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Writer:
    """Writes records to a file; each is there at once, whatever becomes of the process."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process

    def write(self, record: Record) -> None:
        """Write a record."""
        self._file.write(json.dumps(record, separators=(",", ":")) + "\n")
        self._file.flush()


def read(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield the records with their places; a last line that was cut off is left out."""
    with open(path, "rb") as file:
        place = 0
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield place, json.loads(line)
            place += len(line)


def record_at(path: Path, place: int) -> Record:
    """Return the record at a place that ``read`` gave."""
    with open(path, "rb") as file:
        file.seek(place)
        found: Record = json.loads(file.readline())
        return found
