"""``python -m minigrad.examples.char_gpt``."""

from ..common.program import launch
from .command import NAME, char_gpt

if __name__ == "__main__":
    launch(char_gpt, NAME)
