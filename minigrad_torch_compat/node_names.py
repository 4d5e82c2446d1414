"""What PyTorch calls the nodes of a graph: ``MulBackward0`` where minigrad says ``MulBackward``.

Most names differ by the number of the overload alone; the table has the others. Some depend on the
call: PyTorch has nodes of their own for ``sum`` over some dimensions, ``1 - x``, a 2-d ``max_pool``.
A node is of minigrad's operations, not PyTorch's: where one of theirs is several of ours, the name
is that of our last one.

A program sees a node through ``grad_fn`` and ``next_functions``, its name through ``name()`` and
through its class. The class is given to the node when it is first looked at, so that recording
costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad import Tensor
from minigrad.autograd import graph
from minigrad.autograd import node as nodes
from minigrad.autograd.node import FunctionNode, Node, backward_name
from minigrad.autograd.traced import refresh

_CLASSES: dict[tuple[type, str], type] = {}


def torch_name(node: Node) -> str:
    """Return PyTorch's name of a node."""
    name = node.primitive.name
    if isinstance(node, FunctionNode):
        return backward_name(name)
    found = _NAMES.get(name)
    if found is None:
        return backward_name(name) + "0"
    return found if isinstance(found, str) else found(node)


# --- names that depend on the call ----------------------------------------------------------------


def _shape(node: Node, position: int = 0) -> tuple[int, ...] | None:
    """Return the shape of an operand; None for a number."""
    shape = getattr(node.parents[position], "shape", None)
    return None if shape is None else tuple(shape)


def _by_dim(over_all: str, over_some: str) -> Callable[[Node], str]:
    """Name a reduction by whether it is over all dimensions."""

    def name(node: Node) -> str:
        dims = node.attributes["dim"]
        count = len(dims) if isinstance(dims, tuple) else 1
        return over_all if count == len(_shape(node) or ()) else over_some

    return name


def _by_numbers(both: str, right: str, left: str) -> Callable[[Node], str]:
    """Name an operation on two tensors, on a tensor and a number, or on a number and a tensor."""

    def name(node: Node) -> str:
        if _shape(node) is None:
            return left
        return right if _shape(node, 1) is None else both

    return name


def _by_window(prefix: str, suffix: str, attribute: str) -> Callable[[Node], str]:
    """Name a pooling by its dimensions; in one, PyTorch's ends with a squeeze."""

    def name(node: Node) -> str:
        found = node.attributes[attribute]
        count = len(getattr(found, "kernel", found))
        return "SqueezeBackward1" if count == 1 else f"{prefix}{count}D{suffix}Backward0"

    return name


def _reshape(node: Node) -> str:
    old, new = _shape(node) or (), tuple(node.attributes["shape"])
    if len(new) == len(old) + 1 and any(new[:i] + new[i + 1 :] == old for i in range(len(new))):
        return "UnsqueezeBackward0"
    if len(new) < len(old) and [n for n in old if n != 1] == [n for n in new if n != 1]:
        return "SqueezeBackward1" if len(old) - len(new) == 1 else "SqueezeBackward0"
    return "ViewBackward0"


def _permute(node: Node) -> str:
    moved = [i for i, dim in enumerate(node.attributes["dims"]) if i != dim]
    return "TransposeBackward0" if len(moved) == 2 else "PermuteBackward0"


def _getitem(node: Node) -> str:
    index = node.attributes["index"]
    items = index if isinstance(index, tuple) else (index,)
    last = next((item for item in reversed(items) if item is not Ellipsis), None)
    for item in reversed(items):
        if isinstance(item, slice) and item != slice(None):
            last = item
            break
    if last is None:
        return "UnsqueezeBackward0"
    if isinstance(last, slice):
        return "SliceBackward0"
    return "SelectBackward0" if isinstance(last, int) else "IndexBackward0"


def _matmul(node: Node) -> str:
    left, right = len(_shape(node) or ()), len(_shape(node, 1) or ())
    names = {(1, 1): "DotBackward0", (2, 1): "MvBackward0", (2, 2): "MmBackward0"}
    return names.get((left, right), "UnsafeViewBackward0")


def _linear(node: Node) -> str:
    biased = len(node.parents) > 2 and node.parents[2] is not None
    if len(_shape(node) or ()) == 2:
        return "AddmmBackward0" if biased else "MmBackward0"
    return "ViewBackward0" if biased else "UnsafeViewBackward0"


def _clamp(node: Node) -> str:
    tensors = any(_shape(node, i) is not None for i in range(1, len(node.parents)))
    return "ClampBackward0" if tensors else "ClampBackward1"


def _nll(node: Node) -> str:
    return "NllLossBackward0" if len(_shape(node) or ()) < 3 else "NllLoss2DBackward0"


def _overwrite(node: Node) -> str:
    views = node.attributes["steps"] is not None or node.attributes["index"] is not None
    if views:
        return "CopySlices"
    return "FillBackward2" if _shape(node, 1) is None else "CopyBackwards"


def _resample(node: Node) -> str:
    count = len(node.attributes["axes"])
    kind = {1: "Linear1D", 2: "Bilinear2D", 3: "Trilinear3D"}[count]
    return f"Upsample{kind}Backward0"


_NAMES: dict[str, str | Callable[[Node], str]] = {
    "amax": _by_dim("MaxBackward1", "AmaxBackward0"),
    "amin": _by_dim("MinBackward1", "AminBackward0"),
    "attention": "UnsafeViewBackward0",
    "avg_pool": _by_window("AvgPool", "", "axes"),
    "batch_norm": "NativeBatchNormBackward0",
    "cast": "ToCopyBackward0",
    "cholesky_ex": "LinalgCholeskyExBackward0",
    "clamp": _clamp,
    "col2im": "Col2ImBackward0",
    "contract": "UnsafeViewBackward0",
    "convolution_input": "ConvolutionBackward0",
    "cross_entropy": _nll,
    "det": "LinalgDetBackward0",
    "div": _by_numbers("DivBackward0", "DivBackward0", "MulBackward0"),
    "dropout": "MulBackward0",
    "eigh": "LinalgEighBackward0",
    "getitem": _getitem,
    "group_norm": "NativeGroupNormBackward0",
    "inv_ex": "LinalgInvExBackward0",
    "l1_loss": "MeanBackward0",
    "layer_norm": "NativeLayerNormBackward0",
    "linear": _linear,
    "log1p": "Log1PBackward0",
    "logsigmoid": "LogSigmoidBackward0",
    "matmul": _matmul,
    "max_dim": "MaxBackward0",
    "max_pool": _by_window("MaxPool", "WithIndices", "boxes"),
    "mean": _by_dim("MeanBackward0", "MeanBackward1"),
    "median_dim": "MedianBackward1",
    "min_dim": "MinBackward0",
    "nll_loss": _nll,
    "norm": "LinalgVectorNormBackward0",
    "overwrite": _overwrite,
    "pad": "ConstantPadNdBackward0",
    "permute": _permute,
    "pow": _by_numbers("PowBackward1", "PowBackward0", "PowBackward2"),
    "prelu": "PreluKernelBackward0",
    "prod": _by_dim("ProdBackward0", "ProdBackward1"),
    "qr": "LinalgQrBackward0",
    "resample": _resample,
    "reshape": _reshape,
    "rms_norm": "MulBackward0",
    "scale_shift": "NativeBatchNormBackward0",
    "soft_cross_entropy": "DivBackward1",
    "solve_ex": "LinalgSolveExBackward0",
    "square": "PowBackward0",
    "sub": _by_numbers("SubBackward0", "SubBackward0", "RsubBackward1"),
    "sum": _by_dim("SumBackward0", "SumBackward1"),
    "svd": "LinalgSvdBackward0",
}


# --- nodes as programs see them -------------------------------------------------------------------


def spelled(node: Any) -> Any:
    """Return a node whose class bears PyTorch's name."""
    kind = type(node)
    if kind is Node or kind is FunctionNode:
        key = (kind, torch_name(node))
        if key not in _CLASSES:
            _CLASSES[key] = type(key[1], (kind,), {"__slots__": (), "__module__": "torch.autograd"})
        node.__class__ = _CLASSES[key]
    return node


def _grad_fn(self: Any) -> Any:
    refresh(self)
    node = self._node
    return None if node is None else spelled(getattr(node, "node", node))


def install() -> None:
    """Give nodes PyTorch's names from now on."""
    plain = nodes.as_function

    def as_function(parent: Any) -> tuple[Any, int]:
        node, index = plain(parent)
        return spelled(node), index

    vars(nodes)["as_function"] = vars(graph)["as_function"] = as_function
    Node.name = torch_name  # type: ignore[assignment, method-assign]
    Tensor.grad_fn = property(_grad_fn, doc=Tensor.grad_fn.__doc__)  # type: ignore[assignment, method-assign]
