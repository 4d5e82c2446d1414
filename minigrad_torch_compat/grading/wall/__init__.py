"""The wall: a submission runs apart from the grader, and gives it values only.

``Session(submission).call(Program(...), arrays)`` returns ``Values`` or a ``Failure`` in words.

Read: ``session`` (questions and answers), ``exchange`` (the pipes), ``warden`` (the process that
starts and ends workers), ``inside`` (what runs on the other side), ``packages`` (what it sees).
"""

from .answers import Failure, Loaded, Program, Values
from .limits import Limits, Rules
from .session import Session
from .warden import WallError

__all__ = ["Failure", "Limits", "Loaded", "Program", "Rules", "Session", "Values", "WallError"]
