"""``python -m minigrad_torch_compat``: the command line of minigrad."""

from minigrad.cli import main

if __name__ == "__main__":
    main()
