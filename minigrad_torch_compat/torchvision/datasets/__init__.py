"""torchvision.datasets: labelled pictures, as PIL images unless a transform changes them."""

from typing import Any, NoReturn

from .cifar import *
from .fakedata import *
from .folder import *
from .mnist import *
from .vision import VisionDataset as VisionDataset


class LSUN:
    """Scenes, in files of the LMDB format, which minigrad does not read.

    Raises:
        RuntimeError: always.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            "minigrad's torchvision cannot read LSUN, which is in LMDB files: export the pictures "
            "to one folder for each class, and read them with ImageFolder"
        )


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(
        f"minigrad's torchvision.datasets has no {name!r}; it has "
        f"{', '.join(sorted(n for n in globals() if n[0].isupper()))}"
    )
