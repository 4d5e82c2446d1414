"""What torchvision's datasets have in common: a folder, transforms, and how they are printed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from minigrad.data import Dataset

Change = Callable[[Any], Any] | None


class StandardTransform:
    """A transform of the input and one of the target, as one of both."""

    def __init__(self, transform: Change = None, target_transform: Change = None) -> None:
        self.transform = transform
        self.target_transform = target_transform

    def __call__(self, input: Any, target: Any) -> tuple[Any, Any]:
        """Return the input and the target, each changed."""
        if self.transform is not None:
            input = self.transform(input)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return input, target

    def __repr__(self) -> str:
        body = [type(self).__name__]
        given = (("Transform", self.transform), ("Target transform", self.target_transform))
        for head, transform in given:
            if transform is not None:
                first, *rest = repr(transform).splitlines()
                indent = " " * (len(head) + 2)
                body += [f"{head}: {first}", *(indent + line for line in rest)]
        return "\n".join(body)


class VisionDataset(Dataset):
    """A dataset of pictures.

    Args:
        root: the folder of its files.
        transforms: applied to picture and target together; or
        transform, target_transform: applied to each.

    Raises:
        ValueError: for transforms of both kinds.
    """

    _repr_indent = 4

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        transforms: Callable[[Any, Any], Any] | None = None,
        transform: Change = None,
        target_transform: Change = None,
    ) -> None:
        self.root = os.path.expanduser(root) if isinstance(root, str) else root
        separate = transform is not None or target_transform is not None
        if transforms is not None and separate:
            raise ValueError(
                "Only transforms or transform/target_transform can be passed as argument"
            )
        self.transform = transform
        self.target_transform = target_transform
        if separate:
            transforms = StandardTransform(transform, target_transform)
        self.transforms = transforms

    def changed(self, picture: Any, target: Any) -> tuple[Any, Any]:
        """Return picture and target after the transforms."""
        if self.transforms is not None:
            picture, target = self.transforms(picture, target)
        return picture, target

    def extra_repr(self) -> str:
        """Return further lines for ``repr``."""
        return ""

    def __repr__(self) -> str:
        body = [f"Number of datapoints: {len(self)}"]  # type: ignore[arg-type]
        if self.root is not None:
            body.append(f"Root location: {self.root}")
        body += self.extra_repr().splitlines()
        if getattr(self, "transforms", None) is not None:
            body.append(repr(self.transforms))
        indent = " " * self._repr_indent
        return "\n".join([f"Dataset {type(self).__name__}", *(indent + line for line in body)])
