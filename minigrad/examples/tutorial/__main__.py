"""``python -m minigrad.examples.tutorial``."""

from ..common.program import launch
from .command import tutorial

if __name__ == "__main__":
    launch(tutorial, "tutorial")
