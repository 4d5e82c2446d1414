"""The container: a zip archive with one record per storage, each beginning at a round address.

Records are not compressed, so that a file can be mapped into memory: then the elements of a tensor
are read when they are used.
"""

from __future__ import annotations

import hashlib
import os
import struct
import sys
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

_ALIGNMENT = 64  # bytes: a cache line
_HEADER = 30  # bytes of a record's header, before its name
_LARGE = 20  # bytes more for a record of 2 GiB and more


def write_archive(file: Any, root: str, pickled: bytes, storages: Sequence[Any]) -> None:
    """Write an archive of a pickle and the storages ("0", "1" ...) it refers to.

    Equal contents give equal bytes: nothing of the time is in them.
    """
    digest = hashlib.sha256(pickled)
    with zipfile.ZipFile(file, "w") as archive:
        _add(archive, f"{root}/data.pkl", pickled)
        _add(archive, f"{root}/.format_version", b"1")
        _add(archive, f"{root}/.storage_alignment", str(_ALIGNMENT).encode())
        _add(archive, f"{root}/byteorder", sys.byteorder.encode())
        for number, array in enumerate(storages):
            content = memoryview(array.view(np.uint8)) if array.size else b""
            digest.update(content)
            _add(archive, f"{root}/data/{number}", content)
        _add(archive, f"{root}/version", b"3\n")
        identity = f"{int.from_bytes(digest.digest()[:16], 'big'):040d}"
        _add(archive, f"{root}/.data/serialization_id", identity.encode())


def _add(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    """Add a record whose content begins at a multiple of the alignment."""
    record = zipfile.ZipInfo(name)
    record.file_size = len(content)
    large = record.file_size * 1.05 > zipfile.ZIP64_LIMIT
    begin = archive.fp.tell() + _HEADER + len(name.encode()) + _LARGE * large  # type: ignore[union-attr]
    padding = -(begin + 4) % _ALIGNMENT
    record.extra = struct.pack("<HH", 0x4246, padding) + bytes(padding)
    with archive.open(record, "w", force_zip64=large) as target:
        target.write(content)


class Archive:
    """An archive to be read.

    Args:
        file: a file that can be read and sought in.
        path: where it is, if it is to be mapped into memory; else None.

    Raises:
        RuntimeError: if it is cut off, or no checkpoint.
    """

    def __init__(self, file: Any, path: Any = None) -> None:
        self._file = file
        self._path = path
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise RuntimeError(
                f"failed reading zip archive: {error}. The checkpoint is damaged: it was not "
                "written or transferred to its end, or changed since."
            ) from None
        names = self._zip.namelist()
        roots = [name[: -len("data.pkl")] for name in names if name.endswith("/data.pkl")]
        if len(roots) != 1:
            raise RuntimeError("the zip archive is no checkpoint: it has not one record data.pkl")
        (self._root,) = roots
        if f"{self._root}constants.pkl" in names:
            raise RuntimeError(
                "the file is a TorchScript archive (it contains code): only torch.jit.load reads it"
            )
        self.order = "little"
        if f"{self._root}byteorder" in names:
            self.order = self.read("byteorder").decode("ascii", "replace")
        if self.order not in ("little", "big"):
            raise RuntimeError(f"the checkpoint has an unknown byte order: {self.order!r}")

    def read(self, name: str) -> bytes:
        """Return the content of a record.

        Raises:
            RuntimeError: if there is none, or it is damaged.
        """
        record = self._record(name)
        try:
            return self._zip.read(record)
        except Exception as error:  # zipfile has many: BadZipFile, zlib.error, EOFError ...
            raise RuntimeError(f"the record {name} of the checkpoint is damaged: {error}") from None

    def content(self, name: str, size: int) -> Any:
        """Return the bytes of a record that can be written to, mapped if the file is.

        Raises:
            RuntimeError: if it has not that size.
        """
        record = self._record(name)
        if record.file_size != size:
            raise RuntimeError(
                f"the record {name} has {record.file_size} bytes, its storage should have {size}"
            )
        return bytearray(self.read(name)) if self._path is None else self._mapped(record)

    def _record(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._zip.getinfo(self._root + name)
        except KeyError:
            raise RuntimeError(f"the checkpoint has no record {name!r}") from None

    def _mapped(self, record: zipfile.ZipInfo) -> Any:
        """Return a record as a private map: what is written to it does not reach the file."""
        if record.compress_type != zipfile.ZIP_STORED:
            raise RuntimeError(f"mmap: the record {record.filename} is compressed")
        self._file.seek(record.header_offset)
        header = self._file.read(_HEADER)
        if len(header) < _HEADER or header[:4] != b"PK\x03\x04":
            raise RuntimeError(f"mmap: the record {record.filename} is damaged")
        begin = record.header_offset + _HEADER + sum(struct.unpack("<HH", header[26:30]))
        if begin + record.file_size > os.path.getsize(self._path):
            raise RuntimeError(f"mmap: the record {record.filename} is cut off")
        if not record.file_size:
            return bytearray()
        return np.memmap(self._path, np.uint8, "c", begin, (record.file_size,))
