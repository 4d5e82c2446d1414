"""``torch.backends.openmp``: threads in C, which minigrad does not call."""


def is_available() -> bool:
    """Return False."""
    return False
