"""A finding as a Python program: the arrays written out, both calls, and what they say.

The program prints a line for each side. It needs nothing of the tester, except for engines that
are adapters and for functions that only the registry of specs can name.
"""

from __future__ import annotations

import numpy as np

from .examination import Examination
from .literals import Data, literal
from .source import Source
from .spec import Case, Spec
from .writer import Writer

_TAIL = """
for name, function in {sides}:
    try:
        print(f"{{name:>9}}:", function())
    except Exception as error:
        print(f"{{name:>9}}: raises {{type(error).__name__}}: {{error}}")
"""


def script_of(spec: Spec, case: Case, aspect: str, title: str) -> str:
    """Return a program that shows how a case fails in an aspect."""
    exam = Examination(spec, case)
    source, data = Source(), Data(np.float32 if aspect == "float32" else np.float64)
    bodies = []
    for side in exam.sides:
        writer = Writer(exam, side, source, data)
        bodies.append(writer.function(aspect))
    names = [side.engine.name for side in exam.sides]
    if names[0] == names[1]:
        names = ["candidate", "reference"]
    sides = f"(({names[0]!r}, candidate), ({names[1]!r}, reference))"
    parts = [
        f'"""{spec.name}: {title}."""',
        "\n".join(source.imports),
        "\n\n".join(source.definitions),
        "\n".join(data.lines),
        *bodies,
        _TAIL.format(sides=sides).rstrip("\n"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def call_text(name: str, case: Case) -> str:
    """Return a case as the text of a call."""
    parts = [literal(argument) for argument in case.args]
    parts += [f"{key}={literal(value)}" for key, value in case.kwargs.items()]
    return f"{name}({', '.join(parts)})"


__all__ = ["call_text", "script_of"]
