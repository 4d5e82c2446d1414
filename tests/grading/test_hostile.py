"""Submissions that mean harm: contained, named in words, and nothing is left of them."""

import pytest
from walled import ASK, OPERAND, WALLS, Program, attacked, wall

from minigrad_torch_compat.grading.wall import Failure, Values

LIBC = "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"

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


def body(text: str) -> str:
    return "def attack(a):\n" + "".join(f"    {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize("name", ENDS)
def test_what_it_does_is_named(name):
    text, kind, words = ENDS[name]
    answer = attacked(body(text))
    assert isinstance(answer, Failure), answer
    assert (answer.kind, words in answer.message) == (kind, True), answer
    assert not answer.loading


@pytest.mark.parametrize("missing", ["landlock", "seccomp"])
@pytest.mark.parametrize(
    "name", ["os._exit", "deaf", "many blocks", "network", "process", "write", "torch"]
)
def test_it_is_named_on_lesser_systems(name, missing):
    text, kind, words = ENDS[name]
    answer = attacked(body(text), without=WALLS[missing])
    assert isinstance(answer, Failure)
    assert (answer.kind, words in answer.message) == (kind, True), answer


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


@pytest.mark.parametrize("missing", WALLS)
def test_processes_started_past_python_are_refused(missing):
    source = LIBC + body(
        "made = 0\n"
        "for _ in range(50):\n"
        "    pid = libc.fork()\n"
        "    if pid == 0:\n"
        "        import time; time.sleep(60)\n"
        "    made += pid > 0\n"
        "return made"
    )
    answer = attacked(source, without=WALLS[missing])
    assert isinstance(answer, Values)
    assert answer["y"] == 0


def test_a_fork_bomb_is_bounded_where_processes_are_allowed():
    source = body(
        "import os, time\n"
        "made = 0\n"
        "for _ in range(50):\n"
        "    try: pid = os.fork()\n"
        "    except OSError: break\n"
        "    if pid == 0: os.setsid(); time.sleep(60)\n"
        "    made += 1\n"
        "return made"
    )
    answer = attacked(source, processes=4, case_s=5.0)
    assert 0 <= answer["y"] <= 4 + 8  # threads and processes are counted as one


GRANDCHILD = body(
    "import os, signal, time\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork(): os._exit(0)\n"
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "    time.sleep(60)\n"
    "return a"
)


def test_a_daemon_ends_with_the_session():
    with wall(GRANDCHILD, processes=4) as session:  # asserts that nothing is left
        assert isinstance(session.call(ASK, OPERAND), Values)


def test_a_daemon_ends_where_nothing_helps():
    source = LIBC + GRANDCHILD.replace("os.fork", "libc.fork").replace("os.setsid", "libc.setsid")
    everything = ("namespaces", "landlock", "seccomp")
    with wall(source, without=everything) as session:
        answer = session.call(ASK, OPERAND)
        assert isinstance(answer, Values | Failure)


@pytest.mark.parametrize("missing", ["namespaces", "landlock"])
@pytest.mark.parametrize("call", ["creat", "mkdir"])
def test_files_outside_are_safe_past_python(tmp_path, call, missing):
    tmp_path.chmod(0o777)
    source = LIBC + body(f"return libc.{call}({bytes(tmp_path / 'owned')!r}, 0o777)")
    answer = attacked(source, without=WALLS[missing])
    assert answer["y"] == -1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["namespaces", "landlock"])
def test_the_teachers_files_are_not_seen(tmp_path, missing):
    (tmp_path / "reference.py").write_text("secret")
    tmp_path.chmod(0o777)
    source = LIBC + body(f"return libc.open({bytes(tmp_path / 'reference.py')!r}, 0)")
    assert attacked(source, without=WALLS[missing])["y"] == -1


@pytest.mark.parametrize("missing", WALLS)
def test_sockets_past_python_are_refused(missing):
    source = LIBC + body("return libc.socket(2, 1, 0)")
    assert attacked(source, without=WALLS[missing])["y"] == -1


@pytest.mark.parametrize("missing", WALLS)
def test_others_cannot_be_killed_past_python(missing):
    source = LIBC + body("import os; return [libc.kill(os.getppid(), 9), libc.ptrace(16, 1, 0, 0)]")
    assert attacked(source, without=WALLS[missing])["y"].tolist() == [-1, -1]


@pytest.mark.parametrize("missing", ["namespaces", "landlock"])
def test_engines_cannot_be_reached_past_the_gate(missing):
    source = """
        import sys
        def attack(a):
            sys.meta_path[:] = [f for f in sys.meta_path if "Gate" not in repr(f)]
            sys.path[:0] = PLACES
            try:
                import torch
            except (ImportError, PermissionError):
                return a
            return 0 * a
    """
    places = [path for path in __import__("sys").path if path]
    answer = attacked(f"PLACES = {places!r}\n" + __import__("textwrap").dedent(source),
                      without=WALLS[missing])  # fmt: skip
    assert isinstance(answer, Values)
    assert answer["y"].tolist() == [1.0, 2.0]


def test_an_attempt_that_it_hides_is_told():
    source = body("try:\n    import torch\nexcept ImportError:\n    pass\nreturn a")
    answer = attacked(source)
    assert isinstance(answer, Values)
    assert answer.attempts == ("forbidden import: torch may not be imported",)


@pytest.mark.parametrize("missing", WALLS)
def test_other_processes_environments_are_not_seen(missing, monkeypatch):
    monkeypatch.setenv("GRADING_SECRET", "expected-values")
    source = body(
        "import glob\n"
        "seen = b''\n"
        "for path in glob.glob('/proc/*/environ') + glob.glob('/proc/*/mem'):\n"
        "    try: seen += open(path, 'rb').read(10**6)\n"
        "    except OSError: pass\n"
        "return b'expected-values' in seen"
    )
    assert not attacked(source, without=WALLS[missing])["y"]


@pytest.mark.parametrize("missing", WALLS)
def test_its_own_files_come_back(missing):
    source = body(
        "import os, shutil\n"
        "shutil.rmtree(os.environ['HOME'], ignore_errors=True)\n"
        "os._exit(int(os.path.exists(__file__)))"
    )
    answer = attacked(source, without=WALLS[missing])
    assert (answer.kind, "exit code 0" in answer.message) == ("exit", True), answer


@pytest.mark.parametrize("missing", ["namespaces", "landlock"])
def test_a_scratch_folder_that_is_hard_to_remove_is_removed(missing):
    source = LIBC + body(
        "import os\n"
        "for depth in range(300):\n"
        "    libc.mkdir(b'x' * 20, 0o700); libc.chdir(b'x' * 20)\n"
        "libc.mkdir(b'locked', 0); os._exit(0)"
    )
    assert attacked(source, without=WALLS[missing], case_s=10.0).kind == "exit"


def test_the_disk_cannot_be_filled():
    source = body(
        "for n in range(100):\n    open(f'part{n}', 'wb').write(bytes(1 << 19))\nreturn a"
    )
    answer = attacked(source)
    assert (answer.kind, "No space left" in answer.message) == ("exception", True), answer


def test_the_disk_cannot_be_filled_on_lesser_systems():
    source = body(
        "import time\n"
        "for n in range(100):\n"
        "    open(f'part{n}', 'wb').write(bytes(1 << 19)); time.sleep(0.05)"
    )
    answer = attacked(source, without=WALLS["landlock"], case_s=5.0)
    assert (answer.kind, "wrote more" in answer.message) == ("output", True), answer


def test_large_files_are_refused_on_lesser_systems():
    answer = attacked(body("open('big', 'wb').write(bytes(1 << 24))"), without=WALLS["landlock"])
    assert (answer.kind, "too large" in answer.message) == ("exception", True), answer


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
