"""From a path to files in memory: a file, a folder, a zip; with limits, and outside of nothing."""

from __future__ import annotations

import os
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MOST_FILES = 2000
MOST_BYTES = 50 << 20  # of all files
MOST_FOLDERS = 20  # within each other
_SKIPPED = {
    "__pycache__", "__MACOSX", ".git", ".hg", ".svn", ".venv", "venv", "env", "node_modules",
    ".ipynb_checkpoints", ".idea", ".vscode", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".DS_Store", "Thumbs.db", "desktop.ini",
}  # fmt: skip


class SubmissionError(ValueError):
    """Something handed in that cannot be taken; the message says why and what to do."""


@dataclass
class Files:
    """Contents by path, and what there is to say about them."""

    contents: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    size: int = 0

    def expect(self, name: str, size: int) -> None:
        """Make room for a file.

        Raises:
            SubmissionError: if there are too many files, or too large ones.
        """
        self.size += size
        if len(self.contents) >= MOST_FILES:
            raise SubmissionError(f"there are more than {MOST_FILES:,} files")
        if self.size > MOST_BYTES:
            raise SubmissionError(
                f"the files have more than {MOST_BYTES >> 20} MB, with {name!r}: "
                "hand in sources, without data or weights"
            )


def read(path: Path) -> Files:
    """Return the files that a path leads to.

    Raises:
        SubmissionError: if there are none, too many, or unsafe ones.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise SubmissionError(f"there is no file or folder {str(path)!r}")
    if zipfile.is_zipfile(path) and path.suffix.lower() not in (".py", ".ipynb"):
        return _read_zip(path)
    files = Files()
    files.expect(path.name, path.stat().st_size)
    files.contents[path.name] = path.read_bytes()
    return files


def _read_folder(root: Path) -> Files:
    files = Files()
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        if len(Path(folder).relative_to(root).parts) > MOST_FOLDERS:
            raise SubmissionError(f"folders lie more than {MOST_FOLDERS} deep")
        for name in sorted(names + [name for name in folders if Path(folder, name).is_symlink()]):
            _read_one(Path(folder, name), root, files)
    return files


def _read_one(path: Path, root: Path, files: Files) -> None:
    name = path.relative_to(root).as_posix()
    if _skipped(name):
        return
    if path.is_symlink():
        files.notes.append(f"{name} is a link and was left out")
        return
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        files.notes.append(f"{name} is no plain file and was left out")
        return
    files.expect(name, about.st_size)
    files.contents[name] = path.read_bytes()


def _read_zip(path: Path) -> Files:
    files = Files()
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                _unpack(archive, entry, files)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SubmissionError(f"{path.name} cannot be unpacked: {error}") from error
    return _without_outer_folder(files)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, files: Files) -> None:
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in name or "\0" in name:
        raise SubmissionError(f"the zip holds {name[:100]!r}, which lies outside of it")
    if len(parts) > MOST_FOLDERS:
        raise SubmissionError(f"folders lie more than {MOST_FOLDERS} deep")
    if entry.is_dir() or _skipped(name):
        return
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        files.notes.append(f"{name} is a link or device and was left out")
        return
    if entry.flag_bits & 1:
        raise SubmissionError(f"{name!r} is encrypted")
    files.expect(name, entry.file_size)
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)  # the size that it claims may be a lie
    if len(data) != entry.file_size:
        raise SubmissionError(f"{name!r} is not as large as the zip says")
    normal = str(PurePosixPath(name))
    if normal in files.contents:
        files.notes.append(f"{name} is in the zip twice; the last one was taken")
    files.contents[normal] = data


def _without_outer_folder(files: Files) -> Files:
    """Take off a folder that everything lies in, unless it is a package."""
    while files.contents:
        tops = {name.partition("/")[0] for name in files.contents}
        (top, *others) = tops
        if others or top in files.contents or f"{top}/__init__.py" in files.contents:
            break
        files.contents = {n[len(top) + 1 :]: data for n, data in files.contents.items()}
    return files


def _skipped(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not _SKIPPED.isdisjoint(parts) or parts[-1].startswith("._") or name.endswith(".pyc")
