"""One run of a program: ``python -m minigrad_torch_compat.lockstep.child OPTIONS``, as JSON."""

from __future__ import annotations

import json
import random
import runpy
import sys
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from ..program import children, running
from .recording import Recorder
from .records import Writer
from .wrapping import wrap


def main(options: dict[str, Any]) -> int:
    """Run the program under an engine and record it; return its exit status."""
    recorder = Recorder(
        Writer(options["records"]), options["kept"], options["limit"], options["steps"]
    )
    errors: list[str] = []

    def begin() -> None:
        if options["engine"] == "minigrad":
            children.begin()
        if options["setup"] is not None:
            runpy.run_path(options["setup"], run_name=f"{__package__}.setup")  # not the program's
        _seed(options["seed"])
        recorder.writer.write({"kind": "start", "names": wrap(recorder)})

    sys.excepthook = _noting(errors, sys.excepthook)
    program, arguments = options["program"], options["arguments"]
    run = running.run_module if options["module"] else running.run_script
    status = run(program, arguments, begin)
    recorder.active = False
    recorder.finish(errors[-1] if errors else None)
    return status


def _noting(errors: list[str], plain: Callable[..., Any]) -> Callable[..., Any]:
    def hook(kind: Any, error: Any, trace: Any) -> None:
        errors.append("".join(traceback.format_exception(kind, error, trace)))
        plain(kind, error, trace)

    return hook


def _seed(seed: int) -> None:
    """Seed the generators of torch, of NumPy and of Python."""
    import torch

    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
