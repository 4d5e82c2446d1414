"""Files are written whole or not at all: no reader ever sees half of one."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a draft to write, which takes the file's name once the block ends without an error.

    The file's folder is made if need be. What was there before stays until then, and after an
    error for good; of the draft nothing is left.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file whole or not at all, also if the power fails; return its path."""
    with replacing(path) as draft, draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(path)
