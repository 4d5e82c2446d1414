"""The wall from the grader's side: questions, answers, restarts, what is seen and what is left."""

import contextlib
import itertools
import json
import os
import signal
import struct
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from walled import ASK, HONEST, OPERAND, QUICK, WALLS, processes, submission, wall

from minigrad_torch_compat.grading.submissions import Submission, prepare
from minigrad_torch_compat.grading.wall import Failure, Loaded, Program, Rules, Session, Values
from minigrad_torch_compat.grading.wall.answers import clean, ending
from minigrad_torch_compat.grading.wall.inside.frames import ForgedError, pack, unpack
from minigrad_torch_compat.grading.wall.inside.landlock import without
from minigrad_torch_compat.grading.wall.packages import libraries

NUMBERS = st.one_of(
    hnp.boolean_dtypes(), hnp.integer_dtypes(endianness="<"), hnp.floating_dtypes(
        endianness="<", sizes=(16, 32, 64)), hnp.complex_number_dtypes(
        endianness="<", sizes=(64, 128)),
)  # fmt: skip
ARRAYS = NUMBERS.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
)
NAMES = st.text(max_size=8).filter(lambda name: name.encode("utf-8", "ignore").decode() == name)
ENTRIES = st.dictionaries(NAMES, st.one_of(ARRAYS, st.none(), NAMES), max_size=4)


@given(ENTRIES)
def test_what_is_packed_comes_back_to_the_bit(entries):
    back = unpack(pack(entries))
    assert list(back) == list(entries)
    for name, entry in entries.items():
        if isinstance(entry, np.ndarray):
            assert (back[name].dtype, back[name].shape) == (entry.dtype, entry.shape)
            assert back[name].tobytes() == entry.tobytes()
        else:
            assert back[name] == entry


@given(ENTRIES, st.data())
@settings(max_examples=300)
def test_damaged_bytes_are_told_or_are_other_values(entries, data):
    whole = bytearray(pack(entries))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    for damaged in (bytes(whole), bytes(cut)):
        try:
            found = unpack(damaged)
        except ForgedError:
            continue
        for entry in found.values():
            assert entry is None or type(entry) in (str, np.ndarray)


@given(st.binary(max_size=200))
def test_any_bytes_are_told_or_values(data):
    with contextlib.suppress(ForgedError):
        unpack(data)


def frame(dtype=b"<f8", shape=(2,), size=16, data=bytes(16)):
    rank = len(shape)
    head = struct.pack(f"<B{len(dtype)}sB{rank}qQ", len(dtype), dtype, rank, *shape, size)
    return struct.pack("<IH1sc", 1, 1, b"y", b"a") + head + data


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": b"|O8"}, {"dtype": b"<U4"}, {"dtype": b"|V8"}, {"dtype": b"<M8"},
        {"dtype": b"<f16"}, {"shape": (-2, -1)}, {"shape": (3,)}, {"shape": (1 << 62, 1 << 62)},
        {"shape": (2,) * 65}, {"size": 1 << 60}, {"size": 8}, {"data": bytes(17)},
        {"data": b""}, {"dtype": b"f8,f8"},
    ],
)  # fmt: skip
def test_frames_that_lie(changes):
    assert unpack(frame())["y"].tolist() == [0.0, 0.0]
    with pytest.raises(ForgedError):
        unpack(frame(**changes))


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


def test_names_of_programs():
    source = "import numpy\nclass Tensor: pass\n_hidden = 3\n"
    with wall(source, prelude="def twice(x): return 2 * x") as session:
        loaded = session.load()
        assert loaded.names == ("Tensor", "_hidden", "honest", "numpy")
        program = Program("y = twice(_hidden)\nis_it = m.Tensor is Tensor", ("y", "is_it"))
        answer = session.call(program)
        assert (answer["y"], answer["is_it"]) == (6, True)
        session.call(Program("y = 1\nhonest = None"))
        after = session.call(Program("z = 'y' in globals()\nw = honest(1)", ("z", "w")))
        assert (after["z"], after["w"]) == (False, 3)  # nothing of one program is in the next


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


def test_stand_ins():
    source = """
        import matplotlib.pyplot as plt, pandas as pd, tqdm as bars
        from tqdm import tqdm, trange
        from PIL import Image
        import torch_like_missing if False else None
    """.replace("import torch_like_missing if False else None", "")
    source += """
        class Frame(pd.DataFrame): pass
        @plt.style.context
        def f(): return 5
        def attack(a):
            figure, axes = plt.subplots()
            axes[0].plot(a); plt.show()
            assert not isinstance(a, pd.DataFrame)
            with Image.open("x.png") as image: image.resize((2, 2))
            return [sum(tqdm(range(4))), sum(trange(4)), f(), sum(bars.tqdm([1, 2]))]
    """
    with wall(source) as session:
        loaded = session.load()
        answer = session.call(ASK, OPERAND)
    assert answer["y"].tolist() == [6, 6, 5, 3]
    assert loaded.notes == tuple(
        f"{n} is a stand-in that does nothing" for n in ("PIL", "matplotlib", "pandas", "tqdm")
    )


def test_graphviz_writes_dot_and_draws_nothing():
    pytest.importorskip("graphviz")
    source = """
        from graphviz import Digraph
        def attack(a):
            dot = Digraph()
            dot.edge("a", "b")
            dot.render("graph", format="png", view=True)
            dot.pipe(format="svg")
            return dot.source
    """
    with wall(source) as session:
        answer = session.call(ASK, OPERAND)
    assert isinstance(answer, Values), answer
    assert "a -> b" in answer["y"]


def test_packages_are_there_if_allowed():
    source = "def attack(a):\n    import scipy.special; return scipy.special.expit(0 * a)"
    pytest.importorskip("scipy")
    with wall(source, case_s=10.0, rules=Rules(allow=("numpy", "scipy"))) as session:
        assert session.call(ASK, OPERAND)["y"].tolist() == [0.5, 0.5]
    source = "import ctypes\ndef attack(a): return a"
    with wall(source, rules=Rules(forbid=("ctypes",))) as session:
        answer = session.call(ASK, OPERAND)
        assert (answer.kind, answer.loading) == ("forbidden import", True)


def test_what_belongs_to_packages_is_found():
    found = libraries(("numpy",))
    assert "numpy" in found.allowed
    assert not {"torch", "minigrad", "pip"} & set(found.allowed)
    assert any(path.endswith("/numpy") for path in found.packages)
    assert not any(os.path.basename(path) == "site-packages" for path in found.shown)


def test_what_is_hidden_is_left_out_of_folders(tmp_path):
    for name in ("a/x", "a/b/y", "c"):
        (tmp_path / name).mkdir(parents=True)
    root = str(tmp_path)
    shown = list(without([f"{root}/a", f"{root}/c"], {f"{root}/a/b"}))
    assert shown == [f"{root}/a/x", f"{root}/c"]


def test_a_notebook_goes_on_after_cells_that_fail(tmp_path):
    cells = ["import numpy as np", "1 / 0", "while True: pass", "exit()", "display(np)",
             "def attack(a):\n    return bad(a)\ndef bad(a):\n    raise ValueError('no')",
             "if __name__ == '__main__': 1 / 0"]  # fmt: skip
    path = tmp_path / "hw.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": c} for c in cells]}))
    with wall(prepare(path), import_s=1.0) as session:
        loaded = session.load()
        assert isinstance(loaded, Loaded)
        assert [note.partition(":")[0] for note in loaded.notes] == [
            "cell 2 failed",
            "cell 3 failed",
            "cell 4 failed",
        ]
        answer = session.call(ASK, OPERAND)
        assert answer.traceback.splitlines() == [
            "  cell 6, line 2, in attack: return bad(a)",
            "  cell 6, line 4, in bad: raise ValueError('no')",
        ]
        session.call(Program("import os; os._exit(0)"))
        start = time.monotonic()
        session.call(ASK, OPERAND)  # cells that failed are not tried again
        assert (session.restarts, time.monotonic() - start < 0.5) == (1, True)
        assert session.load() == loaded


def test_several_modules_and_packages(tmp_path):
    files = {
        "hw/__init__.py": b"from .core import Tensor\n",
        "hw/core.py": b"class Tensor: pass\n",
        "hw/layers.py": b"from .core import Tensor\nclass Conv2d: pass\n",
        "hw/broken.py": b"import nothing_there\n",
    }
    modules = ("hw", "hw.core", "hw.layers", "hw.broken")
    with wall(Submission("hw", files, modules)) as session:
        loaded = session.load()
        assert {"Tensor", "Conv2d", "layers"} <= set(loaded.names)
        assert loaded.notes == (
            "hw.broken was left out: ModuleNotFoundError: No module named 'nothing_there'",
        )


def test_the_environment_and_the_folder_are_its_own(tmp_path):
    files = {"python/needle.py": b"import os\nX = os.environ['BACKEND'] + open('data.txt').read()",
             "python/data.txt": b"!"}  # fmt: skip
    given = Submission("hw", files, ("needle",), ("python", "."), env={"BACKEND": "np"})
    with wall(given) as session:
        program = Program("import os, tempfile\ny = X\nh = os.environ['HOME']\n"
                          "t = tempfile.gettempdir()\ne = '\\n'.join(sorted(os.environ))",
                          ("y", "h", "t", "e"))  # fmt: skip
        answer = session.call(program)
        assert (answer["y"], answer["h"]) == ("np!", session.scratch)
        assert answer["t"] == f"{session.scratch}/tmp"
        known = {"BACKEND", "HOME", "TMPDIR", "PATH", "LANG", "USER", "MPLBACKEND", "LC_CTYPE"}
        rest = set(answer["e"].split("\n")) - known
        assert all(name.endswith("_NUM_THREADS") or name.startswith("PYTHON") for name in rest)


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
