"""CIFAR-10 and CIFAR-100: the Python files, whose pickles are read without running what they say.

Source: A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import tarfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from minigrad.data.downloads import download as bring
from minigrad.files import write

from ..transforms.pictures import pil_module
from .vision import Change, VisionDataset

__all__ = ["CIFAR10", "CIFAR100"]

_ADDRESS = "https://www.cs.toronto.edu/~kriz/"


class CIFAR10(VisionDataset):
    """60,000 colour pictures of 32 x 32 pixels in 10 classes; 50,000 of them train.

    Args:
        root: the folder that has ``cifar-10-batches-py``, or gets it. Where it has none, the
            folder that the environment variable ``MINIGRAD_DATA`` names is looked into.
        train: whether to take the pictures to train.
        transform, target_transform: applied to each picture (a PIL image) and label (an int).
        download: whether to bring missing files (170 MB).

    Raises:
        RuntimeError: if the files are not there or damaged.
        OSError, ValueError: if a download fails or comes damaged.
    """

    base_folder: ClassVar[str] = "cifar-10-batches-py"
    filename: ClassVar[str] = "cifar-10-python.tar.gz"
    tgz_md5: ClassVar[str] = "c58f30108f718f92721af3b95e74349a"
    train_list: ClassVar[list[list[str]]] = [
        ["data_batch_1", "c99cafc152244af753f735de768cd75f"],
        ["data_batch_2", "d4bba439e000b95fd0a9bffe97cbabec"],
        ["data_batch_3", "54ebc095f3ab1f0389bbae665268c751"],
        ["data_batch_4", "634d18415352ddfa80567beed471001a"],
        ["data_batch_5", "482c414d41f54cd18b22e5b47cb7c3cb"],
    ]
    test_list: ClassVar[list[list[str]]] = [["test_batch", "40351d587109b95175f43aff81a1287e"]]
    meta: ClassVar[dict[str, str]] = {
        "filename": "batches.meta",
        "key": "label_names",
        "md5": "5ff9c542aee3614f3951f8cda6e48888",
    }

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Change = None,
        target_transform: Change = None,
        download: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        folder = self._found()
        if folder is None and download:
            folder = self._download()
        if folder is None:
            raise RuntimeError(
                "Dataset not found or corrupted. You can use download=True to download it"
            )
        batches = [read_pickle(folder / name) for name, _ in self._list()]
        self.targets: list[int] = []
        for batch in batches:
            self.targets += batch["labels"] if "labels" in batch else batch["fine_labels"]
        planes = np.concatenate([batch["data"] for batch in batches]).reshape(-1, 3, 32, 32)
        self.data = planes.transpose(0, 2, 3, 1)
        self.classes: list[str] = read_pickle(folder / self.meta["filename"])[self.meta["key"]]
        self.class_to_idx = {name: label for label, name in enumerate(self.classes)}

    def _list(self) -> list[list[str]]:
        return self.train_list if self.train else self.test_list

    def _found(self) -> Path | None:
        names = [*(name for name, _ in self._list()), self.meta["filename"]]
        for root in (self.root, os.environ.get("MINIGRAD_DATA")):
            folder = Path(root or "") / self.base_folder
            if root and all((folder / name).exists() for name in names):
                return folder
        return None

    def _download(self) -> Path:
        """Bring the archive, and take the files we know out of it."""
        root = Path(self.root or ".")
        archive = bring(_ADDRESS + self.filename, root / self.filename, self.tgz_md5)
        sums = dict([*self.train_list, *self.test_list])
        sums[self.meta["filename"]] = self.meta["md5"]
        with tarfile.open(archive) as content:
            for name, md5 in sums.items():
                member = content.extractfile(f"{self.base_folder}/{name}")
                data = b"" if member is None else member.read()
                if hashlib.md5(data, usedforsecurity=False).hexdigest() != md5:
                    raise RuntimeError(f"{archive}: {name} in it is damaged")
                write(root / self.base_folder / name, data)
        return root / self.base_folder

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        return self.changed(pil_module("Image").fromarray(self.data[index]), self.targets[index])

    def __len__(self) -> int:
        return len(self.data)

    def extra_repr(self) -> str:
        """Return which part it is."""
        return f"Split: {'Train' if self.train else 'Test'}"


class CIFAR100(CIFAR10):
    """As CIFAR-10, in 100 classes; arguments as there."""

    base_folder = "cifar-100-python"
    filename = "cifar-100-python.tar.gz"
    tgz_md5 = "eb9058c3a382ffc7106e4002c42a8d85"
    train_list = [["train", "16019d7e3df5f24257cddd939b257f8d"]]  # noqa: RUF012
    test_list = [["test", "f0ef6b0ae62326f3e7ffdfab6717acfc"]]  # noqa: RUF012
    meta = {  # noqa: RUF012
        "filename": "meta",
        "key": "fine_label_names",
        "md5": "7973b15100ade9c7d40fb424638fde48",
    }


def read_pickle(path: Path) -> Any:
    """Return what a pickle of arrays, lists and strings holds; anything else is refused.

    Raises:
        RuntimeError: if the file is damaged or asks for more than arrays.
    """
    try:
        return _Plain(io.BytesIO(path.read_bytes()), encoding="latin1").load()
    except (pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError, TypeError) as error:
        raise RuntimeError(f"{path}: not a pickle of arrays: {error}") from error


class _Plain(pickle.Unpickler):
    """An unpickler that makes nothing but arrays and Python's own containers."""

    def find_class(self, module: str, name: str) -> Any:
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return _empty_array
        if (module, name) == ("_codecs", "encode"):
            return _bytes
        if (module, name) == ("numpy", "ndarray"):
            return np.ndarray
        if (module, name) == ("numpy", "dtype"):
            return np.dtype
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not allowed")


def _bytes(text: str, encoding: str) -> bytes:
    """Return the bytes that an old protocol writes as text."""
    return text.encode("latin1")


def _empty_array(kind: Any, shape: Any, dtype: Any) -> Any:
    """Return the array whose content comes later in the pickle."""
    if kind is not np.ndarray:
        raise pickle.UnpicklingError(f"it asks for an array of the class {kind!r}")
    return np.ndarray(shape, dtype.decode() if isinstance(dtype, bytes) else dtype)
