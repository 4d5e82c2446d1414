"""From a path to a submission that is ready to be loaded."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from .entry import chosen, only_defines
from .notebooks import cells_of
from .reading import Files, SubmissionError, read
from .submission import Submission
from .text import decoded, readable

_TAKEN = {*sys.stdlib_module_names, "numpy", "graphviz", "m", "np"}


def prepare(
    path: str | Path,
    entry: Sequence[str] = (),
    paths: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Submission:
    """Read what was handed in; nothing of it is run.

    Args:
        path: a .py file, a notebook, a folder, or a zip.
        entry: patterns for the file or folder that is the implementation, the first match wins.
        paths: more folders in which modules are found.
        env: variables of the environment to set before it is loaded.

    Raises:
        SubmissionError: if it cannot be taken; the message says why.
    """
    path = Path(path)
    files = read(path)
    _make_readable(files)
    main = chosen(files.contents, entry)
    if main == ".":  # the folder itself is a package
        main = _identifier(path.stem)
        files.contents = {f"{main}/{name}": data for name, data in files.contents.items()}
    build = _notebook if main.endswith(".ipynb") else _python
    modules, folders, cells = build(main, files)
    return Submission(
        name=path.name,
        files=files.contents,
        modules=tuple(modules),
        paths=tuple(dict.fromkeys([*folders, *paths, "."])),
        cells=tuple(cells),
        env=dict(env or {}),
        notes=tuple(files.notes),
    )


Parts = tuple[list[str], list[str], list[tuple[str, str]]]


def _make_readable(files: Files) -> None:
    for name, data in files.contents.items():
        if name.endswith(".py"):
            files.contents[name], note = readable(data)
            if note:
                files.notes.append(f"{name} {note}")


def _notebook(main: str, files: Files) -> Parts:
    cells, notes = cells_of(files.contents[main])
    files.notes += notes
    if not cells:
        raise SubmissionError(f"{main} has no code cells")
    return [_identifier(PurePosixPath(main).stem)], [str(PurePosixPath(main).parent)], cells


def _python(main: str, files: Files) -> Parts:
    """Return the main module, and those beside it that only define things."""
    if main.endswith(".py"):
        main = _importable(main, files)
    folder = PurePosixPath(main).parent
    is_file = main.endswith(".py")
    modules = [PurePosixPath(main).stem if is_file else PurePosixPath(main).name]
    for name in sorted(files.contents):
        path = PurePosixPath(name)
        beside = path.parent == folder if is_file else path.is_relative_to(main)
        if path.suffix != ".py" or not beside or name == main or _test(path):
            continue
        dotted = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        if dotted in modules or not all(map(str.isidentifier, dotted.split("."))):
            continue
        if only_defines(decoded(files.contents[name])[0]):
            modules.append(dotted)
        else:
            files.notes.append(f"{name} does more than define things and is not imported by itself")
    return modules, [str(folder)], []


def _test(path: PurePosixPath) -> bool:
    return path.stem in ("setup", "conftest", "__main__") or bool(
        re.fullmatch(r"test_.*|.*_test|tests?", path.stem)
    )


def _importable(main: str, files: Files) -> str:
    """Give a file whose name cannot be imported one that can."""
    path = PurePosixPath(main)
    name = _identifier(path.stem)
    if name == path.stem:
        return main
    renamed = str(path.with_name(f"{name}.py"))
    files.contents = {renamed if n == main else n: d for n, d in files.contents.items()}
    files.notes.append(f"{main} cannot be imported under its name; it is called {renamed} here")
    return renamed


def _identifier(stem: str) -> str:
    name = re.sub(r"\W", "_", stem)
    if not name or name[0].isdigit() or keyword.iskeyword(name) or name in _TAKEN:
        name = f"submission_{name}"
    return name
