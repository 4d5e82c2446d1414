"""``torch.mps``: Apple's GPUs, which minigrad does not use."""

from .missing import room as _room


def is_available() -> bool:
    """Return False."""
    return False


def device_count() -> int:
    """Return 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Seed the generators of all such GPUs, of which there are none."""


__getattr__ = _room(globals(), code=True)
