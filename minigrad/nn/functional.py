"""What layers compute, under PyTorch's names. The functions themselves are defined in ``ops``."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

from .. import ops
from .old_reduction import modern as _modern
from .old_reduction import with_old_arguments as _with_old_arguments

# --- as they are ----------------------------------------------------------------------------------

adaptive_avg_pool1d = ops.adaptive_avg_pool1d
adaptive_avg_pool2d = ops.adaptive_avg_pool2d
adaptive_avg_pool3d = ops.adaptive_avg_pool3d
adaptive_max_pool1d = ops.adaptive_max_pool1d
adaptive_max_pool2d = ops.adaptive_max_pool2d
adaptive_max_pool3d = ops.adaptive_max_pool3d
affine_grid = ops.affine_grid
avg_pool1d = ops.avg_pool1d
avg_pool2d = ops.avg_pool2d
avg_pool3d = ops.avg_pool3d
batch_norm = ops.batch_norm
bilinear = ops.bilinear
channel_shuffle = ops.channel_shuffle
conv1d = ops.conv1d
conv2d = ops.conv2d
conv3d = ops.conv3d
conv_tbc = ops.conv_tbc
conv_transpose1d = ops.conv_transpose1d
conv_transpose2d = ops.conv_transpose2d
conv_transpose3d = ops.conv_transpose3d
cosine_similarity = ops.cosine_similarity
ctc_loss = ops.ctc_loss
embedding = ops.embedding
embedding_bag = ops.embedding_bag
fold = ops.col2im
fractional_max_pool2d = ops.fractional_max_pool2d
fractional_max_pool3d = ops.fractional_max_pool3d
gelu = ops.gelu
glu = ops.glu
grid_sample = ops.grid_sample
group_norm = ops.group_norm
gumbel_softmax = ops.gumbel_softmax
hardshrink = ops.hardshrink
instance_norm = ops.instance_norm
interpolate = ops.interpolate
layer_norm = ops.layer_norm
linear = ops.linear
local_response_norm = ops.local_response_norm
linear_cross_entropy = ops.linear_cross_entropy
logsigmoid = ops.logsigmoid
lp_pool1d = ops.lp_pool1d
lp_pool2d = ops.lp_pool2d
lp_pool3d = ops.lp_pool3d
max_pool1d = ops.max_pool1d
max_pool2d = ops.max_pool2d
max_pool3d = ops.max_pool3d
max_unpool1d = ops.max_unpool1d
max_unpool2d = ops.max_unpool2d
max_unpool3d = ops.max_unpool3d
multi_head_attention_forward = ops.multi_head_attention_forward
normalize = ops.normalize
one_hot = ops.one_hot
pad = ops.pad
pairwise_distance = ops.pairwise_distance
pixel_shuffle = ops.pixel_shuffle
pixel_unshuffle = ops.pixel_unshuffle
pdist = ops.pdist
prelu = ops.prelu
rms_norm = ops.rms_norm
scaled_dot_product_attention = ops.scaled_dot_product_attention
sigmoid = ops.sigmoid
softshrink = ops.softshrink
softplus = ops.softplus
softsign = ops.softsign
tanh = ops.tanh
tanhshrink = ops.tanhshrink
unfold = ops.im2col
upsample = ops.upsample
upsample_bilinear = ops.upsample_bilinear
upsample_nearest = ops.upsample_nearest

# --- functions that may write their result into the input -----------------------------------------


def _writing(
    function: Callable[..., Any], writer: Callable[..., Any] = ops.in_place
) -> Callable[..., Any]:
    """Return an activation function with PyTorch's last argument, ``inplace``.

    With it, the result is written into the input: whatever else looks at the input sees it.
    """
    parameters = list(inspect.signature(function).parameters.values())
    flag = inspect.Parameter("inplace", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=False)
    overwriting = writer(function)
    if len(parameters) == 1:

        @functools.wraps(function)
        def wrapped(input: Any, inplace: bool = False) -> Any:
            return overwriting(input) if inplace else function(input)

    else:

        @functools.wraps(function)
        def wrapped(input: Any, *args: Any, inplace: bool = False, **kwargs: Any) -> Any:
            if len(args) == len(parameters):
                args, inplace = args[:-1], args[-1]
            return (overwriting if inplace else function)(input, *args, **kwargs)

    wrapped.__signature__ = inspect.Signature([*parameters, flag])  # type: ignore[attr-defined]
    return wrapped


def _writing_if_changed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the in-place form of a function that may return the input as it is."""

    def overwriting(input: Any, *args: Any, **kwargs: Any) -> Any:
        result = function(input, *args, **kwargs)
        return input if result is input else ops.write_(input, result)

    return overwriting


alpha_dropout = _writing(ops.alpha_dropout, _writing_if_changed)
celu = _writing(ops.celu)
dropout = _writing(ops.dropout, _writing_if_changed)
dropout1d = _writing(ops.dropout1d, _writing_if_changed)
dropout2d = _writing(ops.dropout2d, _writing_if_changed)
dropout3d = _writing(ops.dropout3d, _writing_if_changed)
elu = _writing(ops.elu)
feature_alpha_dropout = _writing(ops.feature_alpha_dropout, _writing_if_changed)
hardsigmoid = _writing(ops.hardsigmoid)
hardswish = _writing(ops.hardswish)
hardtanh = _writing(ops.hardtanh)
leaky_relu = _writing(ops.leaky_relu)
mish = _writing(ops.mish)
relu = _writing(ops.relu)
relu6 = _writing(ops.relu6)
rrelu = _writing(ops.rrelu)
selu = _writing(ops.selu)
silu = _writing(ops.silu)
threshold = _writing(ops.threshold)

celu_ = ops.in_place(ops.celu)
elu_ = ops.in_place(ops.elu)
hardtanh_ = ops.in_place(ops.hardtanh)
leaky_relu_ = ops.in_place(ops.leaky_relu)
relu_ = ops.in_place(ops.relu)
rrelu_ = ops.in_place(ops.rrelu)
selu_ = ops.in_place(ops.selu)
threshold_ = ops.in_place(ops.threshold)

# --- maxima with their places, by another name ----------------------------------------------------


def _with_indices(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a pooling that always returns where the maxima lie too."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        given = inspect.signature(function).bind(*args, **kwargs)
        given.arguments["return_indices"] = True
        return function(*given.args, **given.kwargs)

    return wrapped


adaptive_max_pool1d_with_indices = _with_indices(ops.adaptive_max_pool1d)
adaptive_max_pool2d_with_indices = _with_indices(ops.adaptive_max_pool2d)
adaptive_max_pool3d_with_indices = _with_indices(ops.adaptive_max_pool3d)
fractional_max_pool2d_with_indices = _with_indices(ops.fractional_max_pool2d)
fractional_max_pool3d_with_indices = _with_indices(ops.fractional_max_pool3d)
max_pool1d_with_indices = _with_indices(ops.max_pool1d)
max_pool2d_with_indices = _with_indices(ops.max_pool2d)
max_pool3d_with_indices = _with_indices(ops.max_pool3d)

# --- functions that choose a dimension by themselves ----------------------------------------------


def _choosing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a softmax whose ``dim`` may be left out, as old programs do."""

    @functools.wraps(function)
    def wrapped(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
        if dim is None:
            warnings.warn(
                f"Implicit dimension choice for {function.__name__} has been deprecated. Change "
                "the call to include dim=X as an argument.",
                stacklevel=2,
            )
            dim = 0 if input.ndim in (0, 1, 3) else 1
        return function(input, dim, dtype=dtype)

    del wrapped.__wrapped__  # its signature is its own
    return wrapped


log_softmax = _choosing(ops.log_softmax)
softmax = _choosing(ops.softmax)
softmin = _choosing(ops.softmin)

# --- losses with the arguments that came before ``reduction`` -------------------------------------


def _reducing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a loss that understands PyTorch's old arguments ``size_average`` and ``reduce``."""
    signature = _with_old_arguments(inspect.signature(function).parameters.values())
    ahead = list(signature.parameters).index("size_average")

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if len(args) > ahead or "size_average" in kwargs or "reduce" in kwargs:
            return function(**_modern(signature, args, kwargs))
        return function(*args, **kwargs)

    wrapped.__signature__ = signature  # type: ignore[attr-defined]
    return wrapped


binary_cross_entropy = _reducing(ops.binary_cross_entropy)
binary_cross_entropy_with_logits = _reducing(ops.binary_cross_entropy_with_logits)
cosine_embedding_loss = _reducing(ops.cosine_embedding_loss)
cross_entropy = _reducing(ops.cross_entropy)
gaussian_nll_loss = ops.gaussian_nll_loss
hinge_embedding_loss = _reducing(ops.hinge_embedding_loss)
huber_loss = ops.huber_loss
kl_div = _reducing(ops.kl_div)
l1_loss = _reducing(ops.l1_loss)
margin_ranking_loss = _reducing(ops.margin_ranking_loss)
mse_loss = _reducing(ops.mse_loss)
multi_margin_loss = _reducing(ops.multi_margin_loss)
multilabel_margin_loss = _reducing(ops.multilabel_margin_loss)
multilabel_soft_margin_loss = _reducing(ops.multilabel_soft_margin_loss)
nll_loss = _reducing(ops.nll_loss)
poisson_nll_loss = _reducing(ops.poisson_nll_loss)
smooth_l1_loss = _reducing(ops.smooth_l1_loss)
soft_margin_loss = _reducing(ops.soft_margin_loss)
triplet_margin_loss = _reducing(ops.triplet_margin_loss)
triplet_margin_with_distance_loss = ops.triplet_margin_with_distance_loss
