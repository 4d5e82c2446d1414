"""A filter in the kernel: system calls that a submission has no use for fail with EPERM.

A classic BPF program over (number, architecture, arguments). It needs no privilege, and holds
for every process and thread that comes of this one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from .libc import PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, call, prctl

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# name: (number on x86_64, number on aarch64); None where there is no such call
ALWAYS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),  # does other calls' work unseen
    "shmget": (29, 194),  # these three outlive the process
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
}
NETWORK = {"socket": (41, 198)}
PROCESSES = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
}
CLONE, CLONE3 = (56, 220), (435, 435)
KILLS = ((62, 129), (234, 131))  # kill, tgkill: both take the process first
CLONE_THREAD = 0x00010000

_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def program(machine: str, own: int, processes: bool, network: bool) -> list[Instruction]:
    """Return the filter for a process ``own`` that may start processes, or open sockets."""
    architecture, column = ARCHITECTURES[machine]
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    names = ALWAYS | ({} if network else NETWORK) | ({} if processes else PROCESSES)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        refuse,  # another architecture's numbers mean other calls
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, 0x40000000),  # so do those of x32
        refuse,
    ]
    for numbers in names.values():
        if numbers[column] is not None:
            code += [(_EQUAL, 0, 1, numbers[column] or 0), refuse]
    if not processes:
        # What clone3 is asked for lies in memory, unseen: the C library falls back to clone.
        code += [(_EQUAL, 0, 1, CLONE3[column]), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
        code += [(_EQUAL, 0, 4, CLONE[column]), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
        code += [(_BITS, 0, 1, CLONE_THREAD), allow, refuse]
        for kill in KILLS:
            code += [(_EQUAL, 0, 4, kill[column]), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
            code += [(_EQUAL, 0, 1, own), allow, refuse]
    return [*code, allow]


def install(processes: bool, network: bool) -> None:
    """Filter the calls of this process from here on, for good.

    Raises:
        OSError: if the kernel has no filters, or the machine's calls are not known here.
    """
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        raise OSError(f"no filter of system calls for {machine}")
    instructions = program(machine, os.getpid(), processes, network)
    packed = b"".join(struct.pack("<HBBI", *instruction) for instruction in instructions)
    buffer = ctypes.create_string_buffer(packed, len(packed))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    whole = Program(len(instructions), ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    call("prctl", PR_SET_SECCOMP, 2, ctypes.byref(whole), 0, 0)
