"""``python -m minigrad_torch_compat``: the command line of minigrad."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:  # a program: what is not its own stays unloaded
        from minigrad_torch_compat.program.command import main

        sys.exit(main(sys.argv[2:]))
    if sys.argv[1:2] == ["diff"]:
        from minigrad_torch_compat.lockstep.command import main as compare

        sys.exit(compare(sys.argv[2:]))
    from minigrad.cli import main as minigrad_main

    minigrad_main()
