"""Run the benchmarks: ``python -m benchmarks [--json FILE] [--threads N]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

# These hold OpenBLAS back; speed is measured without them, and they count from its loading on.
_HELD_BACK = [name for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ]


def _restart(threads: int) -> None:
    """Start again with OpenBLAS unhindered and the thread count set before it loads."""
    environment = {k: v for k, v in os.environ.items() if k not in _HELD_BACK}
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        environment[name] = str(threads)
    environment["MINIGRAD_BENCHMARKS"] = "1"
    os.execve(sys.executable, [sys.executable, "-m", "benchmarks", *sys.argv[1:]], environment)


def _blas() -> str:
    from threadpoolctl import threadpool_info

    found = [f"{p['internal_api']} {p.get('architecture', '')}".strip() for p in threadpool_info()]
    return ", ".join(sorted(set(found)))


def main() -> None:
    """Run every workload, print a table of ratios and write it as JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--threads", type=int, default=1, help="threads of both engines")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved pairs per workload")
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error(f"--rounds must be at least 2 to show a spread, got {options.rounds}")
    if os.environ.get("MINIGRAD_BENCHMARKS") != "1":
        _restart(options.threads)

    import numpy
    import torch

    from . import overhead
    from .measure import compare

    torch.set_num_threads(options.threads)
    print(f"{platform.machine()}, {_blas()}; threads: {options.threads}")
    print(f"numpy {numpy.__version__}, torch {torch.__version__}, python {sys.version.split()[0]}")
    print(f"{'workload':44s} {'minigrad':>10s} {'PyTorch':>10s} {'ratio':>6s}  quartiles")
    rows = []
    for name, ours, theirs in overhead.workloads():
        found = compare(name, ours, theirs, rounds=options.rounds)
        rows.append(found.row())
        print(
            f"{name:44s} {found.ours * 1e6:8.1f}us {found.theirs * 1e6:8.1f}us "
            f"{found.ratio:6.2f}  {found.low:.2f}-{found.high:.2f}",
            flush=True,
        )
    if options.json:
        record = {
            "threads": options.threads,
            "blas": _blas(),
            "numpy": numpy.__version__,
            "torch": torch.__version__,
            "python": sys.version.split()[0],
            "workloads": rows,
        }
        partial = options.json.with_suffix(".partial")
        partial.write_text(json.dumps(record, indent=2) + "\n")
        partial.replace(options.json)


if __name__ == "__main__":
    main()
