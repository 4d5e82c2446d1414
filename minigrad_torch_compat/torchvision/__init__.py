"""torchvision, as far as programs on minigrad need it: datasets, transforms, utils, models."""

from ..missing import room as _room

__version__ = "0.28.0"  # the one whose results and draws are reproduced


def set_image_backend(backend: str) -> None:
    """Choose what reads pictures.

    Raises:
        ValueError: for anything but "PIL".
    """
    if backend != "PIL":
        raise ValueError(f"minigrad's torchvision reads pictures with PIL only, got {backend!r}")


def get_image_backend() -> str:
    """Return "PIL"."""
    return "PIL"


__getattr__ = _room(globals())
