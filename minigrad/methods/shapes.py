"""Methods of ``Tensor``: shapes and views."""

from __future__ import annotations

from typing import Any

from .. import ops


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

    @property
    def T(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor with its dimensions reversed."""
        return ops.shapes.reversed_dims(self)

    @property
    def mT(self) -> Any:  # noqa: N802 - PyTorch's name
        """This tensor, or batch of matrices, with the last two dimensions exchanged."""
        return ops.matrix_transpose(self)
