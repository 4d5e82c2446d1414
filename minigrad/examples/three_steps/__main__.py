"""``python -m minigrad.examples.three_steps``."""

from ..common.program import launch
from .command import three_steps

if __name__ == "__main__":
    launch(three_steps, "three_steps")
