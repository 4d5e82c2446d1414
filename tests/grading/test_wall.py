"""The wall from the grader's side: questions, answers, restarts, what is seen and what is left."""

import itertools
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from walled import ASK, HONEST, OPERAND, QUICK, WALLS, processes, submission, wall

from minigrad_torch_compat.grading.wall import Failure, Program, Session, Values
from minigrad_torch_compat.grading.wall.answers import clean, ending


def test_arrays_go_there_and_back():
    given = {
        "zero": np.array(1.5), "empty": np.zeros((0, 3)), "half": np.ones(2, np.float16),
        "whole": np.arange(3), "truth": np.array([True]), "complex": np.array([1j]),
        "single": np.ones((2, 2), np.float32).T, "big": np.arange(4.0).astype(">f8")[::2],
    }  # fmt: skip
    with wall("") as session:
        answer = session.call(Program("", tuple(given)), given)
    for name, array in given.items():
        assert np.array_equal(answer[name], array)
        assert (answer[name].shape, answer[name].dtype) == (
            array.shape,
            array.dtype.newbyteorder("="),
        )
    with wall("") as session:
        answer = session.call(Program("a = 2\nb = [1, 2.5]\nc = None\nd = 'é'", tuple("abcd")))
    assert (answer["a"], answer["b"].tolist(), answer["c"], answer["d"]) == (2, [1, 2.5], None, "é")
    assert answer.kinds == {"a": "int", "b": "list", "c": "NoneType", "d": "str"}


def test_values_do_not_depend_on_what_ran_before():
    source = "import random, numpy as np\ndef attack(a): return [random.random(), np.random.rand()]"
    with wall(source) as session:
        first, second = session.call(ASK, OPERAND), session.call(ASK, OPERAND)
        order = session.call(Program("y = list({'a', 'b', 'c', 'd'})[0] == 'a'", ("y",)))
    with wall(source) as session:
        third = session.call(ASK, OPERAND)
        again = session.call(Program("y = list({'a', 'b', 'c', 'd'})[0] == 'a'", ("y",)))
    assert first["y"].tolist() == second["y"].tolist() == third["y"].tolist()
    assert order["y"] == again["y"]


def test_a_worker_is_kept_until_it_dies():
    source = "count = 0\ndef attack(a):\n    global count; count += 1; return count"
    with wall(source) as session:
        assert [int(session.call(ASK, OPERAND)["y"]) for _ in range(3)] == [1, 2, 3]
        assert session.restarts == 0
        session.call(Program("import os; os._exit(1)"))
        assert int(session.call(ASK, OPERAND)["y"]) == 1
        assert session.restarts == 1


def test_output_is_shown_and_breaks_nothing():
    with wall("print('loading')\ndef attack(a):\n    print('hello', a); return a") as session:
        assert session.load().output == "loading\n"
        answer = session.call(ASK, OPERAND)
        assert (answer.output, answer["y"].tolist()) == ("hello [1. 2.]\n", [1.0, 2.0])
        assert session.call(HONEST, OPERAND).output == ""


def test_waiting_is_not_computing():
    """A busy computer accuses nobody: time is that of the processor, up to three times as long."""
    source = "import time\ndef attack(a):\n    time.sleep(0.5); return a"
    with wall(source, case_s=0.3) as session:
        assert isinstance(session.call(ASK, OPERAND), Values)
        start = time.monotonic()
        answer = session.call(Program("import time; time.sleep(9)"))
        assert answer.kind == "timeout"
        assert 0.8 < time.monotonic() - start < 5


@pytest.mark.parametrize("missing", WALLS)
def test_protections_are_told(missing):
    with wall("", without=WALLS[missing]) as session:
        told = dict(words.split(": ", 1) for words in session.protections)
    assert {"files", "network", "processes", "system calls"} <= set(told)
    if missing == "seccomp":
        assert "mount namespace" not in told["files"]
        assert "Landlock" not in told["files"]


def test_all_protections_off_is_told_as_that():
    with wall("", without=("namespaces", "landlock", "seccomp")) as session:
        told = dict(words.split(": ", 1) for words in session.protections)
    assert told["network"] == "refused in Python (audit hook) only"
    assert told["processes"] == "found and ended by their parents"
    assert told["system calls"].startswith("no filter")


SCRIPT = """
import sys; sys.path.insert(0, {here!r})
from walled import *
session = Session(submission("def attack(a):\\n    while True: pass"), Limits(case_s=60))
print(session.label, session.scratch, flush=True)
session.call(ASK, OPERAND)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("without", [(), ("namespaces",)])
def test_nothing_is_left_when_the_grader_is_killed(number, without):
    script = SCRIPT.format(here=os.path.dirname(__file__))
    script = script.replace("Limits(case_s=60))", f"Limits(case_s=60), without={without!r})")
    grader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    label, scratch = grader.stdout.readline().split()
    time.sleep(0.2)
    assert processes(label)
    grader.send_signal(number)
    grader.wait(10)
    grader.stdout.close()
    for _ in range(100):
        if not processes(label) and (scratch == "/scratch" or not os.path.exists(scratch)):
            return
        time.sleep(0.05)
    raise AssertionError("something is left")


def test_a_session_that_is_forgotten_ends():
    session = Session(submission(""), QUICK)
    label = session.label
    session.load()
    assert processes(label)
    del session
    assert processes(label) == []


def test_sessions_do_not_see_each_other():
    with wall("X = 1") as first, wall("X = 2") as second:
        ask = Program("y = X", ("y",))
        answers = [session.call(ask)["y"] for session in (first, second, first)]
        assert answers == [1, 2, 1]
        assert first.label != second.label


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [(0, "exit", "code 0"), (3 << 8, "exit", "code 3"), (70 << 8, "crash", "broke"),
     (11, "crash", "SIGSEGV"), (6, "crash", "SIGABRT"), (9, "memory", "memory ran out"),
     (24, "timeout", "processor time"), (8, "crash", "SIGFPE")],
)  # fmt: skip
def test_how_a_process_ended_in_words(status, kind, words):
    found = ending(status, 1.0, 100.0)
    assert (found[0], words in found[1]) == (kind, True)


def test_texts_are_short_and_plain():
    assert clean("a\tb\nc") == "a\tb\nc"
    assert clean("\x1b[31m\u202e\r") == "\ufffd[31m\ufffd\ufffd"
    assert len(clean("x" * 100_000)) < 4100


def test_failures_speak():
    failure = Failure("exception", "no", exception="ValueError", loading=True)
    assert str(failure) == "exception while it was loaded: ValueError: no"


def test_many_questions_are_cheap():
    with wall("def attack(a): return a") as session:
        session.load()
        start = time.monotonic()
        for _ in itertools.repeat(None, 200):
            session.call(ASK, OPERAND)
        assert (time.monotonic() - start) / 200 < 0.02  # 0.2 ms where nothing else runs
