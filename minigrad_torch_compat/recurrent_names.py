"""What PyTorch calls the node that a recurrent layer's output comes from."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from minigrad import Tensor
from minigrad.autograd.node import Node
from minigrad.nn import LSTM
from minigrad.nn.recurrent_base import RNNBase

from .node_names import class_named
from .replacing import replace


def _name(layer: Any, output: Any) -> str:
    """Return the name: PyTorch's last step is to join directions or time steps, or to transpose."""
    if layer.batch_first:
        return "TransposeBackward0" if isinstance(layer, LSTM) else "TransposeBackward1"
    if layer.bidirectional:
        return "CatBackward0"
    # On x86 processors, LSTMs of single precision run in a library.
    library = isinstance(layer, LSTM) and output._array.dtype == np.float32
    return "MkldnnRnnLayerBackward0" if library else "StackBackward0"


def install() -> None:
    """Name the nodes of recurrent layers' outputs from now on."""
    plain = vars(RNNBase)["forward"]

    @functools.wraps(plain)
    def forward(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = plain(self, *args, **kwargs)
        output = result[0]
        if isinstance(output, Tensor) and isinstance(output._node, Node) and output.ndim == 3:
            output._node.__class__ = class_named(_name(self, output))
        return result

    replace(RNNBase, "forward", forward)
