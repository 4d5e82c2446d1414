"""One question and its answer, through pipes that the other side may do anything to."""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import time
from hmac import compare_digest

from .inside.frames import HEADER, KEY_BYTES, READY, tag
from .warden import Warden

_LONGER = 3
_TAIL = 8000  # bytes of output that are kept


class EndedError(Exception):
    """The worker ended before it answered."""


class LateError(Exception):
    """The time is over."""


class FloodError(Exception):
    """More was printed, or answered, than is taken."""


class ForgeryError(Exception):
    """Something else than the runner wrote to the pipe of answers."""


class Deadline:
    """An end to patience: in processor time, so that a busy computer accuses nobody.

    What sleeps or waits uses none; it is given ``_LONGER`` times as long. The time used before
    is not asked for, as that would double the cost of a question: it is at most ``before``.
    """

    def __init__(self, warden: Warden, seconds: float, before: float):
        self.warden, self.seconds, self.before = warden, seconds, before
        self.start = time.monotonic()
        self.end = self.start + seconds

    def left(self) -> float:
        """Return how many seconds may be waited now.

        Raises:
            LateError: if there are none left.
        """
        left = self.end - time.monotonic()
        if left > 0:
            return left
        used = self.warden.used()
        if self.warden.over:
            return 0.0  # it ended just now
        missing = self.seconds - (used - self.before)
        latest = self.start + _LONGER * self.seconds - time.monotonic()
        if missing < 0.01 * self.seconds or latest <= 0:
            raise LateError
        self.end = time.monotonic() + min(missing, latest)
        return self.end - time.monotonic()


class Worker:
    """The grader's ends of a worker's pipes."""

    def __init__(self, warden: Warden, output_limit: int, result_limit: int):
        self.warden = warden
        self.output_limit, self.result_limit = output_limit, result_limit
        theirs_in, self.requests = os.pipe()
        self.results, theirs_out = os.pipe()
        self.printed, theirs_print = os.pipe()
        try:
            warden.start([theirs_in, theirs_out, theirs_print])
        finally:
            for pipe in (theirs_in, theirs_out, theirs_print):
                os.close(pipe)
        self.selector = selectors.DefaultSelector()
        for pipe in (self.requests, self.results, self.printed):
            os.set_blocking(pipe, False)
        for source in (self.results, self.printed, warden.control):
            self.selector.register(source, selectors.EVENT_READ)
        self.outbox, self.inbox = bytearray(), bytearray()
        self.output, self.amount = bytearray(), 0
        self.active = 0.0  # seconds of all questions so far

    def exchange(self, body: bytes, seconds: float) -> bytes:
        """Send a request and return the body of its answer.

        Raises:
            EndedError, LateError, FloodError, ForgeryError: if there is none.
        """
        deadline = Deadline(self.warden, seconds, self.active)
        try:
            return self._exchange(body, deadline)
        finally:
            self.active += time.monotonic() - deadline.start

    def _exchange(self, body: bytes, deadline: Deadline) -> bytes:
        self.output.clear()
        self.amount = 0
        self._pull()
        if self.inbox:
            raise ForgeryError("bytes came that nobody had asked for")
        self._put(len(body).to_bytes(8, "little") + body)
        while not self.inbox:
            ended = self._wait(deadline)
            if ended and not self.inbox:
                raise EndedError
        self._pull()
        if bytes(self.inbox) != READY:
            raise ForgeryError("it wrote to the pipe that answers come through")
        self.inbox.clear()
        key = secrets.token_bytes(KEY_BYTES)  # made only now: nothing before can know it
        self._put(key)
        return self._answer(key, deadline)

    def _answer(self, key: bytes, deadline: Deadline) -> bytes:
        length = None
        while length is None or len(self.inbox) < HEADER.size + length:
            ended = self._wait(deadline)
            if length is None and len(self.inbox) >= HEADER.size:
                length = HEADER.unpack_from(self.inbox)[0]
                if length > self.result_limit:
                    raise FloodError(f"its answer has {length:,} bytes")
            if ended and (length is None or len(self.inbox) < HEADER.size + length):
                raise EndedError
        head, body = self.inbox[: HEADER.size], bytes(self.inbox[HEADER.size :])
        self.inbox.clear()
        if not compare_digest(HEADER.unpack(head)[1], tag(body, key)):
            raise ForgeryError("an answer did not carry its key")
        self._pull()
        return body

    def _put(self, data: bytes) -> None:
        self.outbox += data
        self.selector.register(self.requests, selectors.EVENT_WRITE)

    def _wait(self, deadline: Deadline) -> bool:
        """Move what can be moved, wait for it until the deadline; tell if the worker has ended.

        Raises:
            LateError, FloodError: what may happen instead.
        """
        left = deadline.left()
        ready = {key.fileobj for key, _ in self.selector.select(0 if self.warden.over else left)}
        if self.requests in ready:
            self._push()
        self._pull()
        return self.warden.over or self.warden.control in ready

    def _push(self) -> None:
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            while self.outbox:
                del self.outbox[: os.write(self.requests, self.outbox[: 1 << 16])]
        if not self.outbox:
            self.selector.unregister(self.requests)

    def _pull(self) -> None:
        """Take what has come: output, which has a limit, and bytes of an answer."""
        while piece := self._read(self.printed):
            self.amount += len(piece)
            self.output = (self.output + piece)[-_TAIL:]
            if self.amount > self.output_limit:
                raise FloodError(f"it printed more than {self.output_limit // 1024} kB")
        while piece := self._read(self.results):
            self.inbox += piece
            if len(self.inbox) > self.result_limit + HEADER.size:
                raise FloodError(f"it wrote more than {self.result_limit:,} bytes")

    def _read(self, pipe: int) -> bytes:
        try:
            piece = os.read(pipe, 1 << 16)
        except BlockingIOError:
            return b""
        if not piece and pipe in self.selector.get_map():
            self.selector.unregister(pipe)  # closed: it would be ready for ever
        return piece

    def end(self, kill: bool = True) -> tuple[int, int, float]:
        """End the worker with all that it started; return how it ended."""
        try:
            if kill:
                self.warden.kill()
            how = self.warden.ended()
            with contextlib.suppress(FloodError):
                self._pull()
            return how
        finally:
            self.close()

    def close(self) -> None:
        """Close the pipes."""
        self.selector.close()
        for pipe in (self.requests, self.results, self.printed):
            os.close(pipe)
