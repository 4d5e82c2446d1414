"""Convolutions as modules, and their adjoints, the transposed convolutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..creation import empty
from . import functional as F
from .linear import init_uniform_
from .module import Module
from .parameter import Parameter

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]

Sizes = int | Sequence[int]

_MODES = ("circular", "reflect", "replicate", "zeros")


class _Convolution(Module):
    """What all convolutions share. For the arguments see ``Conv2d``.

    Class arguments:
        ndim: the number of spatial dimensions.
        function: the function that is computed.
    """

    _ndim = 0
    _function: Callable[..., Any]

    def __init_subclass__(
        cls, ndim: int = 0, function: Callable[..., Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if function is not None:
            cls._ndim, cls._function = ndim, staticmethod(function)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = self._each(kernel_size)
        self.stride = self._each(stride)
        self.padding = padding if isinstance(padding, str) else self._each(padding)
        self.dilation = self._each(dilation)
        self.groups = groups
        self.padding_mode = padding_mode
        self._check()
        self.weight = Parameter(empty(*self._weight_shape(), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _each(self, size: Sizes) -> tuple[int, ...]:
        """Return a size for each dimension."""
        return tuple(size) if isinstance(size, Sequence) else (size,) * self._ndim

    def _check(self) -> None:
        if self.groups <= 0:
            raise ValueError("groups must be a positive integer")
        for name, channels in (("in", self.in_channels), ("out", self.out_channels)):
            if channels % self.groups:
                raise ValueError(f"{name}_channels must be divisible by groups")
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ValueError(
                    f"Invalid padding string {self.padding!r}, should be one of 'same', 'valid'"
                )
            if self.padding == "same" and any(step != 1 for step in self.stride):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if self.padding_mode not in _MODES:
            raise ValueError(
                f"padding_mode must be one of {_MODES}, but got padding_mode={self.padding_mode!r}"
            )

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly in +- 1 / sqrt(inputs of one output)."""
        init_uniform_(self.weight, self.bias)

    def forward(self, input: Any) -> Any:
        """Return the convolution of the input."""
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._border(), self.padding_mode), 0
        return self._function(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def _border(self) -> list[int]:
        """Return the border's widths as ``functional.pad`` wants them: of the last axis first."""
        widths: list[int] = []
        for axis in reversed(range(self._ndim)):
            if self.padding == "same":
                both = self.dilation[axis] * (self.kernel_size[axis] - 1)
                widths += [both // 2, both - both // 2]
            else:
                widths += [0 if self.padding == "valid" else int(self.padding[axis])] * 2
        return widths

    def extra_repr(self) -> str:
        """Return the channels, kernel and stride, and the settings that are not the usual ones."""
        text = [f"{self.in_channels}, {self.out_channels}"]
        text += [f"kernel_size={self.kernel_size}, stride={self.stride}"]
        for name, usual in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            value = getattr(self, name, (usual,) * self._ndim)
            if value != (usual,) * self._ndim:
                text.append(f"{name}={value}")
        if self.groups != 1:
            text.append(f"groups={self.groups}")
        if self.bias is None:
            text.append("bias=False")
        if self.padding_mode != "zeros":
            text.append(f"padding_mode={self.padding_mode}")
        return ", ".join(text)


class Conv1d(_Convolution, ndim=1, function=F.conv1d):
    """Convolution of (N, C, L) or (C, L): see ``Conv2d``."""


class Conv2d(_Convolution, ndim=2, function=F.conv2d):
    """Convolution of (N, C, H, W) or (C, H, W).

    Args:
        in_channels, out_channels: numbers of channels of input and output.
        kernel_size: the kernel's size: one number for all dimensions, or one for each.
        stride: steps of the kernel.
        padding: width of the border; "same" for an output of the input's size, "valid" for none.
        dilation: distance of the kernel's elements.
        groups: how many parts the channels are divided into; each part sees only itself.
        bias: whether there is one.
        padding_mode: what the border consists of: "zeros", "reflect", "replicate" or "circular".
        device, dtype: of the parameters.

    Raises:
        ValueError: for settings that do not go together.
    """


class Conv3d(_Convolution, ndim=3, function=F.conv3d):
    """Convolution of (N, C, D, H, W) or (C, D, H, W): see ``Conv2d``."""


# --- transposed -----------------------------------------------------------------------------------


class _Transposed(_Convolution):
    """What the adjoints share. For the arguments see ``ConvTranspose2d``."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            name = type(self).__name__
            raise ValueError(f'Only "zeros" padding mode is supported for {name}')
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )
        self.output_padding = self._each(output_padding)

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Any:
        """Return the transposed convolution of the input.

        Args:
            input: a tensor.
            output_size: the size to get, of those that a convolution would map to the input's.

        Raises:
            ValueError: if a convolution would not.
        """
        extra = self.output_padding
        if output_size is not None:
            extra = self._extra(input.shape, output_size)
        return self._function(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            extra,
            self.groups,
            self.dilation,
        )

    def _extra(self, shape: tuple[int, ...], output_size: Sequence[int]) -> tuple[int, ...]:
        """Return the ``output_padding`` that leads to an output size."""
        sizes = tuple(output_size)
        if len(sizes) not in (self._ndim, len(shape)):
            raise ValueError(
                f"ConvTranspose{self._ndim}D: for {len(shape)}D input, output_size must have "
                f"{self._ndim} or {len(shape)} elements (got {len(sizes)})"
            )
        sizes = sizes[-self._ndim :]
        least = [
            (size - 1) * self.stride[i]
            - 2 * int(self.padding[i])
            + self.dilation[i] * (self.kernel_size[i] - 1)
            + 1
            for i, size in enumerate(shape[-self._ndim :])
        ]
        most = [low + stride - 1 for low, stride in zip(least, self.stride)]
        if not all(low <= size <= high for low, size, high in zip(least, sizes, most)):
            raise ValueError(
                f"requested an output size of {sizes}, but valid sizes range from {least} to "
                f"{most} (for an input of {shape[-self._ndim :]})"
            )
        return tuple(size - low for size, low in zip(sizes, least))


class ConvTranspose1d(_Transposed, ndim=1, function=F.conv_transpose1d):
    """Transposed convolution of (N, C, L) or (C, L): see ``ConvTranspose2d``."""


class ConvTranspose2d(_Transposed, ndim=2, function=F.conv_transpose2d):
    """Transposed convolution of (N, C, H, W) or (C, H, W): the adjoint of ``Conv2d``.

    Args:
        in_channels, out_channels: numbers of channels of input and output.
        kernel_size, stride, padding, dilation, groups, bias, device, dtype: as in ``Conv2d``.
        output_padding: by how much the output is larger on one side; strided convolutions map
            several sizes to one.
        padding_mode: "zeros".

    Raises:
        ValueError: for settings that do not go together.
    """


class ConvTranspose3d(_Transposed, ndim=3, function=F.conv_transpose3d):
    """Transposed convolution of (N, C, D, H, W) or (C, D, H, W): see ``ConvTranspose2d``."""
