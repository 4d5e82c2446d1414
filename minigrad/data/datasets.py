"""Two sets of labelled pictures of digits that need no download, and batches of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..creation import from_numpy
from ..tensor import Tensor
from .idx import read_idx

__all__ = ["Samples", "Splits", "batches", "digits", "mnist"]


class Samples(NamedTuple):
    """Pictures and what they show: ``images`` (N, 1, H, W) in [0, 1] and ``labels`` (N,)."""

    images: Tensor
    labels: Tensor


class Splits(NamedTuple):
    """Samples to learn from and samples to be judged by, with a name and where they are from."""

    name: str
    source: str
    train: Samples
    test: Samples


def digits() -> Splits:
    """Return scikit-learn's 1,797 digits of 8 x 8 pixels: 1,437 to train, 360 to test.

    The split is drawn once and for all, so that accuracies can be compared between runs.

    Raises:
        ImportError: without scikit-learn.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.
    """
    try:
        from sklearn.datasets import load_digits  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError("digits() needs scikit-learn: pip install 'minigrad[demo]'") from error
    bunch = load_digits()
    # RandomState, whose numbers are frozen for good; those of default_rng may change.
    order = np.random.RandomState(0).permutation(len(bunch.target))
    images, labels = bunch.images[order], bunch.target[order]
    source = "scikit-learn's bundled digits, a fixed random split"
    return _split("digits", source, _samples(images, labels, brightest=16), train=1437)


def mnist(folder: str | os.PathLike[str] | None = None) -> Splits:
    """Return the MNIST digits of 28 x 28 pixels from their official files, plain or ``.gz``.

    Where only the two ``t10k`` files are present, their first 8,000 images train and the last
    2,000 test: "MNIST-10k".

    Args:
        folder: where the files are; by default the environment variable ``MINIGRAD_DATA``.

    Raises:
        FileNotFoundError: if no folder is given, or it lacks a file.
        ValueError: if a file is damaged or does not hold what its name says.

    Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
    """
    folder = folder or os.environ.get("MINIGRAD_DATA")
    if not folder:
        raise FileNotFoundError(
            "mnist() needs the folder of the MNIST files: pass it, or set MINIGRAD_DATA"
        )
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder, expected that of the MNIST files")
    test = _read(folder, "t10k")
    if find_pair(folder, "train"):
        return Splits("MNIST", f"the files in {folder}", _read(folder, "train"), test)
    if len(test.labels) != 10_000:
        raise ValueError(
            f"{folder}: {len(test.labels)} images in the t10k files, expected 10000 to split for "
            "want of the train files"
        )
    source = f"only the t10k files are in {folder}: images 0-7,999 train, 8,000-9,999 test"
    return _split("MNIST-10k", source, test, train=TRAIN_OF_10K)


def batches(
    samples: Samples, size: int, shuffle: np.random.Generator | None = None
) -> Iterator[Samples]:
    """Yield all samples, ``size`` at a time (the last batch may be smaller).

    Args:
        samples: what to draw from.
        size: samples per batch.
        shuffle: the source of a random order; without it they come in theirs.

    Raises:
        ValueError: if ``size`` is not positive.
    """
    if size < 1:
        raise ValueError(f"batch size must be positive, got {size}")
    count = len(samples.labels)
    order = np.arange(count) if shuffle is None else shuffle.permutation(count)
    for start in range(0, count, size):
        chosen = order[start : start + size]
        yield Samples(samples.images[chosen], samples.labels[chosen])


PARTS = ("train", "t10k")
TRAIN_OF_10K = 8000  # images of the t10k files that train where there are no others
_KINDS = {"images": 3, "labels": 1}  # and their numbers of dimensions


def _find(folder: Path, part: str, kind: str) -> Path | None:
    name = f"{part}-{kind}-idx{_KINDS[kind]}-ubyte"
    return next((folder / n for n in (name, f"{name}.gz") if (folder / n).exists()), None)


def find_pair(folder: Path, part: str) -> bool:
    """Return whether a folder has a file of a pair, at least."""
    return any(_find(folder, part, kind) for kind in _KINDS)


def read_pair(folder: Path, part: str, classes: int = 10) -> tuple[Any, Any]:
    """Read a pair of files, such as ``train`` or ``t10k``: pictures (N, 28, 28) and labels (N,).

    Raises:
        FileNotFoundError: if one of them is not there.
        ValueError: if one of them is damaged, or they do not belong together.
    """
    arrays = {}
    for kind, ndim in _KINDS.items():
        path = _find(folder, part, kind)
        if path is None:
            name = f"{part}-{kind}-idx{ndim}-ubyte"
            raise FileNotFoundError(f"{folder}: neither {name} nor {name}.gz is there")
        arrays[kind] = read_idx(path, dtype=np.uint8, ndim=ndim)
        if kind == "images" and arrays[kind].shape[1:] != (28, 28):
            raise ValueError(f"{path}: images of {arrays[kind].shape[1:]}, expected (28, 28)")
        if kind == "labels" and arrays[kind].max(initial=0) >= classes:
            raise ValueError(
                f"{path}: a label is {arrays[kind].max()}, expected 0 to {classes - 1}"
            )
    images, labels = arrays["images"], arrays["labels"]
    if len(images) != len(labels):
        raise ValueError(f"{folder}: {len(images)} {part} images, but {len(labels)} labels")
    if not len(images):
        raise ValueError(f"{folder}: no images in the {part} files, expected some")
    return images, labels


def _read(folder: Path, part: str) -> Samples:
    return _samples(*read_pair(folder, part), brightest=255)


def _samples(images: Any, labels: Any, brightest: int) -> Samples:
    scaled = images[:, None].astype(np.float32)
    scaled /= brightest
    return Samples(from_numpy(scaled), from_numpy(labels.astype(np.int64)))


def _split(name: str, source: str, samples: Samples, train: int) -> Splits:
    """Cut samples in two: the first ``train`` of them, and the rest."""
    images, labels = samples
    first = Samples(images[:train], labels[:train])
    return Splits(name, source, first, Samples(images[train:], labels[train:]))
