"""Transforms of a picture's values, and of anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...backend.dtypes import get_default_dtype
from ...creation import as_tensor, from_numpy
from ...ops.shaping.joining import stack
from ...tensor import Tensor
from .kinds import is_pil, on_planes

__all__ = ["Compose", "Grayscale", "Lambda", "Normalize", "ToTensor"]


class Compose:
    """One transform after the other."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, image: Any) -> Any:
        """Return the picture after all transforms."""
        for transform in self.transforms:
            image = transform(image)
        return image

    def __repr__(self) -> str:
        lines = "".join(f"\n    {transform}" for transform in self.transforms)
        return f"{type(self).__name__}({lines}\n)"


class Lambda:
    """A function as a transform.

    Raises:
        TypeError: if it cannot be called.
    """

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        if not callable(lambd):
            raise TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}")
        self.lambd = lambd

    def __call__(self, image: Any) -> Any:
        """Return the function's result."""
        return self.lambd(image)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ToTensor:
    """An array (H, W, C) or (H, W), or a PIL image, as a tensor (C, H, W).

    Bytes become floating-point numbers in [0, 1]; other dtypes stay as they are.

    Raises:
        TypeError: for other types (a tensor is one already).
        ValueError: for arrays of other dimensions.
    """

    def __call__(self, image: Any) -> Tensor:
        """Return the picture as a tensor."""
        if not (is_pil(image) or isinstance(image, np.ndarray)):
            raise TypeError(f"pic should be PIL Image or ndarray. Got {type(image)}")
        array = np.asarray(image)
        if array.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {array.ndim} dimensions.")
        planes = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
        if array.dtype == np.uint8:
            return from_numpy(planes.astype(get_default_dtype(), order="C") / 255)
        if array.dtype == np.bool_ and is_pil(image):  # black and white
            return from_numpy(planes.astype(get_default_dtype(), order="C"))
        return from_numpy(np.array(planes, order="C"))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Normalize:
    """``(x - mean) / std``, for each channel.

    Args:
        mean, std: one number per channel.
        inplace: whether to change the tensor itself.

    Raises (when called):
        TypeError: for anything but a floating-point tensor.
        ValueError: for a tensor without channels, or a ``std`` of zero.
    """

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        self.mean = mean
        self.std = std
        self.inplace = inplace
        self._kept: dict[Any, tuple[Tensor, Tensor]] = {}

    def __call__(self, image: Tensor) -> Tensor:
        """Return the normalized tensor."""
        if not isinstance(image, Tensor):
            raise TypeError(f"img should be Tensor Image. Got {type(image)}")
        if not image.is_floating_point():
            raise TypeError(f"Input tensor should be a float tensor. Got {image.dtype}.")
        if image.ndim < 3:
            raise ValueError(
                "Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = "
                f"{tuple(image.shape)}"
            )
        mean, std = self._columns(image)
        return image.sub_(mean).div_(std) if self.inplace else (image - mean) / std

    def _columns(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and std as (C, 1, 1); they are kept, as a dataset asks for each picture."""
        plain = isinstance(self.mean, list | tuple) and isinstance(self.std, list | tuple)
        key = (tuple(self.mean), tuple(self.std), image.dtype, image.device) if plain else None
        if key in self._kept:
            return self._kept[key]
        mean, std = (
            as_tensor(value, image.dtype, image.device).reshape(-1, 1, 1)
            for value in (self.mean, self.std)
        )
        if (std.numpy() == 0).any():
            raise ValueError(
                f"std evaluated to zero after conversion to {image.dtype}, leading to division by "
                "zero."
            )
        if plain:
            self._kept = {key: (mean, std)}
        return mean, std

    def __repr__(self) -> str:
        return f"{type(self).__name__}(mean={self.mean}, std={self.std})"


class Grayscale:
    """Brightness: 0.2989 red + 0.587 green + 0.114 blue.

    Args:
        num_output_channels: 1, or 3 equal ones.

    Raises (when called):
        TypeError: for pictures that have neither 1 nor 3 channels.
    """

    def __init__(self, num_output_channels: int = 1) -> None:
        if num_output_channels not in (1, 3):
            raise ValueError("num_output_channels should be either 1 or 3")
        self.num_output_channels = num_output_channels

    def __call__(self, image: Any) -> Any:
        """Return the picture in shades of grey."""
        if is_pil(image):
            grey = image.convert("L")
            return grey if self.num_output_channels == 1 else grey.convert("RGB")
        return on_planes(image, self._planes)

    def _planes(self, x: Tensor) -> Tensor:
        if x.ndim < 3 or x.shape[-3] not in (1, 3):
            raise TypeError(
                f"Input image tensor permitted channel values are 1 or 3, but found {x.shape}"
            )
        if x.shape[-3] == 3:
            red, green, blue = (x[..., i, :, :] for i in range(3))
            grey = (0.2989 * red + 0.587 * green + 0.114 * blue).to(x.dtype)
        else:
            grey = x[..., 0, :, :]
        return stack([grey] * self.num_output_channels, -3)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(num_output_channels={self.num_output_channels})"
