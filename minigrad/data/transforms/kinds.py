"""Kinds of pictures: tensors, arrays and PIL images, all of them changed as tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...creation import from_numpy
from ...random import Generator, default_generator
from ...tensor import Tensor
from ..workers import get_worker_info

Size = int | Sequence[int]


def is_pil(image: Any) -> bool:
    """Return whether it is an image of PIL, which need not be installed."""
    return type(image).__module__.startswith("PIL.")


def on_planes(image: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Apply a function of tensors (..., H, W) to a picture of any kind."""
    if isinstance(image, Tensor):
        if image.ndim < 2:
            raise TypeError(f"expected a picture (..., H, W), got shape {tuple(image.shape)}")
        return change(image)
    if is_pil(image):
        array = on_planes(np.asarray(image), change)
        return pil_images().fromarray(array)
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3):
        raise TypeError(
            "expected a tensor, an array (H, W) or (H, W, C), or a PIL image, got "
            f"{type(image).__name__}{getattr(image, 'shape', '')}"
        )
    if image.ndim == 2:
        return np.ascontiguousarray(change(from_numpy(image)).numpy())
    planes = change(from_numpy(image.transpose(2, 0, 1)))
    return np.ascontiguousarray(planes.numpy().transpose(1, 2, 0))


def pil_images() -> Any:
    """Return PIL's module of images; whoever has one of them has it."""
    from PIL import Image

    return Image


def size_of(image: Any) -> tuple[int, int]:
    """Return (H, W)."""
    if is_pil(image):
        return image.height, image.width
    shape = image.shape if isinstance(image, Tensor) or image.ndim == 2 else image.shape[:2]
    return shape[-2], shape[-1]


def pair(size: Size, name: str = "size") -> tuple[int, int]:
    """Return (H, W), given as such or as one number."""
    values = (size,) if isinstance(size, int) else tuple(size)
    if len(values) not in (1, 2):
        raise ValueError(f"Please provide only two dimensions (h, w) for {name}.")
    return int(values[0]), int(values[-1])


def generator() -> Generator:
    """Return where this thread draws from."""
    info = get_worker_info()
    return default_generator if info is None or info.rng is None else info.rng.generator
