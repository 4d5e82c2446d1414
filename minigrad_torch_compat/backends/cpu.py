"""``torch.backends.cpu``: the processor, which NumPy uses as it can."""


def get_cpu_capability() -> str:
    """Return "DEFAULT": minigrad has no code of its own for some processors."""
    return "DEFAULT"
