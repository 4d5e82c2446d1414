"""What a submission may not do, and the error that it gets for it.

Subclasses of the errors that Python itself would raise, so that a submission's own
``except ImportError`` works as it would where there is no such package.
"""

from __future__ import annotations


class Refused(Exception):
    """Something that the wall does not allow; ``kind`` names it."""

    kind = "refused"


class ForbiddenImport(Refused, ModuleNotFoundError):
    """A package that the assignment forbids."""

    kind = "forbidden import"


class NetworkUsed(Refused, PermissionError):
    """A connection to anywhere."""

    kind = "network"


class WroteOutside(Refused, PermissionError):
    """A change to a file that is not the submission's own."""

    kind = "write outside"


class ProcessStarted(Refused, PermissionError):
    """Another process started, or ended."""

    kind = "process"


class Attempts:
    """What was refused, in words, also where the submission went on as if nothing had been."""

    def __init__(self) -> None:
        self.words: dict[str, None] = {}

    def refuse(self, error: type[Refused], words: str) -> Refused:
        """Note an attempt and return what to raise for it."""
        if len(self.words) < 20:
            self.words[f"{error.kind}: {words}"] = None
        return error(words)
