"""``torch.backends.mkldnn``: Intel's library of networks, which minigrad does not call."""


def is_available() -> bool:
    """Return False."""
    return False


enabled = True
deterministic = False
