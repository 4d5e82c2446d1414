"""``python -m minigrad.examples.dcgan``."""

from ..common.program import launch
from .command import NAME, dcgan

if __name__ == "__main__":
    launch(dcgan, NAME)
