"""How a submission is loaded: modules, cells, packages that are there, and stand-ins."""

import json
import os
import time

import pytest
from walled import ASK, OPERAND, wall

from minigrad_torch_compat.grading.submissions import Submission, prepare
from minigrad_torch_compat.grading.wall import Loaded, Program, Rules, Values
from minigrad_torch_compat.grading.wall.inside.landlock import without
from minigrad_torch_compat.grading.wall.packages import libraries


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
