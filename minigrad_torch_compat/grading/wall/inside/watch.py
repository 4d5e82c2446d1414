"""Watch what the submission does, through an audit hook: it can be neither removed nor replaced.

The kernel holds the wall where it can; the hook says in words what was tried, and holds it alone
where the kernel cannot.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from .refusals import Attempts, NetworkUsed, ProcessStarted, WroteOutside

_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS_OF = {  # event: which of its arguments are paths that change
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.mkdir": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
    "os.setxattr": (0,),
    "shutil.rmtree": (0,),
    "shutil.move": (1,),
    "sqlite3.connect": (0,),
}
_STARTS = {
    "os.fork",
    "os.forkpty",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "pty.spawn",
    "subprocess.Popen",
}
_SILENT = {"/dev/null"}


class Watch:
    """An audit hook that refuses what leaves the folders ``own``."""

    def __init__(self, own: list[str], processes: bool, network: bool, attempts: Attempts):
        self.own = [os.path.realpath(folder) for folder in own]
        self.attempts = attempts
        self.rules: dict[str, Callable[[str, Any], None]] = {"open": self.opened}
        self.rules |= dict.fromkeys(_PATHS_OF, self.changed)
        if not processes:
            self.rules |= dict.fromkeys(_STARTS, self.started)
            self.rules |= dict.fromkeys(("os.kill", "os.killpg"), self.signalled)
        if not network:
            names = ("__new__", "connect", "bind", "getaddrinfo", "gethostbyname", "sendto")
            self.rules |= {f"socket.{name}": self.connected for name in names}

    def install(self) -> None:
        """Watch from here on, for good."""
        rules = self.rules

        def hook(event: str, arguments: Any) -> None:
            if event in rules:
                rules[event](event, arguments)

        sys.addaudithook(hook)

    def opened(self, event: str, arguments: Any) -> None:
        """Refuse to open a file for writing elsewhere."""
        path, mode, flags = arguments
        if isinstance(path, int):
            return
        if isinstance(mode, str):
            writes = not set(mode).isdisjoint("wax+")
        else:
            writes = bool(flags & _WRITE_FLAGS)
        if writes:
            self.inside(path)

    def changed(self, event: str, arguments: Any) -> None:
        """Refuse to change files elsewhere."""
        for index in _PATHS_OF[event]:
            self.inside(arguments[index])

    def inside(self, path: Any) -> None:
        """Refuse a change to a path that is not below our own folders."""
        if isinstance(path, int):
            return
        name = os.fsdecode(path)
        folder, last = os.path.split(os.path.abspath(name))
        real = os.path.join(os.path.realpath(folder), last)
        if os.path.islink(real):
            real = os.path.realpath(real)
        if real in _SILENT or any(real == o or real.startswith(o + os.sep) for o in self.own):
            return
        raise self.attempts.refuse(WroteOutside, f"it may not change {name[:200]}")

    def started(self, event: str, arguments: Any) -> None:
        """Refuse to start a process."""
        what = ""
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
            first = arguments[0]
            what = f" ({os.fsdecode(first)[:80]})" if isinstance(first, str | bytes) else ""
        raise self.attempts.refuse(ProcessStarted, f"it may not start a process{what}")

    def signalled(self, event: str, arguments: Any) -> None:
        """Refuse to signal another process."""
        if event == "os.killpg" or arguments[0] != os.getpid():
            raise self.attempts.refuse(ProcessStarted, "it may not send signals to others")

    def connected(self, event: str, arguments: Any) -> None:
        """Refuse a connection."""
        raise self.attempts.refuse(NetworkUsed, "it may not open a connection")
