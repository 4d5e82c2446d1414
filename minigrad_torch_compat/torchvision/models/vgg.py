"""Networks of small convolutions, one after the other.

Source: K. Simonyan, A. Zisserman, Very deep convolutional networks for large-scale image
recognition, 2014. Names and order of parameters are torchvision's.
"""

from __future__ import annotations

from typing import Any

from minigrad import Tensor, flatten, nn
from minigrad.nn import init

from .pretrained import refuse_pretrained

__all__ = [
    *("VGG", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"),
]

# Channels of each convolution; "M" is a pooling that halves the size.
_PLANS: dict[int, tuple[int | str, ...]] = {
    depth: (
        *(64,) * pairs, "M", *(128,) * pairs, "M", *(256,) * rest, "M", *(512,) * rest, "M",
        *(512,) * rest, "M",
    )
    for depth, pairs, rest in ((11, 1, 2), (13, 2, 2), (16, 2, 3), (19, 2, 4))
}  # fmt: skip


class VGG(nn.Module):
    """Convolutions, and three layers that decide.

    Shapes: (N, 3, H, W) to (N, num_classes).

    Args:
        features: the convolutions.
        num_classes: outputs.
        init_weights: whether to draw them anew, as in the paper's successors.
        dropout: probability, in the last layers.
    """

    def __init__(
        self,
        features: nn.Module,
        num_classes: int = 1000,
        init_weights: bool = True,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(4096, num_classes),
        )
        if init_weights:
            self._start()

    def _start(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                if module.bias is not None:
                    init.constant_(module.bias, 0)
            elif isinstance(module, nn.BatchNorm2d):
                init.constant_(module.weight, 1)
                init.constant_(module.bias, 0)
            elif isinstance(module, nn.Linear):
                init.normal_(module.weight, 0, 0.01)
                init.constant_(module.bias, 0)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores of the classes."""
        return self.classifier(flatten(self.avgpool(self.features(x)), 1))


def make_layers(plan: tuple[int | str, ...], batch_norm: bool = False) -> nn.Sequential:
    """Return the convolutions of a plan."""
    layers: list[nn.Module] = []
    channels = 3
    for step in plan:
        if isinstance(step, str):
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        layers.append(nn.Conv2d(channels, step, kernel_size=3, padding=1))
        layers += [nn.BatchNorm2d(step)] if batch_norm else []
        layers.append(nn.ReLU(inplace=True))
        channels = step
    return nn.Sequential(*layers)


def _network(depth: int, batch_norm: bool, weights: Any, kwargs: dict[str, Any]) -> VGG:
    refuse_pretrained(weights, kwargs)
    return VGG(make_layers(_PLANS[depth], batch_norm), **kwargs)


def vgg11(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 11 layers."""
    return _network(11, False, weights, kwargs)


def vgg11_bn(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 11 layers, with batch normalisation."""
    return _network(11, True, weights, kwargs)


def vgg13(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 13 layers."""
    return _network(13, False, weights, kwargs)


def vgg13_bn(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 13 layers, with batch normalisation."""
    return _network(13, True, weights, kwargs)


def vgg16(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 16 layers."""
    return _network(16, False, weights, kwargs)


def vgg16_bn(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 16 layers, with batch normalisation."""
    return _network(16, True, weights, kwargs)


def vgg19(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 19 layers."""
    return _network(19, False, weights, kwargs)


def vgg19_bn(*, weights: Any = None, progress: bool = True, **kwargs: Any) -> VGG:
    """Return a network of 19 layers, with batch normalisation."""
    return _network(19, True, weights, kwargs)
