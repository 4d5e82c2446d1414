"""Pairs the calls of two runs: the same function, called by the same line, in the same order."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .records import Record, read, record_at

GRADIENTS = ("grad", "leaf")


@dataclass
class Moment:
    """A call, and what was noted between the one before it and its end.

    Attributes:
        record: the call; None for what comes after the last one.
        place: where its record is in the file.
        soft: layers within layers, and calls within a backward pass.
        gradients: gradients that arrived.
    """

    record: Record | None = None
    place: int = -1
    soft: list[Record] = field(default_factory=list)
    gradients: list[Record] = field(default_factory=list)


class Side:
    """The records of one engine.

    Attributes:
        names: what was wrapped.
        ended: whether the program came to an end that it noted.
        stopped: whether it was stopped after as many calls as were asked for.
        error: the traceback of the error that ended it, if one did.
        pairs: of the calls, by their numbers, which pair they belong to; -1 for none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: frozenset[str] = frozenset()
        self.ended = self.stopped = False
        self.error: str | None = None
        self.pairs = array("q", [-1])

    def moments(self, other: Side) -> Iterator[Moment]:
        """Yield the moments; calls that the other engine could not show are left out."""
        moment = Moment()
        for place, record in read(self.path):
            kind = record["kind"]
            if kind == "start":
                self.names = frozenset(record["names"])
                yield moment  # now both know what the other wraps
            elif kind in GRADIENTS:
                moment.gradients.append(record)
            elif kind == "stop":
                self.stopped = True
            elif kind == "end":
                self.ended, self.error = True, record["error"]
            elif record["soft"]:
                moment.soft.append(record)
            elif record["name"] in self.names - other.names:
                self.pairs.append(-1)
            else:
                moment.record, moment.place = record, place
                yield moment
                moment = Moment()
        yield moment

    def at(self, place: int) -> Record:
        """Return the record at a place."""
        return record_at(self.path, place)


def key(record: Record) -> tuple[Any, ...]:
    """Return what two calls must have in common to be compared."""
    return tuple(record.get(name) for name in ("kind", "name", "path", "file", "line", "within"))


def same_keys(first: list[Record], second: list[Record]) -> bool:
    """Return whether two lists of calls can be compared one by one."""
    return [*map(key, first)] == [*map(key, second)]
