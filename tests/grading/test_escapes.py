"""Ways around Python: the kernel holds the wall where the audit hook is not asked."""

import sys
import textwrap

import pytest
from walled import ASK, OPERAND, WALLS, attacked, body, needs, on_linux, wall

from minigrad_torch_compat.grading.wall import Failure, Values

pytestmark = on_linux
LIBC = "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"


@pytest.mark.parametrize("missing", WALLS)
def test_processes_started_past_python_are_refused(missing):
    needs("seccomp")
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
    needs("its namespace", "mount namespace")
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
    needs("its namespace", "mount namespace")
    with wall(GRANDCHILD, processes=4) as session:  # asserts that nothing is left
        assert isinstance(session.call(ASK, OPERAND), Values)


def test_a_daemon_ends_where_nothing_helps():
    source = LIBC + GRANDCHILD.replace("os.fork", "libc.fork").replace("os.setsid", "libc.setsid")
    everything = ("namespaces", "landlock", "seccomp")
    with wall(source, without=everything) as session:
        answer = session.call(ASK, OPERAND)
        assert isinstance(answer, Values | Failure)


@pytest.mark.parametrize("missing", ["namespaces", "mounts", "landlock"])
@pytest.mark.parametrize("call", ["creat", "mkdir"])
def test_files_outside_are_safe_past_python(tmp_path, call, missing):
    needs("mount namespace", "Landlock")
    tmp_path.chmod(0o777)
    source = LIBC + body(f"return libc.{call}({bytes(tmp_path / 'owned')!r}, 0o777)")
    answer = attacked(source, without=WALLS[missing])
    assert answer["y"] == -1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["namespaces", "mounts", "landlock"])
def test_the_teachers_files_are_not_seen(tmp_path, missing):
    needs("mount namespace", "Landlock")
    (tmp_path / "reference.py").write_text("secret")
    tmp_path.chmod(0o777)
    source = LIBC + body(f"return libc.open({bytes(tmp_path / 'reference.py')!r}, 0)")
    assert attacked(source, without=WALLS[missing])["y"] == -1


@pytest.mark.parametrize("missing", WALLS)
def test_sockets_past_python_are_refused(missing):
    needs("seccomp")
    source = LIBC + body("return libc.socket(2, 1, 0)")
    assert attacked(source, without=WALLS[missing])["y"] == -1


@pytest.mark.parametrize("missing", WALLS)
def test_others_cannot_be_killed_past_python(missing):
    needs("seccomp")
    source = LIBC + body("import os; return [libc.kill(os.getppid(), 9), libc.ptrace(16, 1, 0, 0)]")
    assert attacked(source, without=WALLS[missing])["y"].tolist() == [-1, -1]


@pytest.mark.parametrize("missing", ["namespaces", "mounts", "landlock"])
def test_engines_cannot_be_reached_past_the_gate(missing):
    needs("mount namespace", "Landlock")
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
    places = [path for path in sys.path if path]
    answer = attacked(f"PLACES = {places!r}\n" + textwrap.dedent(source),
                      without=WALLS[missing])  # fmt: skip
    assert isinstance(answer, Values)
    assert answer["y"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("missing", WALLS)
def test_other_processes_environments_are_not_seen(missing, monkeypatch):
    needs("mount namespace", "Landlock")
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


@pytest.mark.parametrize("missing", ["namespaces", "mounts", "landlock"])
def test_a_scratch_folder_that_is_hard_to_remove_is_removed(missing):
    source = LIBC + body(
        "import os\n"
        "for depth in range(300):\n"
        "    libc.mkdir(b'x' * 20, 0o700); libc.chdir(b'x' * 20)\n"
        "libc.mkdir(b'locked', 0); os._exit(0)"
    )
    assert attacked(source, without=WALLS[missing], case_s=10.0).kind == "exit"


def test_the_disk_cannot_be_filled():
    needs("mount namespace")
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
