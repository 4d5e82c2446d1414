"""Answer requests: load the submission, then evaluate programs on arrays.

The grader is given values, never verdicts: it compares them itself, where the submission cannot
reach. A key for each answer is asked for only when the submission's code has returned, so that
nothing it wrote to the pipe before can pass for an answer.
"""

from __future__ import annotations

import random
import sys
import threading
from os import read, write
from typing import Any

import numpy as np

from . import failures, frames, loading, values
from .refusals import Attempts

_seed_numpy, _seed_python = np.random.seed, random.seed  # the submission may patch both
_settrace, _setprofile, _threads = sys.settrace, sys.setprofile, threading.active_count
_flush = sys.stdout.flush


class Runner:
    """One submission, loaded once, asked many times."""

    def __init__(self, config: dict[str, Any], root: str, attempts: Attempts):
        self.config, self.root, self.attempts = config, root, attempts
        self.texts = loading.sources(config, root)
        self.names: dict[str, Any] = {}

    def serve(self, requests: int, results: int) -> None:
        """Answer until there are no more requests."""
        while True:
            length = int.from_bytes(_read(requests, 8), "little")
            request = frames.unpack(_read(requests, length))
            answer = self.answered(request)
            _settrace(None)
            _setprofile(None)
            _write(results, frames.READY)
            _write(results, frames.seal(answer, _read(requests, frames.KEY_BYTES)))

    def answered(self, request: dict[str, Any]) -> bytes:
        """Return the answer to a request, whatever the submission does in between."""
        self.attempts.words.clear()
        try:
            ask = self.evaluate if "!source" in request else self.load
            answer = ask(request)
            answer["!attempts"] = "\n".join(self.attempts.words)
            if _threads() > 1:
                answer["!threads"] = str(_threads() - 1)
            body = frames.pack(answer)
        except BaseException as error:
            body = frames.pack(failures.described(error, self.texts, self.attempts))
        try:
            _flush()
        except Exception:
            return body  # its standard output is closed: nothing to be shown
        return body

    def load(self, request: dict[str, Any]) -> dict[str, Any]:
        """Load the submission; answer with its names and what there is to note."""
        skip = {int(index) for index in request["!skip"].split()}
        loaded = loading.load(self.config, self.root, skip, self.texts, self.attempts)
        self.names = loaded.names | {"m": loaded.module, "np": np}
        exec(compile(self.config["prelude"], "<prelude>", "exec"), self.names)
        return {
            "!names": "\n".join(sorted(name for name in loaded.names if name.isidentifier())),
            "!notes": "\n".join(note.replace("\n", " ") for note in loaded.notes),
            "!failed": " ".join(map(str, loaded.failed)),
        }

    def evaluate(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a program on the request's arrays; answer with the values it is to return."""
        space = self.names | {name: v for name, v in request.items() if not name.startswith("!")}
        _seed_numpy(0)
        _seed_python(0)
        exec(compile(request["!source"], "<program>", "exec"), space)
        answer: dict[str, Any] = {}
        kinds = []
        for name in request["!returns"].split():
            answer[name] = values.plain(name, space[name], self.config["result_bytes"])
            kinds.append(values.described(space[name]))
        answer["!kinds"] = "\n".join(kinds)
        return answer


def _read(file: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = read(file, min(size - len(data), 1 << 20))
        if not piece:
            raise EOFError("the grader is gone")
        data += piece
    return data


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[write(file, view) :]
