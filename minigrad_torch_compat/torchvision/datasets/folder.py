"""Pictures in folders: one folder for each class."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..transforms.pictures import pil_module
from .vision import Change, VisionDataset

__all__ = ["DatasetFolder", "ImageFolder"]

IMG_EXTENSIONS = (*(".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"),)
Check = Callable[[str], bool] | None
StrPath = str | os.PathLike[str]


def has_file_allowed_extension(filename: str, extensions: str | Sequence[str]) -> bool:
    """Return whether a file's name ends with one of the extensions, in any case."""
    allowed = extensions if isinstance(extensions, str) else tuple(extensions)
    return filename.lower().endswith(allowed)


def is_image_file(filename: str) -> bool:
    """Return whether a file's name is that of a picture."""
    return has_file_allowed_extension(filename, IMG_EXTENSIONS)


def find_classes(directory: StrPath) -> tuple[list[str], dict[str, int]]:
    """Return the names of the folders in a folder, sorted, and the label of each.

    Raises:
        FileNotFoundError: if there are none.
    """
    classes = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir())
    if not classes:
        raise FileNotFoundError(f"Couldn't find any class folder in {directory}.")
    return classes, {name: label for label, name in enumerate(classes)}


def make_dataset(
    directory: StrPath,
    class_to_idx: dict[str, int] | None = None,
    extensions: str | Sequence[str] | None = None,
    is_valid_file: Check = None,
    allow_empty: bool = False,
) -> list[tuple[str, int]]:
    """Return (path, label) of all files of the classes, sorted.

    Raises:
        FileNotFoundError: if a class has no file, unless that is allowed.
        ValueError: unless either extensions or a check of files is given.
    """
    if class_to_idx is None:
        class_to_idx = find_classes(directory)[1]
    elif not class_to_idx:
        raise ValueError("'class_to_index' must have at least one entry to collect any samples.")
    if (extensions is None) == (is_valid_file is None):
        raise ValueError(
            "Both extensions and is_valid_file cannot be None or not None at the same time"
        )
    check = is_valid_file or (lambda name: has_file_allowed_extension(name, extensions or ()))
    samples, empty = [], []
    for name in sorted(class_to_idx):
        folder = os.path.join(os.path.expanduser(directory), name)
        paths = [
            os.path.join(parent, file)
            for parent, _, files in sorted(os.walk(folder, followlinks=True))
            for file in sorted(files)
        ]
        found = [(path, class_to_idx[name]) for path in paths if check(path)]
        samples += found
        empty += [] if found else [name]
    if empty and not allow_empty:
        message = f"Found no valid file for the classes {', '.join(empty)}. "
        if extensions is not None:
            known = extensions if isinstance(extensions, str) else ", ".join(extensions)
            message += f"Supported extensions are: {known}"
        raise FileNotFoundError(message)
    return samples


def pil_loader(path: StrPath) -> Any:
    """Return a picture as a PIL image of red, green and blue."""
    with open(path, "rb") as file:
        return pil_module("Image").open(file).convert("RGB")


def default_loader(path: StrPath) -> Any:
    """Return a picture as a PIL image of red, green and blue."""
    return pil_loader(path)


class DatasetFolder(VisionDataset):
    """Files in folders, one folder for each class.

    Args:
        root: the folder of the folders.
        loader: reads a file.
        extensions: those of the files to take; or
        is_valid_file: tells whether to take a file.
        transform, target_transform: applied to each sample and label.
        allow_empty: whether a class may have no file.

    Attributes:
        samples: (path, label) of all files. classes, class_to_idx, targets.
    """

    def __init__(
        self,
        root: StrPath,
        loader: Callable[[str], Any],
        extensions: Sequence[str] | None = None,
        transform: Change = None,
        target_transform: Change = None,
        is_valid_file: Check = None,
        allow_empty: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.classes, self.class_to_idx = self.find_classes(Path(root))
        self.samples = self.make_dataset(
            Path(root), self.class_to_idx, extensions, is_valid_file, allow_empty
        )
        self.loader = loader
        self.extensions = extensions
        self.targets = [label for _, label in self.samples]

    @staticmethod
    def make_dataset(
        directory: StrPath,
        class_to_idx: dict[str, int],
        extensions: Sequence[str] | None = None,
        is_valid_file: Check = None,
        allow_empty: bool = False,
    ) -> list[tuple[str, int]]:
        """Return (path, label) of all files; may be overridden."""
        return make_dataset(directory, class_to_idx, extensions, is_valid_file, allow_empty)

    def find_classes(self, directory: StrPath) -> tuple[list[str], dict[str, int]]:
        """Return the classes and their labels; may be overridden."""
        return find_classes(directory)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, label = self.samples[index]
        return self.changed(self.loader(path), label)

    def __len__(self) -> int:
        return len(self.samples)


class ImageFolder(DatasetFolder):
    """Pictures in folders, one folder for each class: ``root/dog/x.png``, ``root/cat/y.png``.

    Args:
        root: the folder of the folders.
        transform, target_transform: applied to each picture (a PIL image) and label.
        loader: reads a file.
        is_valid_file: tells whether to take a file; by default by its extension.
        allow_empty: whether a class may have no file.
    """

    def __init__(
        self,
        root: StrPath,
        transform: Change = None,
        target_transform: Change = None,
        loader: Callable[[str], Any] = default_loader,
        is_valid_file: Check = None,
        allow_empty: bool = False,
    ) -> None:
        extensions = IMG_EXTENSIONS if is_valid_file is None else None
        super().__init__(
            root, loader, extensions, transform, target_transform, is_valid_file, allow_empty
        )
        self.imgs = self.samples
