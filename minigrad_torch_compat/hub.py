"""``torch.hub``: minigrad downloads neither programs nor weights, and says so."""

from __future__ import annotations

import os
from typing import Any, NoReturn
from urllib.parse import urlparse

from .missing import room as _room
from .serialization import load as load_file

__all__ = [
    *("download_url_to_file", "get_dir", "help", "list", "load", "load_state_dict_from_url"),
    "set_dir",
]

_dir = os.path.join(os.environ.get("TORCH_HOME", os.path.expanduser("~/.cache/torch")), "hub")


def _refuse(name: str) -> NoReturn:
    raise RuntimeError(
        f"torch.hub.{name}: minigrad downloads neither programs nor weights; take the files "
        "yourself and read them with torch.load"
    )


def load(repo_or_dir: str, model: str, *args: Any, **options: Any) -> NoReturn:
    """Refuse: it would run a program from the net."""
    _refuse("load")


def list(github: str, *args: Any, **options: Any) -> NoReturn:
    """Refuse: it would run a program from the net."""
    _refuse("list")


def help(github: str, model: str, *args: Any, **options: Any) -> NoReturn:
    """Refuse: it would run a program from the net."""
    _refuse("help")


def load_state_dict_from_url(
    url: str,
    model_dir: str | None = None,
    map_location: Any = None,
    progress: bool = True,
    check_hash: bool = False,
    file_name: str | None = None,
    weights_only: bool = True,
) -> Any:
    """Return the weights of a file that PyTorch downloaded before, or that was put in its place.

    Raises:
        RuntimeError: if it is not there.
    """
    folder = model_dir or os.path.join(_dir, "checkpoints")
    path = os.path.join(folder, file_name or os.path.basename(urlparse(url).path))
    if not os.path.exists(path):
        raise RuntimeError(f"minigrad downloads no weights: put the file {url} at {path}")
    return load_file(path, map_location, weights_only=weights_only)


def download_url_to_file(url: str, dst: str, *args: Any, **options: Any) -> NoReturn:
    """Refuse: it would download a file."""
    _refuse("download_url_to_file")


def get_dir() -> str:
    """Return where PyTorch keeps what it downloads."""
    return _dir


def set_dir(d: str) -> None:
    """Set what ``get_dir`` returns."""
    global _dir
    _dir = os.fspath(d)


__getattr__ = _room(globals(), code=True)
