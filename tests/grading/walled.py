"""Helpers: ask one question of a source behind the wall, and look for what it left."""

import contextlib
import functools
import glob
import os
import sys
import tempfile
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from minigrad_torch_compat.grading.submissions import Submission
from minigrad_torch_compat.grading.wall import Limits, Program, Session

QUICK = Limits(case_s=0.5, import_s=2.0, total_s=20.0, memory_mb=256, output_kb=64)
ASK = Program("y = attack(a)", ("y",))
HONEST = Program("y = honest(a)", ("y",))
OPERAND = {"a": np.array([1.0, 2.0])}

WALLS = {  # what is switched off: as much as a system may lack
    "namespaces": (),
    "mounts": ("mounts",),
    "landlock": ("namespaces",),
    "seccomp": ("namespaces", "landlock"),
}


def submission(source: str, **more) -> Submission:
    text = textwrap.dedent(source) + "\n\ndef honest(a):\n    return 3 * a\n"
    return Submission("tensor.py", {"tensor.py": text.encode()}, ("tensor",), **more)


def body(text: str) -> str:
    return "def attack(a):\n" + "".join(f"    {line}\n" for line in text.split("\n"))


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's walls are Linux's")


@functools.cache
def protections() -> str:
    """Return what this system has, with and without namespaces."""
    words = []
    for without in WALLS.values():
        with Session(submission(""), QUICK, without=without) as session:
            words += session.protections
    return "\n".join(words)


def needs(*protections_needed: str) -> None:
    """Skip a test where the system lacks what it tests."""
    for words in protections_needed:
        if words not in protections():
            pytest.skip(f"this system has no {words}")


def processes(label: str) -> list[int]:
    """Return the processes that carry a session's label, also those forked from them."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            if label.encode() in file.read():
                found.append(int(path.split("/")[2]))
    return found


def scratch_folders() -> set[str]:
    return set(glob.glob(os.path.join(tempfile.gettempdir(), "minigrad-grading-*")))


@contextlib.contextmanager
def wall(source, limits=QUICK, without=(), rules=None, prelude="", **changes):
    """Give a session; at its end, nothing that it started and no folder may be left."""
    before = scratch_folders()
    handed_in = source if isinstance(source, Submission) else submission(source)
    with Session(handed_in, replace(limits, **changes), rules, prelude, without) as session:
        yield session
    assert processes(session.label) == []
    assert not {folder for folder in scratch_folders() - before if folder == session.scratch}, (
        "the scratch folder is left"
    )


def attacked(source, program=ASK, without=(), **changes):
    """Return what comes of an attack; the question after it must be answered honestly."""
    with wall(source, without=without, **changes) as session:
        answer = session.call(program, OPERAND)
        after = session.call(HONEST, OPERAND)
        assert getattr(after, "values", {}).get("y", np.zeros(2)).tolist() == [3.0, 6.0], after
    return answer
