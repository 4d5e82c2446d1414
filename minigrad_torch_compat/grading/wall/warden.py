"""The outer end of the warden: the process that starts a submission's workers and ends them."""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import Any

from .inside.frames import ENDED, SCRATCH, USED

_BOOT = str(Path(__file__).parent / "inside" / "boot.py")
_PATIENCE = 30.0  # seconds, for what the warden does itself; a busy computer is slow


class WallError(RuntimeError):
    """The wall itself does not stand: no fault of the submission's."""


def _environment() -> dict[str, str]:
    threads = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",  # sets have the same order in every run
        "PYTHONUTF8": "1",
        "MPLBACKEND": "Agg",
        **{f"{name}_NUM_THREADS": "1" for name in threads},
    }


class Warden:
    """A running warden; ``close`` ends it with all that it started."""

    def __init__(self, config: dict[str, Any], files: dict[str, bytes]):
        if sys.platform == "win32":
            raise WallError("submissions are run on Linux or macOS: on Windows, use WSL")
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        self.label = f"submission-{secrets.token_hex(8)}"  # what its processes are found by
        self.control, theirs = socket.socketpair()
        self.control.settimeout(_PATIENCE)
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-s", "-B", _BOOT, str(theirs.fileno()), self.label,
             *config["library_paths"]],
            stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors, cwd="/",
            env=_environment(), pass_fds=[theirs.fileno()], start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self._scratch: list[str] = []
        self._ending: tuple[int, int, float] | None = None
        self._close = weakref.finalize(
            self, _end, self.control, self.process, self._scratch, self.errors
        )
        try:
            self._send(config, files)
            hello = json.loads(self._receive(int.from_bytes(self._receive(8), "little")))
        except BaseException as error:
            said = self._said()
            self.close()
            if isinstance(error, OSError):
                raise WallError(f"the process for submissions did not start: {said}") from error
            raise
        self.words = tuple(hello["words"])
        self.scratch: str = hello["scratch"]
        if self.scratch != SCRATCH:
            self._scratch.append(self.scratch)

    def _send(self, config: dict[str, Any], files: dict[str, bytes]) -> None:
        sizes = [(name, len(data)) for name, data in files.items()]
        header = json.dumps(config | {"files": sizes}).encode()
        self.control.sendall(len(header).to_bytes(8, "little") + header)
        for data in files.values():
            self.control.sendall(data)

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.control.recv(size - len(data))
            if not piece:
                raise ConnectionError("the warden hung up")
            data += piece
        return data

    def _said(self) -> str:
        with contextlib.suppress(Exception):
            self.process.wait(1)
        self.errors.seek(0)
        return self.errors.read()[-2000:].decode(errors="replace")

    def start(self, pipes: list[int]) -> None:
        """Start a worker that has these ends of requests, results and output."""
        try:
            socket.send_fds(self.control, [b"s"], pipes)
        except OSError as error:
            raise WallError(f"the warden is gone: {self._said()}") from error

    def kill(self) -> None:
        """Kill the worker; ``ended`` will tell."""
        with contextlib.suppress(OSError):
            self.control.send(b"k")

    def ended(self) -> tuple[int, int, float]:
        """Wait until the worker has ended; return its status, memory and processor time."""
        while self._ending is None:
            self._listen()
        ending, self._ending = self._ending, None
        return ending

    @property
    def over(self) -> bool:
        """Whether the worker is known to have ended; ``ended`` will not wait."""
        return self._ending is not None

    def used(self) -> float:
        """Return how many seconds of processor time the worker has used."""
        try:
            self.control.send(b"u")
        except OSError as error:
            raise WallError(f"the warden is gone: {self._said()}") from error
        return self._listen(for_use=True)

    def _listen(self, for_use: bool = False) -> float:
        """Take one message, or those until the one that tells the processor time."""
        try:
            while True:
                kind = self._receive(1)
                if kind == b"u":
                    seconds: float = USED.unpack(kind + self._receive(USED.size - 1))[1]
                    return seconds
                _, *ending = ENDED.unpack(kind + self._receive(ENDED.size - 1))
                self._ending = (ending[0], ending[1], ending[2])
                if not for_use:
                    return math.inf
        except OSError as error:
            raise WallError(f"the warden is gone: {self._said()}") from error

    def close(self) -> None:
        """End everything; leave nothing behind."""
        self._close()


def _end(
    control: socket.socket, process: subprocess.Popen[bytes], scratch: list[str], errors: Any
) -> None:
    control.close()  # the warden sees it, and leaves
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        errors.close()
        for folder in scratch:
            if os.path.isdir(folder):
                shutil.rmtree(folder, ignore_errors=True)
