"""MNIST and its family as torchvision has them: PIL images, files in ``root/NAME/raw``.

The files are read by ``minigrad.data``. Where ``root`` has none, those in the folder that the
environment variable ``MINIGRAD_DATA`` names are taken (also in its ``NAME/raw`` or ``NAME``),
before anything is downloaded.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any, ClassVar

from minigrad import Tensor
from minigrad.data import readers
from minigrad.data.datasets import find_pair

from ..transforms.pictures import pil_module
from .vision import Change, VisionDataset

__all__ = ["EMNIST", "FashionMNIST", "KMNIST", "MNIST"]

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class MNIST(VisionDataset):
    """The MNIST digits: 60,000 to train, 10,000 to test, 28 x 28 pixels.

    Where only the two ``t10k`` files are there, their first 8,000 pictures train and the last
    2,000 test; a warning says so.

    Args:
        root: the folder that has ``MNIST/raw``, or gets it.
        train: whether to take the pictures to train.
        transform, target_transform: applied to each picture (a PIL image) and label (an int).
        download: whether to bring missing files.

    Raises:
        RuntimeError: if the files are not there, and ``download`` was not asked for.
        OSError, ValueError: if a download fails or comes damaged.
    """

    reader: ClassVar[type[readers.MNIST]] = readers.MNIST
    classes: Any = [f"{digit} - {name}" for digit, name in enumerate(_DIGITS)]  # noqa: RUF012
    data: Tensor
    targets: Tensor

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
        self._load(download)

    def _load(self, download: bool) -> None:
        read = self._read(download)
        self.data, self.targets = read.data, read.targets
        if read.source.startswith("MNIST-10k"):
            warnings.warn(
                f"{type(self).__name__}: the train files are not there; {read.source}", stacklevel=4
            )

    def _read(self, download: bool) -> readers.MNIST:
        folder = self._found()
        if folder is None and not download:
            raise RuntimeError("Dataset not found. You can use download=True to download it")
        if folder is None:
            folder = Path(self.raw_folder)
            self._fetch()
        # The reader looks for files in root/NAME/raw and in root itself.
        return self._reader(folder)

    def _fetch(self) -> None:
        """Download what is missing, and keep it."""
        named = type(type(self).__name__, (self.reader,), {})
        named(Path(self.root), self.train, download=True)  # type: ignore[arg-type]

    def _reader(self, folder: Path) -> readers.MNIST:
        return self.reader(folder, self.train)

    def _parts(self) -> tuple[str, str]:
        return self.reader.parts

    def _found(self) -> Path | None:
        """Return the first folder that has any of the files."""
        folders = [Path(self.raw_folder)]
        name = type(self).__name__
        if os.environ.get("MINIGRAD_DATA"):
            shared = Path(os.environ["MINIGRAD_DATA"])
            folders += [shared / name / "raw", shared / name]
            # Fashion-MNIST's and KMNIST's files are called as MNIST's: only a folder tells them.
            folders += [shared] if name in ("MNIST", "EMNIST") else []
        for folder in folders:
            if any(find_pair(folder, part) for part in self._parts()):
                return folder
        return None

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image = pil_module("Image").fromarray(self.data[index].numpy())
        return self.changed(image, int(self.targets[index].item()))

    def __len__(self) -> int:
        return len(self.data)

    @property
    def raw_folder(self) -> str:
        """Where the files are."""
        return os.path.join(self.root or "", type(self).__name__, "raw")

    @property
    def processed_folder(self) -> str:
        """Where older versions put files of their own."""
        return os.path.join(self.root or "", type(self).__name__, "processed")

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The label of each class."""
        return {name: label for label, name in enumerate(self.classes)}

    @property
    def train_data(self) -> Tensor:
        """Old name of ``data``."""
        warnings.warn("train_data has been renamed data", stacklevel=2)
        return self.data

    @property
    def test_data(self) -> Tensor:
        """Old name of ``data``."""
        warnings.warn("test_data has been renamed data", stacklevel=2)
        return self.data

    @property
    def train_labels(self) -> Tensor:
        """Old name of ``targets``."""
        warnings.warn("train_labels has been renamed targets", stacklevel=2)
        return self.targets

    @property
    def test_labels(self) -> Tensor:
        """Old name of ``targets``."""
        warnings.warn("test_labels has been renamed targets", stacklevel=2)
        return self.targets

    def extra_repr(self) -> str:
        """Return which part it is."""
        return f"Split: {'Train' if self.train else 'Test'}"


class FashionMNIST(MNIST):
    """Zalando's articles of clothing, in the form of MNIST; arguments as there."""

    reader = readers.FashionMNIST
    classes = list(readers.FashionMNIST.classes)  # noqa: RUF012


class KMNIST(MNIST):
    """Ten cursive Japanese characters, in the form of MNIST; arguments as there."""

    reader = readers.KMNIST
    classes = list(readers.KMNIST.classes)  # noqa: RUF012


_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_MERGED = sorted(set("0123456789" + _UPPER + _LOWER) - set("cijklmopsuvwxyz"))
_CLASSES_OF = {
    "byclass": sorted("0123456789" + _UPPER + _LOWER),
    "bymerge": _MERGED,
    "balanced": _MERGED,
    "letters": ["N/A", *_LOWER],
    "digits": list("0123456789"),
    "mnist": list("0123456789"),
}


class EMNIST(MNIST):
    """Letters and digits, in the form of MNIST (pictures transposed, as they are in the files).

    Args:
        root: the folder that has ``EMNIST/raw``, or gets it.
        split: "byclass", "bymerge", "balanced", "letters", "digits" or "mnist".
        kwargs: the other arguments of ``MNIST``.
    """

    reader = readers.EMNIST
    splits = tuple(_CLASSES_OF)

    def __init__(self, root: str | os.PathLike[str], split: str, **kwargs: Any) -> None:
        if split not in _CLASSES_OF:
            raise ValueError(
                f"Unknown value '{split}' for argument split. Valid values are {self.splits}."
            )
        self.split = split
        self.classes = _CLASSES_OF[split]
        super().__init__(root, **kwargs)

    def _parts(self) -> tuple[str, str]:
        return f"emnist-{self.split}-train", f"emnist-{self.split}-test"

    def _named(self) -> type[readers.EMNIST]:
        """Return the reader of this split."""
        body = {"parts": self._parts(), "classes": tuple(self.classes)}
        return type("EMNIST", (self.reader,), body)

    def _fetch(self) -> None:
        self._named()(Path(self.root), self.train, download=True)  # type: ignore[arg-type]

    def _reader(self, folder: Path) -> readers.MNIST:
        return self._named()(folder, self.train)
