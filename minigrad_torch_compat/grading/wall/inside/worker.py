"""A process for the submission: limit and lock it, so that only the pipes lead out."""

from __future__ import annotations

import _sitebuiltins
import builtins
import contextlib
import fcntl
import os
import resource
import signal
import sys
import traceback
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from . import gate, landlock, libc, seccomp
from .refusals import Attempts
from .runner import Runner
from .watch import Watch

REQUESTS, RESULTS = 3, 4
_exit = os._exit  # the submission may patch it
_SLACK_OF_THREADS = 8  # processes and threads are counted as one


@dataclass
class Place:
    """Where workers run, and what keeps them there already."""

    scratch: str
    view: bool = False  # only what is shown exists
    pids: bool = False  # processes of its own
    network: bool = False  # a network of its own
    own_users: bool = False  # a user namespace
    user: int | None = None  # whom to become
    seccomp: bool = True  # use it where there is one
    landlock: bool = True

    @property
    def bounded(self) -> bool:
        """Whether the kernel counts the worker's processes apart from all others."""
        return self.pids and (self.user is not None or (self.own_users and os.geteuid() != 0))


def run(config: dict[str, Any], place: Place, pipes: list[int], memory_now: int) -> None:
    """Become the submission's process, in a child that was just forked; does not return."""
    code = 70
    try:
        with contextlib.suppress(OSError):
            os.setsid()
        _connect(pipes)
        _set_environment(config, place.scratch)
        limit(config, place, memory_now)
        lock(config, place)
        sys.modules["__main__"] = ModuleType("__main__")
        attempts = Attempts()
        processes = config["processes"] > 0 and place.bounded
        Watch([place.scratch], processes, config["network"], attempts).install()
        runner = Runner(config, place.scratch, attempts)
        gate.close(config, set(config["own"]), attempts)
        runner.serve(REQUESTS, RESULTS)
    except EOFError:
        code = 0
    except BaseException:
        with contextlib.suppress(BaseException):
            traceback.print_exc()
    finally:
        _exit(code)  # whatever happens, never go back to what the warden does


def _connect(pipes: list[int]) -> None:
    """Put requests, results and output in their places, and close all else."""
    null = os.open(os.devnull, os.O_RDONLY)
    moved = [fcntl.fcntl(file, fcntl.F_DUPFD, 20) for file in (null, *pipes)]
    requests, results, output = moved[1:]
    for file, number in ((moved[0], 0), (output, 1), (output, 2)):
        os.dup2(file, number)
    for file, number in ((requests, REQUESTS), (results, RESULTS)):
        os.dup2(file, number, inheritable=False)
    os.closerange(5, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 16))


def _set_environment(config: dict[str, Any], scratch: str) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    temporary = os.path.join(scratch, "tmp")
    own = {"HOME": scratch, "TMPDIR": temporary, "USER": "submission"}
    os.environ |= own | config["env"]
    os.chdir(os.path.join(scratch, config["paths"][0]))  # as if it were started where it lies
    sys.argv[:] = ["submission"]
    for name in ("exit", "quit"):  # as an interpreter has them
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D"))


def limit(config: dict[str, Any], place: Place, memory_now: int) -> None:
    """Limit what this process and its children may use."""
    wanted = {
        "AS": memory_now + config["memory_bytes"],
        "CPU": max(1, round(config["total_s"] + config["import_s"])),
        "FSIZE": config["write_bytes"],
        "NOFILE": 128,
        "CORE": 0,
        "MSGQUEUE": 0,
    }
    if place.bounded:
        wanted["NPROC"] = config["processes"] + _SLACK_OF_THREADS
    for name, value in wanted.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            low = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with contextlib.suppress(OSError, ValueError):  # macOS refuses some
                resource.setrlimit(kind, (low, low))


def lock(config: dict[str, Any], place: Place) -> list[str]:
    """Give up every right that is not needed, for good; return what holds, in words."""
    words = ["memory, time, files: limits of the kernel (rlimit)"]
    processes = config["processes"] > 0 and place.bounded
    if place.user is not None:
        os.setgroups([])
        os.setgid(place.user)
        os.setuid(place.user)
        words.append("user: one of its own")
    if sys.platform != "linux":
        if not processes:
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        return [*words, "files, network, processes: watched in Python (audit hook) only"]
    with contextlib.suppress(OSError):
        libc.drop_capabilities()
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    words += _shut_files(config, place)
    try:
        if not place.seccomp:
            raise OSError("switched off")
        seccomp.install(processes, config["network"])
        words.append("system calls: a filter in the kernel (seccomp)")
        filtered = True
    except OSError as error:
        words.append(f"system calls: no filter ({error})")
        filtered = False
        if not processes and os.geteuid() != 0:
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    return words + _network_and_processes(config, place, filtered)


def _shut_files(config: dict[str, Any], place: Place) -> list[str]:
    if place.view:
        return ["files: a file system of its own (mount namespace)"]
    try:
        if not place.landlock:
            raise OSError("switched off")
        shown = [*config["shown"], *config["packages"]]
        devices = [d for d in ("/dev/null", "/dev/zero", "/dev/urandom") if os.path.exists(d)]
        landlock.restrict([*shown, *devices[1:]], config["hidden"], [place.scratch, "/dev/null"])
    except OSError as error:
        return [f"files: writes are watched in Python (audit hook) only ({error})"]
    return ["files: what it may see and write is limited by the kernel (Landlock)"]


def _network_and_processes(config: dict[str, Any], place: Place, filtered: bool) -> list[str]:
    if config["network"]:
        network = "allowed by the assignment"
    elif place.network:
        network = "none (network namespace)"
    elif filtered:
        network = "none (seccomp)"
    else:
        network = "refused in Python (audit hook) only"
    if place.pids:
        ended = "ended by the kernel with its namespace"
    elif filtered and not (config["processes"] and place.bounded):
        ended = "none can be started (seccomp)"
    else:
        ended = "found and ended by their parents"
    return [f"network: {network}", f"processes: {ended}"]
