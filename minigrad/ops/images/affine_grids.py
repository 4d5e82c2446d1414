"""Affine grids: where affine maps take the pixels of images, the places for ``grid_sample``."""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ..contracting.contraction import contract
from ..precision import half_in_float32

__all__ = ["affine_grid"]


@open_to_transforms
@half_in_float32
def affine_grid(theta: Any, size: Any, align_corners: bool | None = None) -> Any:
    """Return the places that affine maps take the pixels of images to, for ``grid_sample``.

    Shapes: theta (N, 2, 3) for a size (N, C, H, W), result (N, H, W, 2); or theta (N, 3, 4) for
    (N, C, D, H, W), result (N, D, H, W, 3).

    Args:
        theta: the maps, each a matrix beside a translation.
        size: of the images.
        align_corners: as for ``grid_sample``.

    Derivative: ``g`` summed over the pixels, times where they are.

    Raises:
        ValueError: for maps that are not of floats or do not fit the size, or an empty size.
        NotImplementedError: for a size of another number of dimensions.
        RuntimeError: for another number of images.
    """
    align_corners = default_corners() if align_corners is None else align_corners
    lengths = _check_affine(theta, size, align_corners)
    lines = [_line(n, align_corners) for n in lengths[2:]]
    meshes = np.meshgrid(*lines, indexing="ij")
    ends = [mesh.reshape(-1) for mesh in reversed(meshes)]
    array = theta._array if isinstance(theta, Traced) else theta
    places = namespace(array).asarray(np.stack([*ends, np.ones_like(ends[0])], 1), array.dtype)
    out = contract(theta, places, xs="nik", ys="pk", outs="npi")
    return out.reshape((*lengths[:1], *lengths[2:], len(lines)))


def _line(count: int, align_corners: bool) -> Any:
    """Return the coordinates of pixels along an axis."""
    if count == 1:
        return np.zeros(1)
    line = np.linspace(-1, 1, count)
    return line if align_corners else line * (count - 1) / count


def _check_affine(theta: Any, size: Any, align_corners: bool) -> tuple[int, ...]:
    """Return the sizes of a call of ``affine_grid``."""
    if theta.dtype.kind != "f":
        raise ValueError(f"affine_grid: expected theta of a floating dtype, got {theta.dtype}")
    if len(size) not in (4, 5):
        raise NotImplementedError(
            f"affine_grid: only sizes of 4 and 5 dimensions are supported, got {tuple(size)}"
        )
    ndim = len(size) - 2
    if theta.ndim != 3 or theta.shape[1:] != (ndim, ndim + 1):
        raise ValueError(
            f"affine_grid: expected a batch of affine maps of shape (N, {ndim}, {ndim + 1}) for "
            f"size {tuple(size)}, got {list(theta.shape)}"
        )
    if min(size) <= 0:
        raise ValueError(f"affine_grid: expected a positive size, got {tuple(size)}")
    try:
        lengths = tuple(map(operator.index, size))
    except TypeError:
        raise TypeError(f"affine_grid: size must be ints, got {tuple(size)}") from None
    if theta.shape[0] != lengths[0]:
        raise RuntimeError(
            f"affine_grid: expected theta for {lengths[0]} images, got {list(theta.shape)}"
        )
    if align_corners and min(lengths[2:]) == 1:
        warnings.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when "
            "align_corners=True. This is not an intended use case of affine_grid.",
            stacklevel=5,
        )
    return lengths


def default_corners() -> bool:
    """Return PyTorch's default of ``align_corners``, with its warning."""
    warnings.warn(
        "Default grid_sample and affine_grid behavior has changed to align_corners=False since "
        "1.3.0. Please specify align_corners=True if the old behavior is desired.",
        stacklevel=5,
    )
    return False
