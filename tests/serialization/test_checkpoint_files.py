"""The files themselves: whole or not there, the same bytes each time, and mapped into memory."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.serialization import archive, get_safe_globals, safe_globals


class Refusing:
    def __reduce__(self) -> Any:
        raise OSError("not me")


def test_a_file_is_there_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    mg.save({"a": 1}, path)
    with pytest.raises(OSError, match="not me"):
        mg.save({"a": 2, "b": Refusing()}, path)
    assert mg.load(path) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["model.pt"]


def test_paths_and_files(tmp_path: Path) -> None:
    for target in (tmp_path / "a.pt", str(tmp_path / "b.pth")):
        mg.save(mg.ones(2), target)
        assert mg.load(target).tolist() == torch.load(target).tolist() == [1, 1]
    with (tmp_path / "c.pt").open("wb") as file:
        mg.save(mg.ones(2), file)
    with (tmp_path / "c.pt").open("rb") as file:
        assert mg.load(file).tolist() == [1, 1]
    for engine in (mg, torch):
        with pytest.raises(RuntimeError, match="Parent directory"):
            engine.save(1, tmp_path / "none" / "a.pt")
        with pytest.raises(AttributeError, match="'write'"):
            engine.save(1, 5)
    with pytest.raises(ValueError, match="pickle_module"):
        mg.save(1, io.BytesIO(), pickle_module=torch)


def test_equal_objects_give_equal_bytes() -> None:
    code = (
        "import io, sys, minigrad as mg; f = io.BytesIO();"
        "mg.save({'a': mg.arange(5.), 'b': mg.nn.Parameter(mg.ones(2))}, f);"
        "sys.stdout.write(f.getvalue().hex())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1
    assert found != {b""}


@pytest.mark.parametrize("large", [False, True])
def test_records_begin_at_round_addresses(large: bool, monkeypatch: Any, tmp_path: Path) -> None:
    if large:  # as if a few bytes were 2 GiB
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 16)
    path = tmp_path / "m.pt"
    mg.save([mg.arange(n, dtype="float32") + 0.5 for n in range(1, 30)], path)
    monkeypatch.undo()
    content = path.read_bytes()
    for n in range(1, 30):
        begin = content.index((np.arange(n, dtype="float32") + np.float32(0.5)).tobytes() + b"PK")
        assert begin % 64 == 0
    for read in (torch.load(path), torch.load(path, mmap=True), mg.load(path, mmap=True)):
        assert [len(x) for x in read] == list(range(1, 30))
        assert read[28].tolist() == [n + 0.5 for n in range(29)]


@pytest.mark.parametrize("engine", [mg, torch])
def test_mapped_files(engine: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    engine.save({"x": engine.arange(6.0), "y": engine.arange(6.0)[2:], "e": engine.zeros(0)}, path)
    before = path.read_bytes()
    read = mg.load(path, mmap=True)
    read["x"][0] = 5.0  # in memory only
    assert read["x"].tolist() == [5, 1, 2, 3, 4, 5]
    assert read["y"].tolist() == [2, 3, 4, 5]
    assert read["e"].tolist() == []
    assert path.read_bytes() == before
    for other in (mg, torch):
        with pytest.raises(ValueError, match="mmap"):
            other.load(io.BytesIO(before), mmap=True)
        engine.save(engine.ones(2), path, _use_new_zipfile_serialization=False)
        with pytest.raises(RuntimeError, match="mmap"):
            other.load(path, mmap=True)


def test_compressed_archives_are_read_but_not_mapped(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.pt", tmp_path / "b.pt"
    mg.save(mg.arange(100.0), plain)
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert mg.load(packed).tolist() == list(range(100))
    with pytest.raises(RuntimeError, match="compressed"):
        mg.load(packed, mmap=True)


def test_mapped_files_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    mg.save(mg.arange(100.0), path)
    content = path.read_bytes()
    found = archive.Archive(io.BytesIO(content), path)
    path.write_bytes(content[:300])
    with pytest.raises(RuntimeError, match="cut off"):
        found.content("data/0", 400)


def test_safe_globals_are_kept_and_forgotten() -> None:
    class Own:
        pass

    before = get_safe_globals()
    with safe_globals([Own, (Own, "other.Name")]):
        assert get_safe_globals() == [*before, Own, (Own, "other.Name")]
    assert get_safe_globals() == before
    with pytest.raises(TypeError, match="expected classes"), safe_globals([5]):
        pass


def test_an_enum_trusted_by_name(tmp_path: Path) -> None:
    with safe_globals([slice]):
        mg.save({"part": slice(1, 2)}, tmp_path / "s.pt", pickle_protocol=4)
        assert mg.load(tmp_path / "s.pt") == {"part": slice(1, 2)}
    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.slice"):
        mg.load(tmp_path / "s.pt")
