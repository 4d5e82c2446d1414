"""IDX files: every element type, plain and compressed, and every way a file can be bad."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from minigrad.data import read_idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def encoded(array: np.ndarray) -> bytes:
    """An independent writer: each number packed on its own, most significant byte first."""
    letter = {"u1": "B", "i1": "b", "i2": "h", "i4": "i", "f4": "f", "f8": "d"}
    kind = array.dtype.str[1:]
    header = bytes([0, 0, CODES[kind], array.ndim])
    sizes = b"".join(struct.pack(">I", size) for size in array.shape)
    return header + sizes + b"".join(struct.pack(">" + letter[kind], x) for x in array.flat)


@pytest.fixture
def file(tmp_path: Path):
    def write(content: bytes, name: str = "images-idx3-ubyte") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("shape", [(2, 3, 4), (5,), (0, 28), ()])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_reads_every_element_type(file, kind, shape, pack) -> None:
    rng = np.random.default_rng(0)
    array = np.asarray(rng.integers(-100, 100, shape)).astype(kind)
    found = read_idx(file(pack(encoded(array))))
    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.dtype(kind)
    assert found.dtype.isnative
    assert found.shape == shape


def test_result_is_the_callers_own(file) -> None:
    found = read_idx(str(file(encoded(IMAGES))))
    found[0] = 0  # not a read-only view of the file's bytes


def test_compression_is_seen_in_the_content_not_the_name(file) -> None:
    plain = file(encoded(IMAGES), "unpacked-by-the-browser.gz")
    packed = file(gzip.compress(encoded(IMAGES)), "no-suffix")
    np.testing.assert_array_equal(read_idx(plain), read_idx(packed))


def test_missing_file(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="absent-idx1-ubyte"):
        read_idx(tmp_path / "absent-idx1-ubyte")


def test_folder_in_place_of_a_file(tmp_path) -> None:
    with pytest.raises(OSError, match=tmp_path.name):
        read_idx(tmp_path)


GOOD = encoded(IMAGES)
PACKED = gzip.compress(GOOD)
BAD = {
    "empty": (b"", "truncated: 0 bytes, expected a header of 4"),
    "half a magic": (GOOD[:3], "truncated: 3 bytes"),
    "text": (b"<html>404</html>", "wrong magic number 3c68746d, expected an IDX file"),
    "unknown element type": (b"\0\0\x0a" + GOOD[3:], "wrong magic number 00000a03"),
    "cut in the header": (GOOD[:10], "truncated: 10 bytes, expected a header of 16"),
    "one byte short": (
        GOOD[:-1],
        r"truncated: 23 bytes of data, expected 24 for shape \(2, 3, 4\)",
    ),
    "one byte long": (GOOD + b"\0", "trailing bytes: 25 bytes of data, expected 24"),
    "cut gzip": (PACKED[:-12], "damaged gzip data"),
    "gzip of nothing": (PACKED[:5], "damaged gzip data"),
    "altered gzip": (PACKED[:-6] + b"\xff" + PACKED[-5:], "damaged gzip data"),
    "gzip and more": (PACKED + b"rest", "damaged gzip data"),
    "gzip of a short file": (gzip.compress(GOOD[:-1]), "truncated: 23 bytes of data"),
    "absurd sizes": (
        b"\0\0\x08\x03" + b"\xff" * 12,
        "truncated: 0 bytes of data, expected 7922816",
    ),
    "absurd sizes beside a zero": (b"\0\0\x08\x04" + bytes(4) + b"\xff" * 12, "no array has shape"),
    "too many dimensions": (b"\0\0\x08\xff" + bytes(4 * 255), "no array has shape"),
}


@pytest.mark.parametrize("name", BAD)
def test_damaged_file(file, name) -> None:
    content, message = BAD[name]
    path = file(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_wrong_element_type(file) -> None:
    path = file(encoded(IMAGES.astype(np.int32)))
    with pytest.raises(ValueError, match="images-idx3-ubyte: elements are int32, expected uint8"):
        read_idx(path, dtype=np.uint8)


def test_wrong_number_of_dimensions(file) -> None:
    path = file(encoded(IMAGES))
    with pytest.raises(ValueError, match=r"3 dimensions \(2, 3, 4\), expected 1"):
        read_idx(path, ndim=1)
    assert read_idx(path, dtype=np.uint8, ndim=3).shape == (2, 3, 4)
