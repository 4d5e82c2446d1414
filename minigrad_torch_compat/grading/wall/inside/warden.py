"""The warden: sets up the place where workers run, starts them, and ends all that they leave.

It has loaded numpy, so that a new worker costs a fork. It answers the grader alone; when the
grader is gone, for whatever reason, it ends everything and leaves.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import resource
import select
import signal
import socket
import stat
import sys
import tempfile
import time
from typing import Any

from . import libc, namespaces, pictures, worker
from .frames import ENDED, OVERFULL, SCRATCH, USED


def main(number: int) -> None:
    """Serve the grader at the other end of a socket until it hangs up."""
    control = socket.socket(fileno=number)
    header = json.loads(_receive(control, int.from_bytes(_receive(control, 8), "little")))
    files = {name: _receive(control, size) for name, size in header.pop("files")}
    warden = Warden(header, files)
    try:
        warden.settle()
        warden.fill_scratch()
        _send(control, json.dumps({"words": warden.probe(), "scratch": warden.place.scratch}))
        warden.serve(control)
    finally:
        warden.leave()


def _receive(control: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = control.recv(min(size - len(data), 1 << 20))
        if not piece:
            os._exit(0)  # the grader is gone
        data += piece
    return bytes(data)


def _send(control: socket.socket, text: str) -> None:
    data = text.encode()
    control.sendall(len(data).to_bytes(8, "little") + data)


class Warden:
    """What is known of the place, and of the worker in it."""

    def __init__(self, config: dict[str, Any], files: dict[str, bytes]):
        self.config, self.files = config, files
        self.place = worker.Place("", seccomp="seccomp" not in config["without"],
                                  landlock="landlock" not in config["without"])  # fmt: skip
        self.child = 0
        self.overfull = False

    def settle(self) -> None:
        """Make the place as closed as the system allows."""
        place, unused = self.place, self.config["without"]
        user = 2_000_000 + os.getpid()  # nobody else's
        for name, step in (("namespaces", self._enter), ("mounts", self._look_away)):
            if name not in unused:
                with contextlib.suppress(OSError):
                    step()
        with contextlib.suppress(OSError, AttributeError):
            libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        superuser = os.geteuid() == 0 and not place.own_users
        if superuser and (place.view or all(map(_open_to_all, self.config["libraries"]))):
            place.user = user
        if not place.view:
            place.scratch = tempfile.mkdtemp(prefix="minigrad-grading-")
        with contextlib.suppress(OSError):
            libc.prctl(libc.PR_SET_DUMPABLE, 0)
        if "graphviz" in self.config["allowed"]:
            pictures.draw_nothing()
        gc.collect()
        gc.freeze()  # workers share these pages

    def _enter(self) -> None:
        self.statm = open("/proc/self/statm")  # noqa: SIM115  # seen no more from inside
        self.place.own_users = namespaces.enter(self.config["network"])
        namespaces.become_first()
        self.place.pids, self.place.network = True, not self.config["network"]

    def _look_away(self) -> None:
        if self.place.pids:
            config = self.config
            namespaces.show_only(config["shown"], config["hidden"], config["packages"])
            self.place.view, self.place.scratch = True, SCRATCH
            namespaces.seal()

    def serve(self, control: socket.socket) -> None:
        """Start and end workers as the grader says."""
        awake, wake = socket.socketpair()
        wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        while True:
            often = None if self.place.view else 0.25  # seconds; a view has a size of its own
            ready, _, _ = select.select([control, awake], [], [], often)
            if not ready and self.child and self._overfull():
                self.overfull = True
                os.kill(self.child, signal.SIGKILL)
            if awake in ready:
                awake.recv(4096)
                self.reap(control)
            if control in ready:
                said, pipes, _, _ = socket.recv_fds(control, 1, 3)
                if not said:
                    return
                if said == b"s":
                    self.start(pipes)
                elif said == b"u":
                    control.sendall(USED.pack(b"u", self.used()))
                elif self.child:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(self.child, signal.SIGKILL)

    def reap(self, control: socket.socket) -> None:
        """Tell the grader how the worker ended, once nothing of it is left."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.child:
                self.child = 0
                with contextlib.suppress(OSError):
                    os.killpg(pid, signal.SIGKILL)  # all that is known where there is no /proc
                self.end_all()
                self.fill_scratch()  # now, at nobody's expense
                scale = 1 if sys.platform == "darwin" else 1024
                seconds = usage.ru_utime + usage.ru_stime
                status = OVERFULL if self.overfull else status
                self.overfull = False
                control.sendall(ENDED.pack(b"e", status, usage.ru_maxrss * scale, seconds))

    def _overfull(self) -> bool:
        """Tell whether the worker has written more than it may, in all its files."""
        left = self.config["write_bytes"] + sum(map(len, self.files.values())) + (1 << 20)
        folders = [self.place.scratch]
        while folders and left > 0:
            with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
                for entry in entries:
                    left -= 1024 + entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        return left <= 0

    def used(self) -> float:
        """Return how many seconds of processor time the worker has used."""
        if self.child == 0 or sys.platform != "linux":
            return math.inf  # not known: the clock on the wall decides
        return time.clock_gettime(~self.child << 3 | 2)  # a process's clock, by its number

    def start(self, pipes: list[int]) -> None:
        """Start a worker; the scratch folder is as it was handed in."""
        memory = self._memory_now()
        self.child = os.fork()
        if self.child == 0:
            worker.run(self.config, self.place, pipes, memory)
        for pipe in pipes:
            os.close(pipe)

    def _memory_now(self) -> int:
        """Return how much address space this process has, in bytes."""
        with contextlib.suppress(OSError, AttributeError):
            self.statm.seek(0)
            return int(self.statm.read().split()[0]) * resource.getpagesize()
        with contextlib.suppress(OSError), open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
        return 1 << 32  # macOS does not enforce it

    def fill_scratch(self) -> None:
        """Make the scratch folder anew."""
        root, user = self.place.scratch, self.place.user
        if self.place.view:
            size = sum(map(len, self.files.values())) + 4096 * len(self.files)
            namespaces.fresh_scratch(size + self.config["write_bytes"] + (1 << 20))
        else:
            remove(root)
            os.mkdir(root, 0o700)
        made = {root, os.path.join(root, "tmp")}
        os.mkdir(os.path.join(root, "tmp"))
        for name, data in self.files.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
            while path != root:
                made.add(path)
                path = os.path.dirname(path)
        if user is not None:
            for path in made:
                os.chown(path, user, user)

    def probe(self) -> list[str]:
        """Lock a child as a worker would be, and return what it says holds."""
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                os.write(send, "\n".join(worker.lock(self.config, self.place)).encode())
            os._exit(0)
        os.close(send)
        with open(receive, "rb") as file:
            words = file.read().decode()
        os.waitpid(child, 0)
        return words.split("\n")

    def end_all(self) -> None:
        """Kill every process that came of the worker, and wait until they are gone."""
        if self.place.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # all but this one, at once
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.waitpid(-1, 0)
            return  # numbers in /proc, if it is seen, are those of another namespace
        end = time.monotonic() + 10  # what the kernel cannot end by then, nobody can
        while (left := descendants()) and time.monotonic() < end:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            time.sleep(0.001)

    def leave(self) -> None:
        """Leave nothing behind."""
        self.end_all()
        if not self.place.view:
            remove(self.place.scratch)


def descendants() -> list[int]:
    """Return the processes that come of this one, also through parents that ended."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{name}/stat") as file:
            parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
    own, found = {os.getpid()}, []
    while fresh := [pid for pid, parent in parents.items() if parent in own and pid not in own]:
        own.update(fresh)
        found += fresh
    return found


def _open_to_all(path: str) -> bool:
    """Tell whether every user can read a folder."""
    while path != "/":
        with contextlib.suppress(OSError):
            if not os.stat(path).st_mode & (stat.S_IXOTH):
                return False
        path = os.path.dirname(path)
    return True


def remove(folder: str) -> None:
    """Remove a folder that a submission may have made hard to remove."""
    if not os.path.lexists(folder):
        return
    for command in (["chmod", "-R", "u+rwx", folder], ["rm", "-rf", folder]):
        pid = os.posix_spawnp(command[0], command, {"PATH": "/bin:/usr/bin"})
        os.waitpid(pid, 0)
