"""Layers that learn the size of their inputs from the first one."""

from __future__ import annotations

from itertools import chain
from typing import Any, ClassVar

from .channel_norms import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from .convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from .linear import Linear
from .module import Module
from .parameter import UninitializedBuffer, UninitializedParameter, is_lazy

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
    "LazyModuleMixin",
]


class LazyModuleMixin(Module):
    """A module that makes its parameters when it is first called; put it before the base class.

    Attributes:
        cls_to_become: the class of the module from then on; None for its own.
    """

    cls_to_become: ClassVar[Any] = None

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Materialize the parameters, given the first arguments: every subclass defines it.

        Raises:
            NotImplementedError: if the subclass does not.
        """
        raise NotImplementedError(
            f"initialize_parameters is not implemented for {type(self).__name__}"
        )

    def has_uninitialized_params(self) -> bool:
        """Return whether a parameter or buffer has no shape yet."""
        return any(map(is_lazy, chain(self._parameters.values(), self._buffers.values())))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make the parameters, become an ordinary module, and call it."""
        self.initialize_parameters(*args, **kwargs)
        if self.has_uninitialized_params():
            raise RuntimeError(f"module {type(self).__name__} has not been fully initialized")
        if self.cls_to_become is not None:
            self.__class__ = self.cls_to_become
        return Module.__call__(self, *args, **kwargs)


class _Lazy(LazyModuleMixin):
    """A layer that is made with size 0, the first argument of its base class.

    Class arguments:
        size: the attribute of the size.
    """

    _size: str

    def __init_subclass__(cls, size: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if size is not None:
            cls._size = size

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(0, *args, **kwargs)
        for name, made in self._parameters.items():
            if made is not None:
                options = {"device": made.device, "dtype": made.dtype}
                self._parameters[name] = UninitializedParameter(**options)
        for name, kept in self._buffers.items():
            if kept is not None and kept.ndim:
                options = {"device": kept.device, "dtype": kept.dtype}
                self._buffers[name] = UninitializedBuffer(**options)

    def reset_parameters(self) -> None:
        """Draw the parameters, once their sizes are known."""
        if getattr(self, self._size):
            super().reset_parameters()  # type: ignore[misc]

    def initialize_parameters(self, input: Any) -> None:
        """Make the parameters for inputs like this one.

        Raises:
            ValueError, RuntimeError: if the layer cannot take such inputs.
        """
        if getattr(self, self._size):
            return
        setattr(self, self._size, self._seen(input))
        if not self.has_uninitialized_params():  # a state was loaded
            return
        for name, tensor in chain(self._parameters.items(), self._buffers.items()):
            if is_lazy(tensor):
                tensor.materialize(self._shape(name))  # type: ignore[union-attr]
        self.reset_parameters()

    def _seen(self, input: Any) -> int:
        """Return the size of an input."""
        raise NotImplementedError

    def _shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a parameter or buffer."""
        raise NotImplementedError


class LazyLinear(_Lazy, Linear, size="in_features"):
    """``Linear`` without its first argument, ``in_features``: the first input tells."""

    cls_to_become = Linear

    def _seen(self, input: Any) -> int:
        return int(input.shape[-1])

    def _shape(self, name: str) -> tuple[int, ...]:
        sizes = (self.out_features, self.in_features)
        return sizes if name == "weight" else sizes[:1]


# --- convolutions ---------------------------------------------------------------------------------


class _LazyConvolution(_Lazy, size="in_channels"):
    _ndim: int
    out_channels: int

    def _seen(self, input: Any) -> int:
        if input.ndim not in (self._ndim + 1, self._ndim + 2):
            raise RuntimeError(
                f"Expected {self._ndim + 1}D (unbatched) or {self._ndim + 2}D (batched) input to "
                f"{type(self).__name__}, but got input of size: {input.shape}"
            )
        channels = int(input.shape[-self._ndim - 1])
        if channels % self.groups:
            raise ValueError(
                f"in_channels must be divisible by groups, got {channels} and {self.groups}"
            )
        return channels

    def _shape(self, name: str) -> tuple[int, ...]:
        shape: tuple[int, ...] = self._weight_shape()
        return shape if name == "weight" else (self.out_channels,)


class LazyConv1d(_LazyConvolution, Conv1d):
    """``Conv1d`` without its first argument, ``in_channels``: the first input tells."""

    cls_to_become = Conv1d


class LazyConv2d(_LazyConvolution, Conv2d):
    """``Conv2d`` without its first argument, ``in_channels``: the first input tells."""

    cls_to_become = Conv2d


class LazyConv3d(_LazyConvolution, Conv3d):
    """``Conv3d`` without its first argument, ``in_channels``: the first input tells."""

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConvolution, ConvTranspose1d):
    """``ConvTranspose1d`` without its first argument, ``in_channels``: the first input tells."""

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvolution, ConvTranspose2d):
    """``ConvTranspose2d`` without its first argument, ``in_channels``: the first input tells."""

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvolution, ConvTranspose3d):
    """``ConvTranspose3d`` without its first argument, ``in_channels``: the first input tells."""

    cls_to_become = ConvTranspose3d


# --- normalizations -------------------------------------------------------------------------------


class _LazyNorm(_Lazy, size="num_features"):
    num_features: int

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        # Of instance norm too, as in PyTorch, whose own defaults are others.
        settings = (eps, momentum, affine, track_running_stats, device, dtype)
        super().__init__(*settings, bias=bias)

    def _seen(self, input: Any) -> int:
        return int(input.shape[1])

    def _shape(self, name: str) -> tuple[int, ...]:
        return (self.num_features,)


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """``BatchNorm1d`` without its first argument, ``num_features``: the first input tells."""

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """``BatchNorm2d`` without its first argument, ``num_features``: the first input tells."""

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """``BatchNorm3d`` without its first argument, ``num_features``: the first input tells."""

    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    """``InstanceNorm1d`` without its first argument, ``num_features``: the first input tells."""

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    """``InstanceNorm2d`` without its first argument, ``num_features``: the first input tells."""

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    """``InstanceNorm3d`` without its first argument, ``num_features``: the first input tells."""

    cls_to_become = InstanceNorm3d
