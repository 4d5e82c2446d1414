"""The package graphviz, without its programs: it writes DOT, and draws nothing.

A submission that renders what it drew is not to fail here, where no process can be started; the
drawing is judged by its DOT text.
"""

from __future__ import annotations

import importlib
import subprocess
from typing import Any


def draw_nothing() -> None:
    """Let graphviz's calls of ``dot`` and of viewers succeed, with empty pictures."""
    try:
        execute: Any = importlib.import_module("graphviz.backend.execute")
        rendering: Any = importlib.import_module("graphviz.rendering")
    except ImportError:
        return  # not here, or another version: nothing to spare

    def run(command: Any, *arguments: Any, **options: Any) -> Any:
        empty = "" if options.get("encoding") else b""
        return subprocess.CompletedProcess(command, 0, stdout=empty, stderr=empty)

    execute.run_check = run
    rendering.Render._view = lambda *arguments, **options: None
