"""Methods of ``Tensor``: shapes and views."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..ops.shaping import in_place_shapes
from ..ops.shaping.in_place_shapes import turn


class Shapes:
    """Shapes and views."""

    __slots__ = ()

    reshape = ops.reshape
    reshape_as = ops.reshape_as
    view = ops.view
    view_as = ops.view_as
    flatten = ops.flatten
    unflatten = ops.unflatten
    ravel = ops.ravel
    squeeze = ops.squeeze
    unsqueeze = ops.unsqueeze
    permute = ops.permute
    transpose = ops.transpose
    swapaxes = ops.swapaxes
    swapdims = ops.swapdims
    t = ops.t
    movedim = ops.movedim
    moveaxis = ops.moveaxis
    expand = ops.expand
    expand_as = ops.expand_as
    broadcast_to = ops.broadcast_to
    contiguous = ops.contiguous
    clone = ops.clone
    split = ops.split
    chunk = ops.chunk
    tensor_split = ops.tensor_split
    unbind = ops.unbind
    repeat = ops.repeat
    tile = ops.tile
    repeat_interleave = ops.repeat_interleave
    narrow = ops.narrow
    select = ops.select
    flip = ops.flip
    fliplr = ops.fliplr
    flipud = ops.flipud
    roll = ops.roll
    rot90 = ops.rot90
    diagonal = ops.diagonal
    diag = ops.diag
    diag_embed = ops.diag_embed
    tril = ops.tril
    triu = ops.triu
    diagflat = ops.diagflat
    as_strided = ops.as_strided
    unfold = ops.shaping.strided.unfold
    split_with_sizes = ops.split_with_sizes
    unsafe_split = ops.unsafe_split
    unsafe_split_with_sizes = ops.unsafe_split_with_sizes
    unsafe_chunk = ops.unsafe_chunk
    hsplit = ops.hsplit
    vsplit = ops.vsplit
    dsplit = ops.dsplit
    narrow_copy = ops.narrow_copy
    sum_to_size = ops.shaping.broadcasting.sum_to_size
    adjoint = ops.adjoint

    tril_ = ops.in_place(ops.tril)
    triu_ = ops.in_place(ops.triu)
    fill_diagonal_ = ops.shaping.strided.fill_diagonal_

    # In place, these change how the tensor looks at its memory.

    t_ = turn(ops.t)
    transpose_ = turn(ops.transpose)
    swapaxes_ = turn(ops.swapaxes)
    swapdims_ = turn(ops.swapdims)
    squeeze_ = turn(ops.squeeze)
    unsqueeze_ = turn(ops.unsqueeze)
    as_strided_ = turn(ops.as_strided)
    resize_ = in_place_shapes.resize_
    resize_as_ = in_place_shapes.resize_as_
    set_ = in_place_shapes.set_

    @property
    def T(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor with its dimensions reversed."""
        return ops.shaping.shapes.reversed_dims(self)

    @property
    def mT(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor, or batch of matrices, with the last two dimensions exchanged."""
        return ops.matrix_transpose(self)

    @property
    def H(self) -> Any:  # noqa: N802 - PyTorch's name
        """This matrix transposed and conjugated."""
        return ops.pointwise.complex_numbers.conjugate_transpose(self)

    @property
    def mH(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor, or batch of matrices, with matrices transposed and conjugated."""
        return ops.adjoint(self)
