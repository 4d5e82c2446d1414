"""What was handed in, in every form: read whole, safely, and without running it."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from minigrad_torch_compat.grading.submissions import (
    Submission,
    SubmissionError,
    forbidden,
    imports_of,
    prepare,
    reading,
)
from minigrad_torch_compat.grading.submissions.notebooks import cells_of, plain

ENGINE = "class Tensor:\n    def backward(self):\n        pass\n"


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def notebook(*cells: str | list[str], kind: str = "code") -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": kind, "source": c} for c in cells]})


def test_a_file(tmp_path):
    given = prepare(folder(tmp_path, {"tensor.py": ENGINE}) / "tensor.py")
    assert given == Submission("tensor.py", {"tensor.py": ENGINE.encode()}, ("tensor",))
    assert given.own_names == {"tensor"}


@pytest.mark.parametrize(
    ("name", "module"),
    [("hw 1.py", "hw_1"), ("1.py", "submission_1"), ("types.py", "submission_types"),
     ("numpy.py", "submission_numpy"), ("class.py", "submission_class"), ("課題.py", "課題")],
)  # fmt: skip
def test_a_file_that_cannot_be_imported_under_its_name(tmp_path, name, module):
    given = prepare(folder(tmp_path, {name: ENGINE}) / name)
    assert given.modules == (module,)
    assert list(given.files) == [f"{module}.py"]
    assert len(given.notes) == (name != f"{module}.py")


@pytest.mark.parametrize(
    ("files", "entry", "modules"),
    [
        ({"a.py": ENGINE}, (), ("a",)),
        ({"a.py": ENGINE, "b.py": "x = 1"}, (), ("a", "b")),
        ({"a.py": ENGINE, "b.py": "print(1)"}, (), ("a",)),
        ({"a.py": ENGINE, "test_a.py": ENGINE}, (), ("a",)),
        ({"engine.py": ENGINE, "layers.py": ENGINE}, (), ("engine", "layers")),
        ({"a.py": "x = 1", "b.py": ENGINE}, ("a.py",), ("a", "b")),
        ({"hw/__init__.py": "", "hw/core.py": ENGINE}, (), ("hw", "hw.core")),
        ({"hw/__init__.py": "", "hw/core.py": ENGINE, "main.py": "1"}, ("hw/",),
         ("hw", "hw.core")),
        ({"src/tensor.py": ENGINE, "README.md": ""}, (), ("tensor",)),
        ({"python/needle/__init__.py": ENGINE, "python/other.py": "x = 1"}, ("python/needle/",),
         ("needle",)),
    ],
)  # fmt: skip
def test_the_entry_of_a_folder(tmp_path, files, entry, modules):
    given = prepare(folder(tmp_path, files), entry=entry)
    assert given.modules == modules


def test_a_folder_that_is_a_package(tmp_path):
    files = {"my-hw/__init__.py": "from .core import Tensor", "my-hw/core.py": ENGINE}
    given = prepare(folder(tmp_path, files) / "my-hw")
    assert given.modules == ("my_hw", "my_hw.core")
    assert set(given.files) == {"my_hw/__init__.py", "my_hw/core.py"}


def test_two_engines_are_not_guessed_between(tmp_path):
    with pytest.raises(SubmissionError, match=r"not clear which of a\.py, b\.py is meant.*entry"):
        prepare(folder(tmp_path, {"a.py": ENGINE, "b.py": ENGINE}))


@pytest.mark.parametrize("files", [{}, {"a.txt": "x"}, {"test_a.py": "x", "conftest.py": "x"}])
def test_nothing_to_grade(tmp_path, files):
    with pytest.raises(SubmissionError, match=r"no Python file|tests only"):
        prepare(folder(tmp_path, files))


def test_what_is_no_source_is_left_out(tmp_path):
    files = {"a.py": ENGINE, "__pycache__/a.pyc": "x", ".git/config": "x", "venv/lib/b.py": "x"}
    given = folder(tmp_path, files)
    (given / "door.py").symlink_to("/etc/passwd")
    (given / "all").symlink_to("/etc")
    read = prepare(given)
    assert set(read.files) == {"a.py"}
    assert sorted(read.notes) == [
        "all is a link and was left out",
        "door.py is a link and was left out",
    ]


def test_a_zip_of_a_folder(tmp_path):
    path = zipped(tmp_path / "hw.zip", {"hw/tensor.py": ENGINE, "__MACOSX/hw/._tensor.py": "x"})
    given = prepare(path)
    assert (given.modules, set(given.files)) == (("tensor",), {"tensor.py"})


def test_a_zip_of_a_package(tmp_path):
    given = prepare(zipped(tmp_path / "hw.zip", {"hw/__init__.py": "", "hw/core.py": ENGINE}))
    assert given.modules == ("hw", "hw.core")


@pytest.mark.parametrize(
    "name", ["../owned.py", "/etc/owned.py", "a/../../owned.py", "..\\owned.py", "C:/owned.py"]
)
def test_paths_out_of_a_zip_are_refused(tmp_path, name):
    with pytest.raises(SubmissionError, match="outside"):
        prepare(zipped(tmp_path / "hw.zip", {"a.py": ENGINE, name: "x"}))
    assert {p.name for p in tmp_path.rglob("*")} == {"hw.zip"}


def test_links_in_a_zip_are_left_out(tmp_path):
    path = zipped(tmp_path / "hw.zip", {"a.py": ENGINE})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("door.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    given = prepare(path)
    assert set(given.files) == {"a.py"}
    assert given.notes == ("door.py is a link or device and was left out",)


def test_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(reading, "MOST_FILES", 100)
    with pytest.raises(SubmissionError, match="more than 1 MB"):
        prepare(zipped(tmp_path / "big.zip", {"a.py": bytes(1 << 24)}))
    with pytest.raises(SubmissionError, match="more than 100 files"):
        prepare(zipped(tmp_path / "many.zip", {f"{n}.py": "" for n in range(101)}))
    with pytest.raises(SubmissionError, match="deep"):
        prepare(zipped(tmp_path / "deep.zip", {"x/" * 50 + "a.py": ""}))


def test_a_zip_that_lies_about_sizes_is_refused(tmp_path):
    data = bytearray(zipped(tmp_path / "a.zip", {"a.py": bytes(10_000)}).read_bytes())
    at = data.rindex(b"PK\x01\x02") + 24  # the size in the directory at the end
    data[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(bytes(data))
    with pytest.raises(SubmissionError, match=r"not as large as|cannot be unpacked"):
        prepare(tmp_path / "a.zip")


@pytest.mark.parametrize("damage", [lambda d: d[:-30], lambda d: d.replace(b"class", b"XXXXX")])
def test_broken_zips_are_told(tmp_path, damage):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.py", ENGINE)
    (tmp_path / "a.zip").write_bytes(damage(buffer.getvalue()))
    with pytest.raises(SubmissionError):
        prepare(tmp_path / "a.zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_encodings(tmp_path, encoding):
    text = "# 自動微分\r\nclass Tensor:\r\n    名 = '値'\r\n"
    path = tmp_path / "tensor.py"
    path.write_bytes(text.encode(encoding))
    given = prepare(path)
    names: dict = {}
    exec(compile(given.files["tensor.py"], "tensor.py", "exec"), names)
    assert names["Tensor"].名 == "値"
    assert bool(given.notes) == (encoding in ("utf-16", "cp932"))


def test_a_declared_encoding_is_believed(tmp_path):
    path = tmp_path / "tensor.py"
    path.write_bytes("# coding: euc_jp\nx = '微分'\n".encode("euc_jp"))
    given = prepare(path)
    assert (given.notes, "微分" in given.sources["tensor.py"]) == ((), True)


def test_a_notebook(tmp_path):
    path = tmp_path / "home work.ipynb"
    path.write_text(notebook("import numpy as np", ["x = 1\n", "y = 2"], "", "%matplotlib inline"))
    given = prepare(path)
    assert given.modules == ("home_work",)
    assert given.cells == (
        ("cell 1", "import numpy as np"),
        ("cell 2", "x = 1\ny = 2"),
        ("cell 4", "pass  # %matplotlib inline"),
    )
    assert given.notes == ("cell 4: '%matplotlib inline' was left out: it is no Python",)


@pytest.mark.parametrize(
    ("cell", "source"),
    [
        ("!pip install numpy\nx = 1", "pass  # !pip install numpy\nx = 1"),
        ("if x:\n    !ls\n    y = 1", "if x:\n    pass  # !ls\n    y = 1"),
        ("files = !ls\nx = 1", "files = None  # files = !ls\nx = 1"),
        ("%%time\nx = 1", "pass  # %%time\nx = 1"),
        ("%%bash\nrm -rf /", ""),
        ("np.dot?\nx = 1", "pass  # np.dot?\nx = 1"),
        ("x = (5\n% 3)", "x = (5\n% 3)"),
        ("s = '''\n!not a command\n'''", "s = '''\n!not a command\n'''"),
    ],
)
def test_what_only_ipython_understands(cell, source):
    assert plain(cell)[0] == source


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 3}', "[" * 100_000])
def test_what_is_no_notebook(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(SubmissionError, match="notebook"):
        prepare(tmp_path / "a.ipynb")


def test_a_notebook_without_code(tmp_path):
    (tmp_path / "a.ipynb").write_text(notebook("# text", kind="markdown"))
    with pytest.raises(SubmissionError, match="no code cells"):
        prepare(tmp_path / "a.ipynb")


def test_an_old_notebook():
    pytest.importorskip("nbformat")
    cell = {"cell_type": "code", "input": ["x = 1"], "language": "python", "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {},
           "worksheets": [{"cells": [cell]}]}  # fmt: skip
    assert cells_of(json.dumps(old).encode()) == ([("cell 1", "x = 1")], [])


def test_imports_are_found_without_running():
    source = (
        "import torch.nn as nn, os\n"
        "def f():\n    from jax import numpy\n"
        "__import__('autograd')\nfrom . import sibling\nimport tensor\n"
        "import importlib; importlib.import_module('tensorflow.keras')\n"
    )
    given = Submission("t.py", {"tensor.py": source.encode(), "bad.py": b"(("}, ("tensor",))
    assert [found.module for found in imports_of(given) if found.by_name] == [
        "autograd",
        "tensorflow.keras",
    ]
    names = {"torch", "jax", "autograd", "tensorflow", "tensor"}
    found = forbidden(given, names)
    assert {(i.module, i.where) for i in found} == {
        ("torch.nn", "tensor.py, line 1"),
        ("jax", "tensor.py, line 3"),
        ("autograd", "tensor.py, line 4"),
        ("tensorflow.keras", "tensor.py, line 7"),
    }


def test_it_is_written_as_it_was(tmp_path):
    given = Submission("hw", {"hw/__init__.py": b"", "hw/a.py": b"x = 1"}, ("hw",))
    given.write(tmp_path)
    assert (tmp_path / "hw/a.py").read_bytes() == b"x = 1"
