"""Landlock: this process sees and writes only what is below the folders it names.

It needs no privilege; a kernel since 5.13 that was started with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable, Iterator

from .libc import PR_SET_NO_NEW_PRIVS, call, prctl

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_RIGHTS_OF = {1: 13, 2: 14}  # how many rights each version knows; 15 since the third
_OF_FILES = _EXECUTE | 1 << 1 | _READ_FILE | 1 << 14
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER


def restrict(readable: Iterable[str], hidden: Iterable[str], writable: Iterable[str]) -> None:
    """Lose sight of all files but those below ``readable`` (without ``hidden``) and ``writable``.

    Raises:
        OSError: if the kernel has no Landlock.
    """
    version = call("syscall", _CREATE, None, 0, 1)
    every = (1 << _RIGHTS_OF.get(version, 15)) - 1
    handled = struct.pack("<Q", every)
    rules = call("syscall", _CREATE, handled, len(handled), 0)
    try:
        for path in without(readable, set(hidden)):
            _allow(rules, path, _READ & every)
        for path in writable:
            _allow(rules, path, every)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        call("syscall", _RESTRICT, rules, 0)
    finally:
        os.close(rules)


def without(folders: Iterable[str], hidden: set[str]) -> Iterator[str]:
    """Yield what lies below ``folders`` and not below ``hidden``, as whole as it can be."""
    for path in folders:
        if path in hidden:
            continue
        if any(inner.startswith(path.rstrip("/") + "/") for inner in hidden):
            with contextlib.suppress(PermissionError):
                yield from without(sorted(entry.path for entry in os.scandir(path)), hidden)
        else:
            yield path


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, so nothing to show
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        rule = struct.pack("<Qi", rights, file)
        call("syscall", _ADD, rules, 1, ctypes.c_char_p(rule), 0)
    finally:
        os.close(file)
