"""LSUN, which minigrad does not read, and says so."""

from __future__ import annotations

from typing import Any

__all__ = ["LSUN"]


class LSUN:
    """Scenes, in files of the LMDB format.

    Raises:
        RuntimeError: always.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            "minigrad's torchvision cannot read LSUN, which is in LMDB files: export the pictures "
            "to one folder for each class, and read them with ImageFolder"
        )
