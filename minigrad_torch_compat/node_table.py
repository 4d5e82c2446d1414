"""PyTorch's names of nodes where they are not minigrad's with a 0 behind: a table, by primitive.

minigrad has one primitive where PyTorch has several functions (``reshape`` is ``view``, ``squeeze``
and ``unsqueeze`` too), so a name may depend on how the primitive was called; what a call does not
show is named as programs use it most. ``sin``, ``exp`` and a hundred others need no row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.autograd.node import Node


def _ndim(parent: Any) -> int:
    """Return the number of dimensions of an operand; 0 for a number."""
    return len(getattr(parent, "shape", ()))


def _is_number(parent: Any) -> bool:
    return not hasattr(parent, "shape")


def _by_dim(whole: str, along: str) -> Callable[[Node], str]:
    """Name a reduction of all elements, or along dimensions."""
    return lambda node: along if node.shape or node.attributes["keepdim"] else whole


def _by_number(place: int, number: str, tensor: str) -> Callable[[Node], str]:
    """Name an operation by whether an operand is a number."""
    return lambda node: number if _is_number(node.parents[place]) else tensor


def _pow(node: Node) -> str:
    base, exponent = node.parents
    return "PowBackward0" if _is_number(exponent) else f"PowBackward{2 if _is_number(base) else 1}"


def _matmul(node: Node) -> str:
    names = {(2, 2): "Mm", (2, 1): "Mv", (1, 1): "Dot", (1, 2): "Squeeze"}
    found = names[_ndim(node.parents[0]), _ndim(node.parents[1])]
    return f"{found}Backward{4 if found == 'Squeeze' else 0}"


def _linear(node: Node) -> str:
    biased = len(node.parents) > 2 and node.parents[2] is not None
    if len(node.shape) == 2:
        return "AddmmBackward0" if biased else "MmBackward0"
    return "ViewBackward0" if biased else "UnsafeViewBackward0"


def _permute(node: Node) -> str:
    dims = node.attributes["dims"]
    swapped = sum(dim != place for place, dim in enumerate(dims))
    return "TransposeBackward0" if swapped == 2 and len(dims) > 2 else "PermuteBackward0"


def _getitem(node: Node) -> str:
    index = node.attributes["index"]
    items = index if isinstance(index, tuple) else (index,)
    if any(hasattr(item, "shape") or isinstance(item, list) for item in items):
        return "IndexBackward0"
    name = "AliasBackward0"
    for item in items:  # PyTorch takes one after the other: the last one that counts names it
        if item is None:
            name = "UnsqueezeBackward0"
        elif isinstance(item, int):
            name = "SelectBackward0"
        elif isinstance(item, slice) and item != slice(None):
            name = "SliceBackward0"
    return name


def _by_window(prefix: str, suffix: str, attribute: str) -> Callable[[Node], str]:
    """Name a pooling by its dimensions; in one, PyTorch's ends with a squeeze."""

    def name(node: Node) -> str:
        found = node.attributes[attribute]
        count = len(getattr(found, "kernel", found))
        return "SqueezeBackward1" if count == 1 else f"{prefix}{count}D{suffix}Backward0"

    return name


def _overwrite(node: Node) -> str:
    if node.attributes["steps"] is not None or node.attributes["index"] is not None:
        return "CopySlices"
    return "FillBackward2" if _is_number(node.parents[1]) else "CopyBackwards"


def _clamp(node: Node) -> str:
    tensors = any(hasattr(bound, "shape") for bound in node.parents[1:])
    return "ClampBackward0" if tensors else "ClampBackward1"


def _resample(node: Node) -> str:
    places = len(node.attributes["axes"])
    axes = [axis for axis in node.attributes["axes"] if axis is not None]
    taps = max((len(axis.index) for axis in axes), default=1)
    names = {1: "Nearest", 2: ("Linear", "Bilinear", "Trilinear")[places - 1], 4: "Bicubic"}
    return f"Upsample{names.get(taps, 'Bilinear')}{places}DBackward0"


def _fft(node: Node) -> str:
    cast = getattr(getattr(node.parents[0], "primitive", None), "name", "") == "cast"
    return "FftR2CBackward0" if cast else "FftC2CBackward0"


def _loss(node: Node) -> str:
    return "NllLossBackward0" if _ndim(node.parents[0]) < 3 else "NllLoss2DBackward0"


_FIXED = {
    "airy_ai": "SpecialAiryAiBackward0",
    "alpha_dropout": "AddBackward0",
    "attention": "ScaledDotProductFlashAttentionForCpuBackward0",
    "batch_norm": "NativeBatchNormBackward0",
    "boundary": "BackwardHookFunctionBackward",
    "cast": "ToCopyBackward0",
    "cholesky_ex": "LinalgCholeskyExBackward0",
    "contract": "UnsafeViewBackward0",
    "convolution_input": "ConvolutionBackward0",
    "deg2rad": "Deg2RadBackward0",
    "det": "LinalgDetBackward0",
    "div_floor": "DivBackward2",
    "div_trunc": "DivBackward2",
    "dropout": "MulBackward0",
    "eigh": "LinalgEighBackward0",
    "entr": "SpecialEntrBackward0",
    "erfcx": "SpecialErfcxBackward0",
    "gelu_tanh": "GeluBackward0",
    "gru": "AddBackward0",
    "l1_loss": "MeanBackward0",
    "log1p": "Log1PBackward0",
    "lstm": "MulBackward0",
    "rnn_relu": "ReluBackward0",
    "rnn_tanh": "TanhBackward0",
    "group_norm": "NativeGroupNormBackward0",
    "i0e": "SpecialI0EBackward0",
    "i1": "SpecialI1Backward0",
    "i1e": "SpecialI1EBackward0",
    "imag": "SelectBackward0",
    "in_bags": "EmbeddingBagBackward0",
    "inv_ex": "LinalgInvExBackward0",
    "irfft": "FftC2RBackward0",
    "layer_norm": "NativeLayerNormBackward0",
    "log_ndtr": "SpecialLogNdtrBackward0",
    "logsigmoid": "LogSigmoidBackward0",
    "lu_factor_ex": "LinalgLuFactorExBackward0",
    "matrix_exp": "LinalgMatrixExpBackward0",
    "max_dim": "MaxBackward0",
    "median_dim": "MedianBackward1",
    "min_dim": "MinBackward0",
    "nanmedian_dim": "NanmedianBackward1",
    "ndtri": "SpecialNdtriBackward0",
    "rms_norm": "MulBackward0",
    "col2im": "Col2ImBackward0",
    "norm": "LinalgVectorNormBackward0",
    "pad": "ConstantPadNdBackward0",
    "picked_rows": "EmbeddingBackward0",
    "pinv": "LinalgPinvBackward0",
    "prelu": "PreluKernelBackward0",
    "put_diagonal": "DiagEmbedBackward0",
    "qr": "LinalgQrBackward0",
    "rad2deg": "Rad2DegBackward0",
    "real": "SelectBackward0",
    "reshape": "ViewBackward0",
    "round_decimals": "RoundBackward1",
    "rrelu": "RreluWithNoiseBackward0",
    "scale_shift": "NativeBatchNormBackward0",
    "slogdet": "LinalgSlogdetBackward0",
    "soft_cross_entropy": "DivBackward1",
    "solve_ex": "LinalgSolveExBackward0",
    "solve_triangular": "LinalgSolveTriangularBackward0",
    "sort": "SortBackward0",
    "sparse_product": "MmBackward0",
    "sparse_values": "SparseCooTensorWithDimsAndTensorsBackward0",
    "square": "PowBackward0",
    "sum_to": "SumBackward1",
    "svd": "LinalgSvdBackward0",
    "take_along": "GatherBackward0",
    "xlog1py": "SpecialXlog1PyBackward0",
    "zeta": "SpecialZetaBackward0",
}
_BY_CALL: dict[str, Callable[[Node], str]] = {
    "amax": _by_dim("MaxBackward1", "AmaxBackward0"),
    "amin": _by_dim("MinBackward1", "AminBackward0"),
    "clamp": _clamp,
    "fft": _fft,
    "resample": _resample,
    "avg_pool": _by_window("AvgPool", "", "axes"),
    "copysign": _by_number(1, "CopysignBackward1", "CopysignBackward0"),
    "cross_entropy": _loss,
    "div": _by_number(0, "MulBackward0", "DivBackward0"),  # 1 / x is reciprocal(x) * 1
    "fmod": _by_number(1, "FmodBackward0", "FmodBackward1"),
    "getitem": _getitem,
    "lerp": _by_number(2, "LerpBackward0", "LerpBackward1"),
    "linear": _linear,
    "masked_fill": _by_number(1, "MaskedFillBackward0", "MaskedFillBackward1"),
    "matmul": _matmul,
    "max_pool": _by_window("MaxPool", "WithIndices", "boxes"),
    "overwrite": _overwrite,
    "mean": _by_dim("MeanBackward0", "MeanBackward1"),
    "nll_loss": _loss,
    "permute": _permute,
    "pow": _pow,
    "prod": _by_dim("ProdBackward0", "ProdBackward1"),
    "remainder": _by_number(1, "RemainderBackward0", "RemainderBackward1"),
    "sub": _by_number(0, "RsubBackward1", "SubBackward0"),
    "sum": _by_dim("SumBackward0", "SumBackward1"),
}


def _squeeze(x: Any, dim: Any = None) -> str:
    return f"SqueezeBackward{0 if dim is None else 1 if isinstance(dim, int) else 2}"


# Functions that share a primitive with others: the call itself says the name.
BY_FUNCTION: dict[str, str | Callable[..., str]] = {
    "addbmm": "AddbmmBackward0",
    "addmm": "AddmmBackward0",
    "addmv": "AddmvBackward0",
    "addr": "AddrBackward0",
    "amax": "AmaxBackward0",
    "amin": "AminBackward0",
    "baddbmm": "BaddbmmBackward0",
    "bmm": "BmmBackward0",
    "clamp_max": "ClampMaxBackward0",
    "clamp_min": "ClampMinBackward0",
    "copy_": "CopyBackwards",
    "cumprod": "CumprodBackward0",
    "cumsum": "CumsumBackward0",
    "dist": "DistBackward0",
    "einsum": "ViewBackward0",
    "gather": "GatherBackward0",
    "index_add": "IndexAddBackward0",
    "index_copy": "IndexCopyBackward0",
    "index_fill": "IndexFillBackward0",
    "index_select": "IndexSelectBackward0",
    "log_softmax": "LogSoftmaxBackward0",
    "mT": "TransposeBackward0",
    "masked_scatter": "MaskedScatterBackward0",
    "masked_select": "MaskedSelectBackward0",
    "movedim": "PermuteBackward0",
    "pixel_shuffle": "PixelShuffleBackward0",
    "repeat": "RepeatBackward0",
    "roll": "RollBackward0",
    "rot90": "Rot90Backward0",
    "scatter": "ScatterBackward0",
    "scatter_add": "ScatterAddBackward0",
    "softmax": "SoftmaxBackward0",
    "squeeze": _squeeze,
    "swapaxes": "TransposeBackward0",
    "swapdims": "TransposeBackward0",
    "t": "TBackward0",
    "take": "TakeBackward0",
    "tensordot": "ViewBackward0",
    "trace": "TraceBackward0",
    "transpose": "TransposeBackward0",
    "unfold": "UnfoldBackward0",
    "unsqueeze": "UnsqueezeBackward0",
    "zero_": "ZeroBackward0",
}


def row(node: Node) -> str | None:
    """Return PyTorch's name of a node; None if it is minigrad's with a 0 behind."""
    name = node.primitive.name
    return _BY_CALL[name](node) if name in _BY_CALL else _FIXED.get(name)
