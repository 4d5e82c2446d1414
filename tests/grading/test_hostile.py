"""Submissions that mean harm: contained, named in words, and nothing is left of them."""

import numpy as np
import pytest
from walled import ASK, HONEST, OPERAND, WALLS, Program, attacked, body, on_linux, wall

from minigrad_torch_compat.grading.wall import Failure, Values

pytestmark = on_linux

ENDS = {  # name: body of attack(a), kind, words of the message
    "os._exit": ("import os; os._exit(0)", "exit", "exit code 0"),
    "exit": ("exit(0)", "exit", "exit(0)"),
    "sys.exit": ("import sys; sys.exit('done')", "exit", "exit(done)"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "crash", "SIGSEGV"),
    "abort": ("import os; os.abort()", "crash", "SIGABRT"),
    "loop": ("while True: pass", "timeout", "within 0.5 s"),
    "loop in C": ("import itertools; all(itertools.repeat(1))", "timeout", "within 0.5 s"),
    "sleep": ("import time; time.sleep(100)", "timeout", "within 0.5 s"),
    "deaf": (
        "import signal\n"
        "for n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(n, signal.SIG_IGN)\n"
        "while True:\n"
        "    try: signal.pause()\n"
        "    except BaseException: pass",
        "timeout",
        "within 0.5 s",
    ),
    "stopped": (
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "timeout",
        "within 0.5 s",
    ),
    "one big block": ("return bytearray(1 << 40)", "memory", ""),
    "many blocks": ("x = []\nwhile True: x.append(bytes(1 << 24))", "memory", ""),
    "array of 8 TB": ("import numpy as np; return np.ones((1 << 40,))", "memory", "allocate"),
    "recursion": ("return attack(a)", "recursion", "recursion"),
    "output": ("while True: print('x' * 1000)", "output", "more than 64 kB"),
    "raw output": ("import os\nwhile True: os.write(2, b'x' * 4096)", "output", "more than 64 kB"),
    "interrupt": ("raise KeyboardInterrupt", "exception", ""),
    "closed files": ("import os; os.closerange(0, 128)", "crash", "it broke what runs it"),
    "closed for good": (
        "import os; os._exit = lambda code: None; os.closerange(0, 128)",
        "crash",
        "it broke what runs it",
    ),
    "broad result": (
        "import numpy as np; return np.broadcast_to(1.0, (10**6, 10**6))",
        "value",
        "at most",
    ),
    "result of 100 MB": ("import numpy as np; return np.zeros(12_500_000)", "value", "at most"),
    "text of 100 MB": ("return 'x' * 100_000_000", "value", "characters"),
    "process": ("import os; os.system('echo hi')", "process", "(echo hi)"),
    "subprocess": ("import subprocess; subprocess.run(['ls'])", "process", "(ls)"),
    "network": (
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "network",
        "connection",
    ),
    "kill the parent": ("import os; os.kill(os.getppid(), 9)", "process", "signals"),
    "write": ("open('/etc/owned', 'w')", "write outside", "/etc/owned"),
    "write by os": ("import os; os.open('/etc/owned', os.O_CREAT)", "write outside", "/etc/owned"),
    "link out": (
        "import os; os.symlink('/etc', 'door'); open('door/owned', 'w')",
        "write outside",
        "door/owned",
    ),
    "torch": ("import torch", "forbidden import", "torch may not be imported"),
    "submodule": ("from jax.numpy import sin", "forbidden import", "jax"),
    "minigrad": ("import minigrad as mg", "forbidden import", "minigrad"),
    "by name": (
        "import importlib; importlib.import_module('au' + 'tograd')",
        "forbidden import",
        "autograd",
    ),
    "missing": ("import scipy", "missing module", "scipy"),
}


@pytest.fixture(scope="module", params=["namespaces", "landlock", "seccomp"])
def battered(request):
    """One session that every attack is made on, one after the other."""
    source = "".join(
        body(text).replace("attack", f"attack_{number}")
        for number, (text, _, _) in enumerate(ENDS.values())
    )
    with wall(source, without=WALLS[request.param], total_s=200.0) as session:
        yield session


@pytest.mark.parametrize("name", ENDS)
def test_what_it_does_is_named(battered, name):
    _, kind, words = ENDS[name]
    answer = battered.call(Program(f"y = attack_{list(ENDS).index(name)}(a)", ("y",)), OPERAND)
    assert isinstance(answer, Failure), answer
    assert (answer.kind, words in answer.message) == (kind, True), answer
    assert not answer.loading
    assert np.array_equal(battered.call(HONEST, OPERAND)["y"], [3.0, 6.0])


def test_recursion_without_a_limit_ends():
    source = "import sys\ndef attack(a):\n    sys.setrecursionlimit(10**8)\n    return attack(a)"
    assert attacked(source).kind in ("crash", "memory", "timeout", "recursion")


@pytest.mark.parametrize("when", ["while True: pass", "import os; os._exit(1)", "exit()", "1 / 0"])
def test_what_it_does_while_it_is_loaded(when):
    kind = {"w": "timeout", "i": "exit", "e": "exit", "1": "exception"}[when[0]]
    with wall(when, import_s=0.5) as session:
        for _ in range(2):  # the second time without trying it again
            answer = session.call(ASK, OPERAND)
            assert (answer.kind, answer.loading) == (kind, True), answer
        assert session.restarts == 0


def test_the_total_of_time_is_bounded():
    with wall(body("while True: pass"), case_s=0.4, total_s=0.6) as session:
        kinds = [session.call(ASK, OPERAND) for _ in range(4)]
    assert {answer.kind for answer in kinds} == {"timeout"}
    assert "all 0.6 s are used up" in kinds[-1].message
    assert session.used < 1.5


def test_an_attempt_that_it_hides_is_told():
    source = body("try:\n    import torch\nexcept ImportError:\n    pass\nreturn a")
    answer = attacked(source)
    assert isinstance(answer, Values)
    assert answer.attempts == ("forbidden import: torch may not be imported",)


def test_a_thread_that_goes_on_is_noted_and_ended():
    source = body(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nreturn a"
    )
    answer = attacked(source)
    assert (answer["y"].tolist(), answer.threads) == ([1.0, 2.0], 1)


def test_nothing_is_run_at_its_end(tmp_path):
    source = "import atexit, os\natexit.register(os.abort)\n" + body("return a")
    assert isinstance(attacked(source), Values)


def test_a_program_may_not_take_the_grader_along():
    answer = attacked("", program=Program("y = undefined_name", ("y",)))
    assert (answer.kind, answer.exception) == ("exception", "NameError")
