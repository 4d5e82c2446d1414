"""Batch normalization worked into the layer before it, for evaluation."""

from __future__ import annotations

import copy
from typing import Any

from ...creation import ones_like, zeros_like
from ...ops import rsqrt
from ..parameter import Parameter

__all__ = [
    "fuse_conv_bn_eval",
    "fuse_conv_bn_weights",
    "fuse_linear_bn_eval",
    "fuse_linear_bn_weights",
]


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """Return a convolution that does what one and a batch norm after it do.

    Args:
        conv: a convolution.
        bn: a batch norm with running statistics.
        transpose: whether the convolution is a transposed one.

    Raises:
        AssertionError: in training, or without running statistics.
    """
    fused = _checked_copy(conv, bn)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        conv.weight, conv.bias, *_statistics(bn), bn.weight, bn.bias, transpose
    )
    return fused


def fuse_conv_bn_weights(
    conv_w: Any,
    conv_b: Any,
    bn_rm: Any,
    bn_rv: Any,
    bn_eps: float,
    bn_w: Any,
    bn_b: Any,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Return weight and bias of the convolution that takes a batch norm in.

    Args:
        conv_w, conv_b: weight and bias of the convolution, whose bias may be None.
        bn_rm, bn_rv, bn_eps: running mean and variance, and what is added to the variance.
        bn_w, bn_b: weight and bias of the batch norm, or None.
        transpose: whether the convolution is a transposed one.
    """
    shape = [-1] + [1] * (conv_w.ndim - 1)
    if transpose:
        shape[:2] = [1, -1]
    return _fused(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, shape)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """Return a linear layer that does what one and a batch norm after it do.

    Raises:
        AssertionError: in training, without running statistics, or for sizes that do not fit.
    """
    if bn.num_features not in (1, linear.out_features):
        raise AssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, got "
            f"linear.out_features={linear.out_features} and bn.num_features={bn.num_features}"
        )
    fused = _checked_copy(linear, bn)
    fused.weight, fused.bias = fuse_linear_bn_weights(
        linear.weight, linear.bias, *_statistics(bn), bn.weight, bn.bias
    )
    return fused


def fuse_linear_bn_weights(
    linear_w: Any, linear_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any
) -> tuple[Parameter, Parameter]:
    """Return weight and bias of the linear layer that takes a batch norm in.

    Args: as of ``fuse_conv_bn_weights``.
    """
    return _fused(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, [-1, 1])


def _fused(
    w: Any, b: Any, mean: Any, variance: Any, eps: float, bn_w: Any, bn_b: Any, shape: list[int]
) -> tuple[Parameter, Parameter]:
    trained = w.requires_grad, b is not None and b.requires_grad
    bias = zeros_like(mean) if b is None else b
    scale = rsqrt(variance + eps) * (ones_like(mean) if bn_w is None else bn_w)
    weight = (w * scale.reshape(shape)).to(dtype=w.dtype)
    bias = (bias - mean) * scale + (0 if bn_b is None else bn_b)
    bias = bias.to(dtype=w.dtype if b is None else b.dtype)
    return Parameter(weight, trained[0]), Parameter(bias, trained[1])


def _checked_copy(layer: Any, bn: Any) -> Any:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None")
    return copy.deepcopy(layer)


def _statistics(bn: Any) -> tuple[Any, Any, float]:
    return bn.running_mean, bn.running_var, bn.eps
