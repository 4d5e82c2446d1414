"""``torch.backends.mkl``: Intel's library of linear algebra, which minigrad does not call."""


def is_available() -> bool:
    """Return False."""
    return False
