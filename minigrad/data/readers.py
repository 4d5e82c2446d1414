"""Labelled pictures as datasets: MNIST and its family, and scikit-learn's digits.

A sample is (picture, label): a NumPy array (H, W) of bytes and an int, which ``transform`` and
``target_transform`` may change. The files are looked for in ``root``, in ``root/NAME/raw`` (where
torchvision puts them), or, without ``root``, in the folder that the environment variable
``MINIGRAD_DATA`` names.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..creation import from_numpy
from ..tensor import Tensor
from .dataset import Dataset, as_rows
from .datasets import PARTS, TRAIN_OF_10K, digits, find_pair, read_pair
from .downloads import Progress, download

__all__ = ["Digits", "EMNIST", "FashionMNIST", "KMNIST", "MNIST"]

Change = Callable[[Any], Any] | None


class Pictures(Dataset):
    """Pictures and their labels, in memory.

    Attributes:
        data: all pictures. targets: all labels, int64.
        classes: the names of the labels.
        source: where they are from.
    """

    data: Tensor
    targets: Tensor
    source: str
    classes: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def __init__(self, transform: Change = None, target_transform: Change = None) -> None:
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image, label = self._image(index), int(self.targets[index].item())
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    def _image(self, index: int) -> Any:
        return self.data[index].numpy()

    def collated(self, indices: Any) -> list[Tensor] | None:
        """Return a batch by one indexing each, where no transform asks for single samples."""
        chosen = as_rows(indices)
        plain = self.transform is None and self.target_transform is None
        if chosen is None or not plain or type(self).__getitem__ is not Pictures.__getitem__:
            return None
        return [self.data[chosen], self.targets[chosen]]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} pictures, from {self.source})"


class MNIST(Pictures):
    """The MNIST digits: 60,000 to train, 10,000 to test, 28 x 28 pixels.

    Where only the two ``t10k`` files are present, their first 8,000 images train and the last
    2,000 test: "MNIST-10k". ``source``, which is shown, says so.

    Args:
        root: the folder of the files.
        train: whether to take the training pictures, or those to test.
        transform, target_transform: applied to each picture and label.
        download: whether to bring missing files from the official mirrors, checked, into
            ``root/NAME/raw``.
        progress: called with the bytes so far and in all, while downloading.

    Raises:
        FileNotFoundError: if files are missing, or there is no folder.
        OSError, ValueError: if a download fails or comes damaged.
        ValueError: if a file is damaged or does not hold what its name says.

    Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
    """

    mirrors: ClassVar[tuple[str, ...]] = ("https://ossci-datasets.s3.amazonaws.com/mnist/",)
    checksums: ClassVar[dict[str, str]] = {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    }
    parts: tuple[str, str] = PARTS
    may_split: ClassVar[bool] = True

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Change = None,
        target_transform: Change = None,
        download: bool = False,
        progress: Progress | None = None,
    ) -> None:
        super().__init__(transform, target_transform)
        self.train = train
        name = type(self).__name__
        given = root or os.environ.get("MINIGRAD_DATA")
        if not given:
            raise FileNotFoundError(
                f"{name} needs the folder of its files: pass root, or set MINIGRAD_DATA"
            )
        self.root = Path(given)
        if download:
            self._download(self.root / name / "raw", progress)
        images, labels = self._read()
        self.data, self.targets = from_numpy(images), from_numpy(labels.astype(np.int64))

    def _folder(self) -> Path:
        raw = self.root / type(self).__name__ / "raw"
        return raw if any(find_pair(raw, part) for part in self.parts) else self.root

    def _read(self) -> tuple[Any, Any]:
        folder = self._folder()
        train, test = self.parts
        self.source = f"the files in {folder}"
        part = train if self.train else test
        if not self.may_split or find_pair(folder, train) or not find_pair(folder, test):
            return read_pair(folder, part, len(self.classes))
        images, labels = read_pair(folder, test, len(self.classes))
        if len(labels) != 10_000:  # not to be split: then train files are missing
            return read_pair(folder, part, len(self.classes))
        half = slice(TRAIN_OF_10K) if self.train else slice(TRAIN_OF_10K, None)
        which = "0-7,999" if self.train else "8,000-9,999"
        self.source = f"MNIST-10k: images {which} of the t10k files in {folder}"
        return images[half], labels[half]

    def _download(self, raw: Path, progress: Progress | None) -> None:
        for name, md5 in self.checksums.items():
            if not (raw / name.removesuffix(".gz")).exists():
                download([mirror + name for mirror in self.mirrors], raw / name, md5, progress)


class FashionMNIST(MNIST):
    """Zalando's articles of clothing, in the form of MNIST; arguments as there.

    Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, 2017.
    """

    mirrors = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)
    checksums = {  # noqa: RUF012
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    }
    classes = (
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    )
    may_split = False


class KMNIST(MNIST):
    """Ten cursive Japanese characters, in the form of MNIST; arguments as there.

    Source: T. Clanuwat et al., Deep learning for classical Japanese literature, 2018.
    """

    mirrors = ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",)
    checksums = {  # noqa: RUF012
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
    }
    classes = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
    may_split = False


class EMNIST(MNIST):
    """The letters of EMNIST: labels 1 to 26, pictures transposed, as they are in the files.

    One archive (560 MB) holds them; of it only the letters are kept. Arguments as for MNIST.

    Source: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, EMNIST, 2017.
    """

    mirrors = ("https://biometrics.nist.gov/cs_links/EMNIST/",)
    checksums = {"gzip.zip": "58c8d27c78d21e728a6bc7b3cc06412e"}  # noqa: RUF012
    classes = ("N/A", *"abcdefghijklmnopqrstuvwxyz")
    parts = ("emnist-letters-train", "emnist-letters-test")
    may_split = False

    def _download(self, raw: Path, progress: Progress | None) -> None:
        if all(find_pair(raw, part) for part in self.parts):
            return
        super()._download(raw, progress)
        archive = raw / "gzip.zip"
        with zipfile.ZipFile(archive) as content:
            for name in content.namelist():
                target = raw / Path(name).name
                if not target.name.startswith(self.parts):
                    continue
                part = target.with_name(target.name + ".part")
                with content.open(name) as source, part.open("wb") as file:
                    shutil.copyfileobj(source, file)
                os.replace(part, target)
        with contextlib.suppress(OSError):
            archive.unlink()


class Digits(Pictures):
    """Scikit-learn's 8 x 8 digits, no download: tensors (1, 8, 8) in [0, 1] and labels.

    Args:
        train: whether to take the 1,437 pictures to train, or the 360 to test.
        transform, target_transform: applied to each picture and label.

    Raises:
        ImportError: without scikit-learn.
    """

    def __init__(
        self, train: bool = True, transform: Change = None, target_transform: Change = None
    ) -> None:
        super().__init__(transform, target_transform)
        splits = digits()
        self.train = train
        self.source = splits.source
        self.data, self.targets = splits.train if train else splits.test

    def _image(self, index: int) -> Tensor:
        return self.data[index]
