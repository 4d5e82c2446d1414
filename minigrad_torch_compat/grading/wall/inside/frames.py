"""What crosses the wall: named arrays, texts and nothings, as plain bytes.

No pickle, no JSON, no object: a name, a kind, and for arrays dtype, shape and bytes. The inner side
is not believed: ``unpack`` checks every length before it uses it.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

Entry = np.ndarray | str | None

READY = b"r"  # "I have an answer: send me the key for it"
KEY_BYTES = 32
HEADER = struct.Struct("<Q32s")  # the body's length, its tag
ENDED = struct.Struct("<ciqd")  # b"e", how a worker ended: status, memory in bytes, seconds of CPU
OVERFULL = -1  # the status of a worker that had written too much
USED = struct.Struct("<cd")  # b"u", seconds of CPU until now
SCRATCH = "/scratch"  # where a submission lies that has a file system of its own
_DTYPES = re.compile(r"\|b1|[<|][iu][1248]|<f[248]|<c(8|16)")
_LIMIT_OF_DIMENSIONS = 64


class ForgedError(ValueError):
    """Bytes that our own inner side cannot have written."""


def pack(entries: Mapping[str, Entry]) -> bytes:
    """Return entries as bytes."""
    parts = [struct.pack("<I", len(entries))]
    for name, entry in entries.items():
        encoded = name.encode()
        parts += [struct.pack("<H", len(encoded)), encoded, *_packed(entry)]
    return b"".join(parts)


def _packed(entry: Entry) -> list[bytes]:
    if entry is None:
        return [b"n"]
    if isinstance(entry, str):
        data = entry.encode("utf-8", "replace")
        return [b"t", struct.pack("<Q", len(data)), data]
    dtype = entry.dtype.newbyteorder("<").str.encode()
    data = entry.astype(dtype.decode(), copy=False).tobytes()
    head = struct.pack(f"<B{len(dtype)}sB{entry.ndim}qQ", len(dtype), dtype, entry.ndim,
                       *entry.shape, len(data))  # fmt: skip
    return [b"a", head, data]


class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise ForgedError("the frame ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, kind: str) -> int:
        number: int = struct.unpack("<" + kind, self.take(struct.calcsize("<" + kind)))[0]
        return number

    def text(self, size: int) -> str:
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:
            raise ForgedError("a text is not UTF-8") from None


def unpack(data: bytes) -> dict[str, Entry]:
    """Return the entries that bytes hold.

    Raises:
        ForgedError: if ``pack`` cannot have written them.
    """
    reader = _Reader(data)
    entries: dict[str, Entry] = {}
    for _ in range(reader.number("I")):
        name = reader.text(reader.number("H"))
        if name in entries:
            raise ForgedError(f"{name!r} comes twice")
        entries[name] = _unpacked(reader)
    if reader.at != len(data):
        raise ForgedError("the frame goes on after its end")
    return entries


def _unpacked(reader: _Reader) -> Entry:
    kind = reader.take(1)
    if kind == b"n":
        return None
    if kind == b"t":
        return reader.text(reader.number("Q"))
    if kind != b"a":
        raise ForgedError(f"there are no entries of kind {kind!r}")
    dtype = reader.text(reader.number("B"))
    if not _DTYPES.fullmatch(dtype):
        raise ForgedError(f"{dtype!r} is no dtype of numbers")
    rank = reader.number("B")
    if rank > _LIMIT_OF_DIMENSIONS:
        raise ForgedError(f"an array of {rank} dimensions")
    shape = [reader.number("q") for _ in range(rank)]
    size = reader.number("Q")
    if min(shape, default=0) < 0 or math.prod(shape) * np.dtype(dtype).itemsize != size:
        raise ForgedError(f"{size} bytes are no {dtype} of shape {tuple(shape)}")
    flat = np.frombuffer(bytearray(reader.take(size)), dtype)
    try:
        return flat.reshape(shape)
    except ValueError as error:  # empty, and yet too large
        raise ForgedError(str(error)) from None


def seal(body: bytes, key: bytes) -> bytes:
    """Return a frame: length, tag under ``key``, body."""
    return HEADER.pack(len(body), blake2b(body, key=key, digest_size=32).digest()) + body


def tag(body: bytes, key: bytes) -> bytes:
    """Return the tag that a frame's body has to carry."""
    return blake2b(body, key=key, digest_size=32).digest()
