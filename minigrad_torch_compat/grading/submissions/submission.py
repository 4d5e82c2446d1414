"""A submission, as it was handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .text import decoded


@dataclass(frozen=True)
class Submission:
    """Files in memory, and how to import them: no copy on disk can be tampered with.

    Args:
        name: what it was called when handed in.
        files: contents by path, with forward slashes.
        modules: what to import; the first one must work, the others add their names.
        paths: folders that modules are found in.
        cells: titles and sources of a notebook's cells, run instead of imports.
        env: variables of the environment to set before.
        notes: for the report, one sentence each.
    """

    name: str
    files: Mapping[str, bytes]
    modules: tuple[str, ...]
    paths: tuple[str, ...] = (".",)
    cells: tuple[tuple[str, str], ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def sources(self) -> dict[str, str]:
        """The texts of its Python files."""
        return {n: decoded(data)[0] for n, data in self.files.items() if n.endswith(".py")}

    @property
    def own_names(self) -> set[str]:
        """The top-level modules that are its own."""
        found = {self.modules[0].partition(".")[0]}
        for name in self.files:
            for folder in self.paths:
                path = PurePosixPath(name)
                if folder not in (".", ""):
                    if not path.is_relative_to(folder):
                        continue
                    path = path.relative_to(folder)
                if len(path.parts) > 1 or path.suffix in (".py", ".so"):
                    found.add(path.parts[0].partition(".")[0])
        return found

    def write(self, folder: Path) -> None:
        """Write its files into a folder."""
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
