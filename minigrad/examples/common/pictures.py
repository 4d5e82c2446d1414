"""Pictures: drawn without a screen, the same bytes every time, written whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minigrad.files import write

# Okabe and Ito's colours: told apart by colour-blind readers too.
BLUE, RED, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, GREY = "#CC79A7", "#56B4E9", "#666666"


def plain(*axes: Axes) -> None:
    """Take the frame away from a plot and lay faint lines behind it."""
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="y", color="#E0E0E0", linewidth=0.6)
        each.set_axisbelow(True)


def save(figure: Figure, path: Path) -> Path:
    """Save a figure as PNG: drawn by Agg, which needs no screen."""
    FigureCanvasAgg(figure)
    content = io.BytesIO()
    options: dict[str, Any] = {"metadata": {"Software": None}}
    figure.savefig(content, format="png", dpi=150, **options)
    return write(path, content.getvalue())
