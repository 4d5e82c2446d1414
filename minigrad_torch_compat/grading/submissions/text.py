"""Sources as text, in whatever encoding they were saved."""

from __future__ import annotations

import io
import tokenize

_GUESSES = ("utf-8-sig", "cp932", "euc_jp", "gb18030")  # latin-1 takes the rest


def decoded(data: bytes) -> tuple[str, str]:
    """Return a source and the encoding that it was found to be in.

    Python itself reads UTF-8, or what the first two lines declare; editors save others too.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return _unified(data.decode(encoding)), encoding
    except (SyntaxError, UnicodeDecodeError, LookupError):
        pass
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _unified(data.decode("utf-16", "replace")), "utf-16"
    for encoding in _GUESSES:
        try:
            return _unified(data.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    return _unified(data.decode("latin-1")), "latin-1"


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def readable(data: bytes) -> tuple[bytes, str]:
    """Return a source as Python reads it, and a note if it could not have read it as it was."""
    text, encoding = decoded(data)
    try:
        compile(data, "<source>", "exec", dont_inherit=True)
        return data, ""
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    first, _, rest = text.partition("\n")
    if encoding in ("utf-8", "utf-8-sig") or "coding" in first + rest.partition("\n")[0]:
        return data, ""  # it is wrong for another reason, which importing it will tell
    return text.encode(), f"is not in UTF-8 but in {encoding}; it was converted"
