"""Namespaces of Linux: processes, network and files of the submission's own.

In its own process namespace, the warden is process 1: when it ends, the kernel ends all others,
whatever session or parent they chose. In its own mount namespace, only what is shown exists.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable

from .frames import SCRATCH
from .libc import PR_SET_PDEATHSIG, call, mount, prctl

NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NETWORK = 1 << 17, 1 << 27, 1 << 28, 1 << 29, 1 << 30
_READ_ONLY, _NO_SUID, _NO_DEVICES = 1, 2, 4
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 32, 4096, 16384, 1 << 18
_SEAL = _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES
_KEPT = {8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}  # what statvfs says: what mount is told

DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def enter(network: bool) -> bool:
    """Go on as process 1 of new namespaces, in a child; tell if a user namespace was needed.

    Raises:
        OSError: if the system does not allow it; nothing has changed then.
    """
    kinds = NEW_MOUNTS | NEW_IPC | NEW_PIDS | (0 if network else NEW_NETWORK)
    user, group = os.geteuid(), os.getegid()
    own_users = user != 0
    try:
        call("unshare", kinds | (NEW_USER if own_users else 0))
    except OSError:
        if own_users:
            raise
        own_users = True
        call("unshare", kinds | NEW_USER)
    if own_users:
        for file, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            with contextlib.suppress(OSError), open(f"/proc/self/{file}", "w") as map:
                map.write(text)
    return own_users


def become_first() -> None:
    """Fork process 1 of the new namespace; its parent only waits for it."""
    child = os.fork()
    if child:
        os.closerange(0, 1024)  # above all the control socket: its end must be seen
        os.waitpid(child, 0)
        os._exit(0)
    with contextlib.suppress(OSError):
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def show_only(shown: Iterable[str], hidden: Iterable[str], packages: Iterable[str]) -> None:
    """Make a root where ``shown`` can be read; of ``hidden`` folders below, only ``packages``.

    Raises:
        OSError: if the system does not allow it.
    """
    root = "/sys"  # a folder that exists, and that holds nothing to be shown
    mount("none", "/", "", _RECURSIVE | _PRIVATE)
    mount("root", root, "tmpfs", _NO_SUID | _NO_DEVICES, "mode=755,size=1m")
    for path in [*sorted(set(shown)), *DEVICES]:
        _show(root, path)
    emptied = [path for path in sorted(set(hidden)) if os.path.isdir(root + path)]
    for path in emptied:
        mount("hidden", root + path, "tmpfs", _NO_SUID | _NO_DEVICES, "mode=755,size=1m")
    for path in sorted(set(packages)):
        _show(root, path)
    for path in emptied:
        mount("none", root + path, "", _SEAL)
    os.makedirs(root + SCRATCH)
    if not os.path.lexists(root + "/tmp"):  # packages may lie there
        os.symlink(f"{SCRATCH}/tmp", root + "/tmp")
    os.chdir(root)
    call("pivot_root", b".", b".")
    call("umount2", b".", 2)  # the old root, which lies over the new one: let go of it
    os.chdir("/")


def seal() -> None:
    """Let nothing be added to the root any more."""
    mount("none", "/", "", _SEAL)


def _show(root: str, path: str) -> None:
    """Bind a file or folder to the same place below ``root``, to be read only."""
    target = root + path
    if not os.path.exists(path) or os.path.lexists(target):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path) and path.count("/") == 1:  # /lib -> usr/lib
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
    mount(path, target, "", _BIND | _RECURSIVE)
    flags = _REMOUNT | _BIND | _NO_SUID
    if path not in DEVICES:
        flags |= _READ_ONLY | _NO_DEVICES
    kept = os.statvfs(path).f_flag  # in a user namespace, these cannot be taken away
    flags |= sum(told for said, told in _KEPT.items() if kept & said)
    mount("none", target, "", flags)


def fresh_scratch(size: int) -> None:
    """Put an empty file system of ``size`` bytes, in memory, in the scratch folder's place."""
    with contextlib.suppress(OSError):
        call("umount2", SCRATCH.encode(), 2)
    mount("scratch", SCRATCH, "tmpfs", _NO_SUID | _NO_DEVICES, f"mode=755,size={size}")


if sys.platform != "linux":

    def enter(network: bool) -> bool:
        """Raise: there are none here."""
        raise OSError("namespaces are Linux's")
