"""Submissions that want to be believed: what they write and patch changes their values only."""

import numpy as np
import pytest
from walled import ASK, OPERAND, WALLS, Program, attacked, wall

from minigrad_torch_compat.grading.wall import Failure, Values

SECRET = 1234.56789  # an expected value: it is in this process, and in no other
TELL = Program("y = attack(a)", ("y",))


@pytest.mark.parametrize(
    ("bytes_", "then"),
    [
        ("b'r'", "return a"),
        ("b'x'", "return a"),
        ("b'r' * 2", "return a"),
        ("b'r' + bytes(10_000)", "return a"),
        ("b'r'", "os._exit(0)"),
        ("b'x'", "os._exit(0)"),
        ("b'r' + bytes(40)", "os._exit(0)"),
        ("b'r'", "time.sleep(9)"),
        ("bytes(8)", "time.sleep(9)"),
    ],
)
def test_bytes_in_the_pipe_of_answers_are_told(bytes_, then):
    source = f"""
        import os, time
        def attack(a):
            os.write(4, {bytes_})
            {then}
    """
    answer = attacked(source)
    assert isinstance(answer, Failure)
    # A lone "ready" without an answer is as good as nothing, and what follows it is told.
    allowed = {"forgery"} | ({"exit", "timeout"} if bytes_ == "b'r'" else set())
    assert answer.kind in allowed, answer


def test_every_file_is_written_to():
    source = """
        import os
        def attack(a):
            for file in range(128):
                try: os.write(file, b"y = correct")
                except OSError: pass
            return a
    """
    assert attacked(source).kind == "forgery"


def test_a_thread_that_writes_is_told():
    source = """
        import os, threading
        def write():
            while True: os.write(4, b"r")
        def attack(a):
            threading.Thread(target=write, daemon=True).start()
            return a
    """
    with wall(source) as session:
        kinds = {getattr(session.call(ASK, OPERAND), "kind", "") for _ in range(3)}
    assert kinds <= {"forgery", "output"}


def test_an_answer_that_it_seals_itself_is_its_own_value():
    """It may take the runner's place: it knows no more than the runner does."""
    source = """
        import os, struct
        from hashlib import blake2b
        def attack(a):
            os.write(4, b"r")
            key = os.read(3, 32)
            data = b"<f8"
            body = struct.pack("<IH1sc", 1, 1, b"y", b"a") + struct.pack(
                "<B3sBQd", 3, data, 0, 8, 7.0)
            tag = blake2b(body, key=key, digest_size=32).digest()
            os.write(4, struct.pack("<Q32s", len(body), tag) + body)
            return a
    """
    with wall(source) as session:
        first = session.call(ASK, OPERAND)
        second = session.call(ASK, OPERAND)
    # The runner's own answer comes after it: told at once, or before the next question.
    if isinstance(first, Values):
        assert first["y"] == 7.0
        first = second
    assert first.kind == "forgery"


PATCHES = {
    "numpy": "for n in ('asarray', 'array', 'isclose', 'allclose', 'all', 'ndarray', 'dtype'):\n"
             "    setattr(np, n, lambda *a, **k: True)",
    "builtins": "for n in ('len', 'isinstance', 'type', 'bytes', 'str', 'dict', 'zip', 'int'):\n"
                "    setattr(builtins, n, lambda *a, **k: True)",
    "modules": "for n in ('write', 'read'): setattr(os, n, lambda *a: 1)\n"
               "json.dumps = json.loads = struct.pack = struct.unpack = lambda *a, **k: '{}'\n"
               "hashlib.blake2b = hmac.compare_digest = lambda *a, **k: True",
    "runner": "frame = sys._getframe()\n"
              "while frame:\n"
              "    for n in ('plain', '_array', '_asarray'):\n"
              "        if n in frame.f_globals: frame.f_globals[n] = lambda *a, **k: None\n"
              "    frame = frame.f_back",
    "trace": "sys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)",
}  # fmt: skip


@pytest.mark.parametrize("name", PATCHES)
def test_patches_make_nothing_right(name):
    lines = "\n".join(" " * 4 + line for line in PATCHES[name].split("\n"))
    source = "import builtins, hashlib, hmac, json, os, struct, sys\nimport numpy as np\n"
    source += f"def attack(a):\n    out = 2.0 * a\n{lines}\n    return out\n"
    with wall(source) as session:
        answer = session.call(TELL, OPERAND)
        again = session.call(TELL, OPERAND)
    for given in (answer, again):
        assert isinstance(given, Values | Failure)
        if isinstance(given, Values):
            assert given["y"].tolist() == [2.0, 4.0]  # what it computed


def test_no_expected_value_is_in_its_frames_or_objects():
    source = """
        import gc, sys
        import numpy as np
        def everything():
            frame = sys._getframe()
            while frame:
                yield from frame.f_locals.values(); yield from frame.f_globals.values()
                frame = frame.f_back
            for thing in gc.get_objects():
                yield thing
                yield from gc.get_referents(thing)
        def attack(a):
            floats = keys = operands = 0
            for thing in list(everything()):
                if type(thing) is float: floats += abs(thing - SECRET) < 1e-9
                if type(thing) is np.ndarray and thing.dtype.kind == "f" and thing.size:
                    floats += bool(np.isclose(thing, SECRET, atol=1e-9).any())
                    operands += thing is a
                if type(thing) is bytes: keys += len(thing) == 32
            return np.array([floats, keys, operands > 0])
    """
    # It is told what to look for through the operand, as a sum, so that its sources hold it not.
    source = source.replace("SECRET", "(a[0] + a[1])")
    parts = {"a": np.array([SECRET - 1000.0, 1000.0])}
    expected = np.array([SECRET])
    with wall(source, case_s=10.0) as session:
        session.call(Program("y = honest(a)", ("y",)), OPERAND)  # a key has been used
        found = session.call(TELL, parts)
    assert isinstance(found, Values), found
    assert found["y"].tolist() == [0, 0, 1], "it sees its operand, no expected value and no key"
    assert expected[0] == SECRET


OBJECTS = {
    "always equal": "class X:\n"
                    "    __eq__ = __ne__ = __lt__ = __gt__ = __bool__ = lambda *a: True\n"
                    "    __len__ = __hash__ = lambda s: 1",
    "array raises": "class X:\n    def __array__(self, *a, **k): raise ValueError('no')",
    "array of objects": "class X:\n    def __array__(self, *a, **k):\n"
                        "        return np.array([self, self], dtype=object)",
    "pickled": "class X:\n    def __reduce__(self): return os.system, ('touch owned',)",
    "strings": "X = lambda: np.array(['correct'])",
    "records": "X = lambda: np.zeros(2, dtype=[('a', 'f8')])",
    "dates": "X = lambda: np.zeros(2, dtype='M8[s]')",
    "ragged": "X = lambda: [[1.0], [1.0, 2.0]]",
}  # fmt: skip


@pytest.mark.parametrize("name", OBJECTS)
def test_only_numbers_pass(name):
    source = f"import os\nimport numpy as np\n{OBJECTS[name]}\ndef attack(a):\n    return X()\n"
    answer = attacked(source)
    assert isinstance(answer, Failure)
    assert answer.kind in ("value", "exception", "recursion"), answer
    assert "y is a" in answer.message or answer.kind != "value"


def test_a_class_of_arrays_becomes_plain():
    source = """
        import numpy as np
        class Sly(np.ndarray):
            def __array_finalize__(self, other): pass
            def tobytes(self, *a): return b"correct"
            def astype(self, *a, **k): return self
            __eq__ = lambda *a: True
        def attack(a):
            return (2 * a).view(Sly)
    """
    answer = attacked(source)
    assert type(answer["y"]) is np.ndarray
    assert answer["y"].tolist() == [2.0, 4.0]
    assert answer.kinds == {"y": "Sly"}


def test_nans_and_infinities_come_back_to_the_bit():
    bits = [0x7FF8DEADBEEF0001, 0xFFF0000000000000, 0x8000000000000000, 0x0000000000000001]
    given = np.array(bits, dtype=np.uint64).view(np.float64)
    with wall("def attack(a): return a") as session:
        answer = session.call(ASK, {"a": given})
    assert answer["y"].view(np.uint64).tolist() == bits


def test_texts_cannot_command_a_terminal():
    source = r"""
        def attack(a):
            print("\x1b[2J\x07fine")
            raise ValueError("\x1b]0;owned\x07\u202eabc")
    """
    answer = attacked(source)
    assert not set("\x1b\x07\u202e") & set(answer.message + answer.output)
    assert "fine" in answer.output


def test_an_error_whose_text_fails():
    source = """
        class E(Exception):
            def __str__(self): raise SystemExit
        def attack(a): raise E
    """
    answer = attacked(source)
    assert (answer.kind, answer.exception) == ("exception", "E")


@pytest.mark.parametrize("missing", WALLS)
def test_a_traceback_shows_its_own_frames_only(missing):
    source = """
        import numpy as np
        def inner(a):
            return np.linalg.inv(a)
        def attack(a):
            return inner(a)
    """
    answer = attacked(source, without=WALLS[missing])
    assert answer.exception == "LinAlgError"
    lines = answer.traceback.split("\n")
    assert len(lines) == 2
    assert lines[0].strip() == "tensor.py, line 6, in attack: return inner(a)"
    assert lines[1].strip() == "tensor.py, line 4, in inner: return np.linalg.inv(a)"
