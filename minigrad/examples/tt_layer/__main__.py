"""``python -m minigrad.examples.tt_layer``."""

from ..common.program import launch
from .command import NAME, tt_layer

if __name__ == "__main__":
    launch(tt_layer, NAME)
