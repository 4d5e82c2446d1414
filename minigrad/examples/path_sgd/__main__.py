"""``python -m minigrad.examples.path_sgd``."""

from ..common.program import launch
from .command import NAME, path_sgd

if __name__ == "__main__":
    launch(path_sgd, NAME)
