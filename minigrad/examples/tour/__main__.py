"""``python -m minigrad.examples.tour``: the same as ``minigrad tour``."""

import sys

from minigrad.cli import main

if __name__ == "__main__":
    main(["tour", *sys.argv[1:]])
