"""Downloads that are whole or not there: resumed, checked, and only then given their name."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

__all__ = ["download"]

_CHUNK = 1 << 16
Progress = Callable[[int, int | None], Any]


def download(
    urls: str | Sequence[str],
    path: str | os.PathLike[str],
    md5: str,
    progress: Progress | None = None,
    timeout: float = 30.0,
) -> Path:
    """Bring a file from the first of several mirrors that has it.

    What came before a connection broke stays in ``path + ".part"``, and the next attempt (at the
    next mirror, or in the next call) asks for the rest. The file gets its name only after its
    checksum was found right; a file there that has the right one already is left alone.

    Args:
        urls: where the file is, best first.
        path: where it goes; folders are made.
        md5: checksum in hexadecimal.
        progress: called with the bytes so far and in all (None if unknown).
        timeout: seconds without an answer after which a mirror is given up.

    Raises:
        OSError: if no mirror gave the file; the message tells what each one said.
        ValueError: if what came has another checksum (it is deleted).
    """
    path = Path(path)
    if path.exists() and checksum(path) == md5:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    problems = []
    for url in [urls] if isinstance(urls, str) else urls:
        try:
            _fetch(url, part, progress, timeout)
        except (OSError, http.client.HTTPException) as error:
            problems.append(f"{url}: {error}")
            continue
        found = checksum(part)
        if found == md5:
            os.replace(part, path)
            return path
        part.unlink()
        problems.append(f"{url}: the file has MD5 {found}, expected {md5}")
    message = f"could not download {path.name}:\n" + "\n".join(problems)
    raise (ValueError if "has MD5" in problems[-1] else OSError)(message)


def checksum(path: Path) -> str:
    """Return the MD5 of a file (against accidents, not against forgers)."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _fetch(url: str, part: Path, progress: Progress | None, timeout: float) -> None:
    """Fetch what is missing of a file.

    Raises:
        OSError: if there is no answer, or it breaks off.
    """
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "minigrad"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != 416:  # there is nothing behind what we have
            raise
        if error.headers.get("Content-Range") == f"bytes */{have}":
            return None  # we have it all
        part.unlink()
        return _fetch(url, part, progress, timeout)
    with response:
        if response.status != 206:  # the server does not resume: all comes again
            have = 0
        length = response.headers.get("Content-Length")
        total = None if length is None else have + int(length)
        with part.open("ab" if have else "wb") as file:
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                have += len(chunk)
                if progress is not None:
                    progress(have, total)
    if total is not None and have < total:
        raise OSError(f"the connection ended after {have} of {total} bytes")
    return None
