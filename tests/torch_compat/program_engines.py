"""Runs programs one by one, each in a fork of a process that has loaded its engine already.

``python program_engines.py torch`` (or ``minigrad``) reads requests from its standard input, one
JSON list ``[program, folder]`` a line, and answers with the exit status; what the program printed
lies in ``out.txt`` and ``errors.txt`` of the folder, which is its working directory.
"""

import importlib
import json
import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
USUAL = ("torch.nn.functional", "torch.optim.lr_scheduler", "torch.utils.data", "torch.autograd")


class Engine:
    """The other end: a process that runs programs under an engine."""

    def __init__(self, name, **environment):
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, __file__, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )

    def start(self, program, folder):
        """Let a program begin in a folder; return the function that waits for what it prints."""
        folder.mkdir()
        print(json.dumps([program, str(folder)]), file=self._process.stdin, flush=True)
        return lambda: self._printed(program, folder)

    def _printed(self, program, folder):
        status = int(self._process.stdout.readline())
        printed, errors = ((folder / f"{name}.txt").read_text() for name in ("out", "errors"))
        assert status == 0, f"{program} under {self.name}: exit status {status}\n{errors}"
        return printed

    def close(self):
        self._process.communicate()


def _with_torch(path):
    runpy.run_path(path, run_name="__main__")
    return 0


def _load(engine):
    """Return the function that runs a program, with what most programs import loaded."""
    run = _with_torch
    if engine == "torch":
        importlib.import_module("torch._dynamo")  # a second: the first optimizer would load it
    else:
        from minigrad_torch_compat.imports import finder
        from minigrad_torch_compat.program.running import run_script

        finder.activate()
        run = lambda path: run_script(path, [])  # noqa: E731
    for name in USUAL:
        importlib.import_module(name)
    return run


def _child(run, program, folder):
    """Run a program and leave the process."""
    status = 1
    os.chdir(folder)
    for number, name in ((0, os.devnull), (1, "out.txt"), (2, "errors.txt")):
        mode = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
        os.dup2(os.open(name, mode, 0o600), number)
    try:
        path = str(PROGRAMS / f"{program}.py")
        sys.argv = [path]
        status = run(path)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main():
    run = _load(sys.argv[1])
    for line in sys.stdin:
        program, folder = json.loads(line)
        child = os.fork()
        if not child:
            _child(run, program, folder)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
