"""``save``: objects into a file that PyTorch reads too."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path
from typing import Any

from ..files import replacing
from .archive import write_archive
from .legacy import write_legacy
from .pickler import Pickler


def save(
    obj: Any,
    f: Any,
    pickle_module: Any = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write an object with its tensors, as ``torch.save`` does.

    Tensors that share memory will share it again. All the memory that a tensor looks into is
    written: save ``part.clone()`` of a small part of a large tensor. What has a ``state_dict``
    is best saved by it: a whole module is a pickle of its class's name and its attributes, which
    needs the same code to be read, and ``weights_only=False``.

    Args:
        obj: tensors, numbers, strings, and containers of them; or any object of a class that
            ``pickle`` can name.
        f: the path, which gets its file once all is written; or a file to write to.
        pickle_module: Python's ``pickle``.
        pickle_protocol: the version of its format; PyTorch reads 2 safely.
        _use_new_zipfile_serialization: False for the format before PyTorch 1.6.

    Raises:
        AttributeError: if ``f`` is no path and has no ``write``.
        RuntimeError: if the folder does not exist, and for tensors that share memory with
            different dtypes.
        pickle.PicklingError: for an object that cannot be pickled.

    Example:
        >>> import io
        >>> import minigrad as mg
        >>> file = io.BytesIO()
        >>> mg.save({"weight": mg.ones(2), "step": 3}, file)
        >>> _ = file.seek(0)
        >>> mg.load(file)
        {'weight': tensor([1., 1.]), 'step': 3}
    """
    if pickle_module is not pickle:
        raise ValueError(f"save: pickle_module must be Python's pickle, got {pickle_module!r}")
    if isinstance(f, str | os.PathLike):
        path = Path(f)
        if not path.parent.is_dir():
            raise RuntimeError(f"Parent directory {path.parent} does not exist.")
        with replacing(path) as draft, draft.open("wb") as file:
            _write(obj, file, path.stem, pickle_protocol, _use_new_zipfile_serialization)
    elif hasattr(f, "write"):
        _write(obj, f, "archive", pickle_protocol, _use_new_zipfile_serialization)
    else:
        raise AttributeError(
            "expected 'f' to be string, path, or a file-like object with a 'write' attribute, got "
            f"{type(f).__name__}"
        )


def _write(obj: Any, file: Any, root: str, protocol: int, zipped: bool) -> None:
    if not zipped:
        write_legacy(obj, file, protocol)
        return
    pickled = io.BytesIO()
    pickler = Pickler(pickled, protocol)
    pickler.dump(obj)
    storages = [piece.array for _, piece in pickler.pieces.values()]
    write_archive(file, root, pickled.getvalue(), storages)
