"""The IDX format of the MNIST files: a small header, then the elements in row-major order.

Format: http://yann.lecun.com/exdb/mnist (bottom of the page). Four bytes of magic (two zeros, the
element type, the number of dimensions), the size of each dimension as a big-endian 32-bit integer,
and the elements, big-endian too.
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["read_idx"]

ELEMENT_TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
_GZIP = b"\x1f\x8b"  # a gzip file says so itself: browsers unpack downloads and keep the name


def read_idx(
    path: str | os.PathLike[str], *, dtype: Any = None, ndim: int | None = None
) -> np.ndarray[Any, Any]:
    """Return the array in an IDX file, plain or gzip-compressed.

    Args:
        path: the file.
        dtype: the element type it must have; any by default.
        ndim: the number of dimensions it must have; any by default.

    Raises:
        FileNotFoundError: if there is no such file (and other ``OSError`` if it cannot be read).
        ValueError: if it is damaged, is no IDX file, or holds something else than asked for; the
            message names the file, what was found and what was expected.
    """
    path = Path(path)
    content = _content(path)
    given, shape, start = _header(path, content)
    if dtype is not None and given != np.dtype(dtype):
        raise ValueError(f"{path}: elements are {given}, expected {np.dtype(dtype)}")
    if ndim is not None and len(shape) != ndim:
        raise ValueError(f"{path}: {len(shape)} dimensions {shape}, expected {ndim}")
    expected = math.prod(shape) * given.itemsize
    found = len(content) - start
    if found != expected:
        problem = "truncated" if found < expected else "trailing bytes"
        raise ValueError(
            f"{path}: {problem}: {found} bytes of data, expected {expected} for shape {shape} of "
            f"{given}"
        )
    stored = np.frombuffer(content, given.newbyteorder(">"), offset=start)
    try:
        return stored.reshape(shape).astype(given)
    except ValueError as error:  # more dimensions than arrays can have, or sizes beside a zero
        raise ValueError(f"{path}: no array has shape {shape}: {error}") from error


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path}: damaged gzip data, expected an IDX file: {error}") from error


def _header(path: Path, content: bytes) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """Return the element type, the shape, and where the elements start."""
    if len(content) < 4:
        raise ValueError(f"{path}: truncated: {len(content)} bytes, expected a header of 4 or more")
    zeros, code, ndim = struct.unpack_from(">HBB", content)
    if zeros != 0 or code not in ELEMENT_TYPES:
        known = ", ".join(f"{code:02x}" for code in ELEMENT_TYPES)
        raise ValueError(
            f"{path}: wrong magic number {content[:4].hex()}, expected an IDX file: 0000, an "
            f"element type ({known}) and the number of dimensions"
        )
    start = 4 + 4 * ndim
    if len(content) < start:
        raise ValueError(
            f"{path}: truncated: {len(content)} bytes, expected a header of {start} for {ndim} "
            "dimensions"
        )
    shape = struct.unpack_from(f">{ndim}I", content, 4)
    return ELEMENT_TYPES[code].newbyteorder("="), shape, start
