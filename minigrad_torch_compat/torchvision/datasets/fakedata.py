"""Pictures of noise, to try a program without data."""

from __future__ import annotations

from typing import Any

import minigrad as mg

from ..transforms.functional import to_pil_image
from .vision import Change, VisionDataset

__all__ = ["FakeData"]


class FakeData(VisionDataset):
    """Random pictures with random labels; each index has its own seed.

    Args:
        size: how many there are.
        image_size: (C, H, W).
        num_classes: how many labels there are.
        transform, target_transform: applied to each picture (a PIL image) and label (an int).
        random_offset: added to the index to give its seed.
    """

    def __init__(
        self,
        size: int = 1000,
        image_size: tuple[int, int, int] = (3, 224, 224),
        num_classes: int = 10,
        transform: Change = None,
        target_transform: Change = None,
        random_offset: int = 0,
    ) -> None:
        super().__init__(transform=transform, target_transform=target_transform)
        self.size = size
        self.num_classes = num_classes
        self.image_size = image_size
        self.random_offset = random_offset

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if index >= len(self):
            raise IndexError(f"{type(self).__name__} index out of range")
        generator = mg.Generator().manual_seed(index + self.random_offset)
        noise = mg.randn(*self.image_size, generator=generator)
        label = mg.randint(0, self.num_classes, (1,), generator=generator)
        return self.changed(to_pil_image(noise), int(label.item()))

    def __len__(self) -> int:
        return self.size
