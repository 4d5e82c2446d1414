"""From PIL images and arrays to tensors, and back; and from one range of values to another."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import Tensor, from_numpy
from minigrad.backend.dtypes import as_dtype
from minigrad.data.transforms import Normalize as _Normalize
from minigrad.data.transforms import ToTensor as _ToTensor

from .pictures import is_pil, pil_module

__all__ = [
    "convert_image_dtype",
    "erase",
    "normalize",
    "pil_to_tensor",
    "to_pil_image",
    "to_tensor",
]

_LONG_MODES = {"I": np.int32, "I;16": np.int16, "I;16B": np.int16, "F": np.float32}


def to_tensor(pic: Any) -> Tensor:
    """Return a PIL image or an array (H, W, C) as a tensor (C, H, W); bytes become [0, 1].

    Raises:
        TypeError: for other types.
        ValueError: for arrays of other dimensions.
    """
    if is_pil(pic) and pic.mode in _LONG_MODES:
        return from_numpy(np.array(pic, _LONG_MODES[pic.mode])[None])
    return _ToTensor()(pic)


def pil_to_tensor(pic: Any) -> Tensor:
    """Return a PIL image as a tensor (C, H, W) with the values it has.

    Raises:
        TypeError: for other types.
    """
    if not is_pil(pic):
        raise TypeError(f"pic should be PIL Image. Got {type(pic)}")
    array = np.array(pic)
    planes = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    return from_numpy(np.ascontiguousarray(planes))


_MODE_OF_TYPE = {"|u1": "L", "<i2": "I;16", "<i4": "I", "<f4": "F"}
_CHANNELS = {2: ("LA",), 3: ("RGB", "YCbCr", "HSV"), 4: ("RGBA", "CMYK", "RGBX")}


def to_pil_image(pic: Any, mode: str | None = None) -> Any:
    """Return a tensor (C, H, W) or an array (H, W, C) as a PIL image.

    Floating-point numbers are multiplied by 255 and cut to bytes.

    Args:
        pic: the tensor or array.
        mode: PIL's name for what the channels are; by default told by their number.

    Raises:
        TypeError: for other types, and values that PIL does not know.
        ValueError: for other dimensions, and modes for another number of channels.
    """
    array = _rows_of_pixels(pic)
    if array.dtype.kind == "f" and mode != "F":
        with np.errstate(invalid="ignore"):  # values beyond bytes wrap around, as in torchvision
            array = (array * 255).astype(np.uint8)
    if array.shape[2] == 1:
        expected = _MODE_OF_TYPE.get(array.dtype.str)
        if mode is not None and mode != expected:
            raise ValueError(
                f"Incorrect mode ({mode}) supplied for input type {array.dtype}. "
                f"Should be {expected}"
            )
        return _picture(array[:, :, 0], expected)
    allowed = _CHANNELS[array.shape[2]]
    if mode is not None and mode not in allowed:
        raise ValueError(f"Only modes {allowed} are supported for {array.shape[2]}D inputs")
    return _picture(array, (mode or allowed[0]) if array.dtype == np.uint8 else None)


def _rows_of_pixels(pic: Any) -> Any:
    """Return an array (H, W, C)."""
    if isinstance(pic, Tensor):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        planes = pic.detach().cpu().numpy()
        array = planes[:, :, None] if pic.ndim == 2 else planes.transpose(1, 2, 0)
    elif isinstance(pic, np.ndarray):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        array = pic[:, :, None] if pic.ndim == 2 else pic
    else:
        raise TypeError(f"pic should be Tensor or ndarray. Got {type(pic)}.")
    if array.shape[2] > 4:
        raise ValueError(f"pic should not have > 4 channels. Got {array.shape[2]} channels.")
    return array


def _picture(array: Any, mode: str | None) -> Any:
    if mode is None:
        raise TypeError(f"Input type {array.dtype} is not supported")
    pictures = pil_module("Image")
    array = np.ascontiguousarray(array)
    found = pictures.fromarray(array)
    if found.mode != mode:  # the same bytes under another name
        found = pictures.frombytes(mode, (array.shape[1], array.shape[0]), array.tobytes())
    return found


def convert_image_dtype(image: Tensor, dtype: Any = np.float32) -> Tensor:
    """Return a tensor in another dtype, scaled: floats cover [0, 1], integers all they can hold.

    Raises:
        RuntimeError: for a dtype that cannot hold the values safely.
        TypeError: if ``image`` is no tensor.
    """
    if not isinstance(image, Tensor):
        raise TypeError("Input img should be Tensor Image")
    given, wanted = as_dtype(image.dtype), as_dtype(dtype)
    if given == wanted:
        return image
    if given.kind == "f":
        return image.to(wanted) if wanted.kind == "f" else _float_to_whole(image, given, wanted)
    top = _largest(given)
    if wanted.kind == "f":
        return image.to(wanted) / top
    other = _largest(wanted)
    if top > other:
        return (image // ((top + 1) // (other + 1))).to(wanted)
    return image.to(wanted) * ((other + 1) // (top + 1))


def _float_to_whole(image: Tensor, given: Any, wanted: Any) -> Tensor:
    # A float32 has 24 bits for the number: wide integers cannot be met from there.
    if (given == np.float32 and wanted.itemsize >= 4) or (given.itemsize == 8 == wanted.itemsize):
        raise RuntimeError(f"The cast from {given} to {wanted} cannot be performed safely.")
    return (image * (_largest(wanted) + 1 - 1e-3)).to(wanted)


def _largest(dtype: Any) -> int:
    return 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)


def normalize(tensor: Tensor, mean: Any, std: Any, inplace: bool = False) -> Tensor:
    """Return ``(tensor - mean) / std``, for each channel; errors as ``transforms.Normalize``."""
    return _Normalize(mean, std, inplace)(tensor)


def erase(img: Tensor, i: int, j: int, h: int, w: int, v: Any, inplace: bool = False) -> Tensor:
    """Return the tensor with a rectangle overwritten by ``v``."""
    if not isinstance(img, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(img)}")
    found = img if inplace else img.clone()
    found[..., i : i + h, j : j + w] = v
    return found
