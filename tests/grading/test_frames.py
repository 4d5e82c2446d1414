"""What crosses the wall comes back to the bit, or is told to be forged."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad_torch_compat.grading.wall.inside.frames import ForgedError, pack, unpack

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
@settings(max_examples=150)
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
