"""``python -m minigrad.examples.boids``."""

from ..common.program import launch
from .command import NAME, boids

if __name__ == "__main__":
    launch(boids, NAME)
