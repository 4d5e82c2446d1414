"""torchvision.models: networks for pictures, with torchvision's names of parameters."""

from typing import Any

from ...missing import room as _room
from .alexnet import *
from .pretrained import NoWeights
from .resnet import *
from .vgg import *


def get_model(name: str, **config: Any) -> Any:
    """Return the network of a name.

    Raises:
        ValueError: for an unknown one.
    """
    if name.lower() not in list_models():
        raise ValueError(f"Unknown model {name}; minigrad has {', '.join(list_models())}")
    return globals()[name.lower()](**config)


def list_models() -> list[str]:
    """Return the names that ``get_model`` knows."""
    return sorted(
        name
        for name, value in globals().items()
        if name.startswith(("alexnet", "resne", "vgg", "wide")) and hasattr(value, "__code__")
    )


_missing = _room(globals(), code=True)


def __getattr__(name: str) -> Any:
    network, _, kind = name.rpartition("_")
    if kind == "Weights" and network.lower() in list_models():
        return NoWeights(name)
    return _missing(name)
