"""Files that lie, are cut off, or want to run code: refused, and nothing of theirs ever runs."""

from __future__ import annotations

import collections
import contextlib
import io
import os
import pickle
import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad.serialization import get_unsafe_globals_in_checkpoint
from minigrad.serialization.pickler import Global, Pickler

TENSOR = Global("torch._utils", "_rebuild_tensor_v2")


def checkpoint(pickled: bytes, storages: dict[str, bytes] | None = None, **more: bytes) -> Any:
    """A zip checkpoint around a pickle of one's own."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for key, content in (storages or {}).items():
            archive.writestr(f"archive/data/{key}", content)
        for name, content in more.items():
            archive.writestr(f"archive/{name}", content)
    file.seek(0)
    return file


class Call:
    """Pickles as a call of a function with arguments."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = function, args

    def __reduce__(self) -> Any:
        return self.call


class Stored:
    """Pickles as the persistent id of a storage."""

    def __init__(self, *identity: Any) -> None:
        self.identity = identity


class HostilePickler(Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return obj.identity if isinstance(obj, Stored) else None


def pickled(obj: Any, protocol: int = 2) -> bytes:
    file = io.BytesIO()
    HostilePickler(file, protocol).dump(obj)
    return file.getvalue()


FLOATS = Global("torch", "FloatStorage")
FOUR = Stored("storage", FLOATS, "0", "cpu", 4)


def tensor(storage: Any, *args: Any) -> Any:
    return checkpoint(
        pickled(Call(TENSOR, storage, *args, False, collections.OrderedDict())),
        {"0": np.arange(4, dtype="float32").tobytes()},
    )


# --- code ----------------------------------------------------------------------------------------

HOSTILE = {
    "os.system": lambda path: Call(os.system, f"touch {path}"),
    "open": lambda path: Call(open, path, "w"),
    "eval": lambda path: Call(eval, f"open({path!r}, 'w')"),
    "getattr": lambda path: Call(getattr, "os", "system"),
    "in a dict": lambda path: {"a": [Call(os.system, f"touch {path}")]},
    "as a hook": lambda path: Call(TENSOR, FOUR, 0, (1,), (1,), False, Call(open, path, "w")),
    "as a type": lambda path: Call(
        Global("torch._tensor", "_rebuild_from_type_v2"),
        *(open, Global("torch", "Tensor"), (path, "w"), {}),
    ),
}


@pytest.mark.parametrize("attack", HOSTILE)
@pytest.mark.parametrize("protocol", [1, 2, 3, 4, 5])
def test_no_code_of_a_file_runs(attack: str, protocol: int, tmp_path: Path) -> None:
    mark = tmp_path / "was here"
    content = pickled(HOSTILE[attack](str(mark)), protocol)
    with pytest.raises(pickle.UnpicklingError, match=r"GLOBAL \w+\.(system|open|eval|getattr)"):
        mg.load(checkpoint(content, {"0": bytes(16)}))
    with pytest.raises((pickle.UnpicklingError, RuntimeError)):
        mg.load(io.BytesIO(content))
    assert not mark.exists()


def test_names_are_told_without_running(tmp_path: Path) -> None:
    mark = tmp_path / "was here"
    for protocol in (2, 4):
        content = pickled([Call(os.system, f"touch {mark}"), collections.OrderedDict()], protocol)
        assert get_unsafe_globals_in_checkpoint(checkpoint(content)) == [f"{os.name}.system"]
    assert not mark.exists()


GLOBAL_TENSOR = b"ctorch\nTensor\n"
ATTEMPTS = {
    "a class filled": GLOBAL_TENSOR + b"}X\x03\x00\x00\x00fooK\x01sb.",
    "slots of a class": GLOBAL_TENSOR + b"N}X\x03\x00\x00\x00fooK\x01s\x86b.",
    "a function filled": b"ctorch._utils\n_rebuild_tensor_v2\n}X\x03\x00\x00\x00fooK\x01sb.",
    "a class made": GLOBAL_TENSOR + b")\x81.",
    "a class called": GLOBAL_TENSOR + b")R.",
    "a dtype called": b"ctorch\nfloat32\n)R.",
    "a number called": b"K\x01)R.",
    "arguments in a list": b"ccollections\nOrderedDict\n]R.",
    "an extension": b"\x82\x01.",
    "an instance": b"(iposix\nsystem\n.",
    "an object": b"(ccollections\nOrderedDict\no.",
    "too little on the stack": b"\x86.",
    "no mark": b"t.",
    "not in the memo": b"h\x05.",
    "a list for a dict": b"]K\x01K\x02s.",
    "a dict for a list": b"}K\x01a.",
    "an odd item": b"}(K\x01u.",
    "no end": b"K\x01",
    "two results": b"K\x01K\x02.",
    "a list as a key": b"}]K\x01s.",
    "text persistent id": b"Pabc\n.",
    "no storage": b"K\x01Q.",
    "another word": b"(X\x05\x00\x00\x00otherK\x01K\x01K\x01K\x01tQ.",
    "zip as an encoding": pickled(Call(Global("_codecs", "encode"), "aa", "zip")),
    "a size of bytes": pickled(Call(bytearray, 10**12)),
    "bytes of a size": pickled(Call(bytes, 10**12)),
    "a tensor's method hidden": pickled(
        Call(
            Global("torch._tensor", "_rebuild_from_type_v2"),
            TENSOR,
            Global("torch", "Tensor"),
            (FOUR, 0, (1,), (1,), False, None),
            {"backward": 1},
        )
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_but_data_is_put_together(attempt: str) -> None:
    before = dict(vars(mg.Tensor).items())
    with pytest.raises((pickle.UnpicklingError, RuntimeError)):
        mg.load(checkpoint(ATTEMPTS[attempt], {"0": bytes(16)}))
    assert vars(mg.Tensor) == before


DEEP = b")" + b"\x85" * 300_000
HASHED = {
    "a dict": b"}" + DEEP + b"K\x01s.",
    "a set": b"\x8f(" + DEEP + b"\x90.",
    "a frozenset": b"(" + DEEP + b"\x91.",
    "set()": b"cbuiltins\nset\n](" + DEEP + b"e\x85R.",
    "OrderedDict()": b"ccollections\nOrderedDict\n](" + DEEP + b"K\x01\x86e\x85R.",
    "Counter()": b"ccollections\nCounter\n](" + DEEP + b"e\x85R.",
    "a storage": b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    + DEEP
    + b"X\x00\x00\x00\x00K\x01tQ.",
}


@pytest.mark.parametrize("place", HASHED)
def test_keys_too_deep_to_hash(place: str) -> None:
    """Python hashes tuples by recursion without a limit: it would crash."""
    with pytest.raises((pickle.UnpicklingError, RuntimeError)):
        mg.load(checkpoint(HASHED[place]))


def test_depth_alone_is_no_harm() -> None:
    assert len(mg.load(checkpoint(b"]" + b"(" * 10 + b"t" * 10 + b"a."))) == 1


@settings(max_examples=200)
@given(st.data())
def test_damaged_pickles_end_in_their_errors(data: Any) -> None:
    good = io.BytesIO()
    mg.save({"a": mg.ones(3), "b": [1, "x", (2.5, None)]}, good)
    content = bytearray(zipfile.ZipFile(good).read("archive/data.pkl"))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = checkpoint(bytes(content), {"0": bytes(12)})
    # no other error, and no crash
    with contextlib.suppress(pickle.UnpicklingError, RuntimeError):
        mg.load(file)


@pytest.mark.parametrize("old", [False, True])
def test_damaged_files_end_in_their_errors(old: bool) -> None:
    good = written(_use_new_zipfile_serialization=not old)
    numbers = np.random.default_rng(0)
    for _ in range(400):
        content = bytearray(good)
        for place in numbers.integers(0, len(content), 3):
            content[place] = numbers.integers(256)
        with contextlib.suppress(pickle.UnpicklingError, RuntimeError, EOFError):
            mg.load(io.BytesIO(content))  # no other error, and no crash


# --- memory --------------------------------------------------------------------------------------

OUTSIDE = {
    "too many elements": (0, (5,), (1,)),
    "an offset": (4, (1,), (1,)),
    "an offset and elements": (2, (3,), (1,)),
    "a stride": (0, (2,), (4,)),
    "two strides": (0, (2, 2), (3, 1)),
    "a negative offset": (-1, (1,), (1,)),
    "a negative size": (0, (-1,), (1,)),
    "a negative stride": (3, (2,), (-1,)),
    "huge": (0, (2**62, 2**62), (2**62, 1)),
    "huge stride": (0, (2,), (2**64,)),
    "fewer strides": (0, (2, 2), (1,)),
    "huge, in one place": (0, (2**62, 2**62), (0, 0)),
    "dimensions": (0, (1,) * 100, (1,) * 100),
    "size a number": (0, 4, (1,)),
    "size of fractions": (0, (1.5,), (1,)),
    "offset a string": ("0", (1,), (1,)),
    "a truth for a size": (0, (True,), (1,)),
}


@pytest.mark.parametrize("walk", OUTSIDE)
def test_no_tensor_leaves_its_storage(walk: str) -> None:
    with pytest.raises((RuntimeError, pickle.UnpicklingError)):
        mg.load(tensor(FOUR, *OUTSIDE[walk]))


def test_walks_inside_are_taken() -> None:
    assert mg.load(tensor(FOUR, 1, (2, 2), (1, 1))).tolist() == [[1, 2], [2, 3]]
    assert mg.load(tensor(FOUR, 9, (0,), (1,))).tolist() == []
    assert mg.load(tensor(FOUR, 3, (), ())).item() == 3


@pytest.mark.parametrize("count", [3, 5, -1, 2**62, "4", 4.0, None])
def test_storages_that_are_not_of_their_size(count: Any) -> None:
    with pytest.raises((RuntimeError, pickle.UnpicklingError)):
        mg.load(tensor(Stored("storage", FLOATS, "0", "cpu", count), 0, (1,), (1,)))


def test_records_that_are_not_there() -> None:
    with pytest.raises(RuntimeError, match="no record 'data/1'"):
        mg.load(tensor(Stored("storage", FLOATS, "1", "cpu", 4), 0, (1,), (1,)))
    with pytest.raises(RuntimeError, match=r"no record|checkpoint"):
        mg.load(tensor(Stored("storage", FLOATS, "../data.pkl", "cpu", 4), 0, (1,), (1,)))


def test_old_storages_larger_than_the_file() -> None:
    storage = Stored("storage", FLOATS, "0", "cpu", 2**50, None)
    parts = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}]
    content = b"".join(pickle.dumps(part, 2) for part in parts)
    content += pickled(Call(TENSOR, storage, 0, (1,), (1,), False, None)) + pickle.dumps(["0"], 2)
    with pytest.raises(RuntimeError, match="larger than the file"):
        mg.load(io.BytesIO(content))


# --- damage --------------------------------------------------------------------------------------


def written(**options: Any) -> bytes:
    file = io.BytesIO()
    mg.save([mg.arange(10.0), {"a": 1}], file, **options)
    return file.getvalue()


@pytest.mark.parametrize("old", [False, True])
def test_files_cut_off_anywhere(old: bool) -> None:
    content = written(_use_new_zipfile_serialization=not old)
    for length in range(1, len(content) - 1, 7):
        with pytest.raises((RuntimeError, pickle.UnpicklingError)):
            mg.load(io.BytesIO(content[:length]))


def test_a_bit_turned_over_in_a_storage_is_noticed() -> None:
    content = bytearray(written())
    place = content.index(np.arange(10, dtype="float32").tobytes())
    content[place + 5] ^= 1
    with pytest.raises(RuntimeError, match="damaged"):
        mg.load(io.BytesIO(content))


def test_what_is_no_checkpoint() -> None:
    for engine in (mg, torch):
        with pytest.raises(EOFError):
            engine.load(io.BytesIO())
        with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
            engine.load(io.BytesIO(b"garbage, no pickle"))
        with pytest.raises(RuntimeError, match="Invalid magic number"):
            engine.load(io.BytesIO(pickle.dumps({"a": 1}, 2)), weights_only=False)
        with pytest.raises(FileNotFoundError):
            engine.load("there/is/none.pt")
        with pytest.raises(AttributeError, match="seek"):
            engine.load(5)
        with pytest.raises(RuntimeError, match="pickle_module"):
            engine.load(io.BytesIO(written()), weights_only=True, pickle_module=pickle)
    with pytest.raises(RuntimeError, match=r"no record|not one record"):
        mg.load(_zip({"a.txt": b"x"}))
    with pytest.raises(RuntimeError, match=r"torch\.jit\.load"):
        mg.load(_zip({"m/data.pkl": b"N.", "m/constants.pkl": b"N."}))


def _zip(records: dict[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in records.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def test_bytes_that_are_no_truth_values() -> None:
    truths = Stored("storage", Global("torch", "BoolStorage"), "0", "cpu", 4)
    content = pickled(Call(TENSOR, truths, 0, (4,), (1,), False, None))
    read = mg.load(checkpoint(content, {"0": bytes([0, 1, 2, 255])}))
    assert read.tolist() == [False, True, True, True]
    assert read.sum().item() == 3


def test_sparse_tensors_that_lie() -> None:
    def sparse(places: Any, size: Any) -> Any:
        parts = (mg.tensor(places), mg.ones(len(places[0])), size, True)
        layout = Call(Global("torch.serialization", "_get_layout"), "torch.sparse_coo")
        file = io.BytesIO()
        mg.save(Call(Global("torch._utils", "_rebuild_sparse_tensor"), layout, parts), file)
        file.seek(0)
        return mg.load(file)

    assert sparse([[0, 1], [1, 0]], (2, 2)).is_coalesced()
    assert not sparse([[1, 0], [1, 0]], (2, 2)).is_coalesced()
    assert sparse([[0, 0], [1, 1]], (2, 2)).coalesce().values().tolist() == [2]
    for places in ([[0, 5], [1, 0]], [[0, -1], [1, 0]]):
        with pytest.raises(RuntimeError, match="index"):
            sparse(places, (2, 2))


def test_untyped_bytes_in_the_other_order() -> None:
    storage = Stored("storage", Global("torch.storage", "UntypedStorage"), "0", "cpu", 4)
    typed = Global("torch._utils", "_rebuild_tensor_v3")
    dtype = Global("torch", "uint16")
    content = pickled(Call(typed, storage, 0, (2,), (1,), False, None, dtype))
    assert mg.load(checkpoint(content, {"0": bytes([1, 0, 2, 0])})).tolist() == [1, 2]
    with pytest.raises(RuntimeError, match="big-endian"):
        mg.load(checkpoint(content, {"0": bytes(4)}, byteorder=b"big"))


def test_the_other_byte_order() -> None:
    content = pickled(Call(TENSOR, FOUR, 0, (4,), (1,), False, collections.OrderedDict()))
    big = {"0": np.arange(4, dtype=">f4").tobytes()}
    assert mg.load(checkpoint(content, big, byteorder=b"big")).tolist() == [0, 1, 2, 3]
    little = {"0": np.arange(4, dtype="<f4").tobytes()}
    assert mg.load(checkpoint(content, little, byteorder=b"little")).tolist() == [0, 1, 2, 3]
    assert mg.load(checkpoint(content, little)).tolist() == [0, 1, 2, 3]
    with pytest.raises(RuntimeError, match="byte order"):
        mg.load(checkpoint(content, little, byteorder=b"middle"))


def test_the_other_byte_order_in_old_files() -> None:
    storage = Stored("storage", FLOATS, "0", "cpu", 2, None)
    parts = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": False}]
    content = b"".join(pickle.dumps(part, 2) for part in parts)
    content += pickled(Call(TENSOR, storage, 0, (2,), (1,), False, None)) + pickle.dumps(["0"], 2)
    content += struct.pack("<q", 2) + np.array([1.5, -2], dtype=">f4").tobytes()
    assert mg.load(io.BytesIO(content)).tolist() == [1.5, -2]


assert sys.byteorder == "little"  # as the tests of byte order suppose
