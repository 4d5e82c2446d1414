"""The graph in the DOT language, as an object of the graphviz package."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

import graphviz  # type: ignore[import-untyped]

from ..files import write
from .characters import visible
from .graph import Graph, GraphNode
from .labels import WARNING, Show, edge_label, node_label

__all__ = ["Drawing", "DotNotFoundError", "to_digraph"]

_NO_DOT = """the Graphviz program 'dot', which lays out pictures, was not found. Install it:
    Debian, Ubuntu    sudo apt-get install graphviz
    macOS             brew install graphviz
    Windows           choco install graphviz
    conda             conda install -c conda-forge graphviz
Without it, .save(path) and .source still give the DOT text, which any Graphviz viewer shows."""

_TEXT = "#1A1A1A"
_NARROW = "0.02,0.02"  # an ellipse around a text leaves room enough

# Shape and text tell the kinds apart; colours (Okabe and Ito's, which colour-blind readers can
# tell apart too) only help. Each kind: the attributes that differ from an operation's.
OPERATION = {
    "shape": "box",
    "style": "filled",
    "color": "#595959",
    "fillcolor": "#FFFFFF",
    "fontcolor": _TEXT,
}
STYLES = {
    "operation": {},
    "leaf": {"style": "rounded,filled", "color": "#D55E00", "fillcolor": "#FDEEE3"},
    "input": {"shape": "ellipse", "margin": _NARROW, "color": "#0072B2", "fillcolor": "#E8F3FA"},
    "constant": {
        "shape": "ellipse",
        "margin": _NARROW,
        "style": "dashed,filled",
        "color": "#767676",
        "fillcolor": "#FAFAFA",
        "fontcolor": "#5E5E5E",
    },
}
OUTPUT = {"peripheries": "2", "color": "#009E73"}
ALARM = {"fillcolor": "#F0E442", "fontcolor": _TEXT}  # NaN or infinity inside
_FONT = "Helvetica,Arial,sans-serif"


class DotNotFoundError(graphviz.ExecutableNotFound):  # type: ignore[misc]
    """The program ``dot`` is missing; the message says how to get it."""

    def __init__(self) -> None:
        RuntimeError.__init__(self, _NO_DOT)


class Drawing(graphviz.Digraph):  # type: ignore[misc]
    """A ``graphviz.Digraph`` that writes its text at once or not at all, and explains itself."""

    def save(
        self, filename: Any = None, directory: Any = None, *, skip_existing: bool | None = False
    ) -> str:
        """Write the DOT text to a file; needs no ``dot``. Returns the path.

        A reader of the file sees the old text or the new one, never a part.
        """
        self.filename = self.filename if filename is None else os.fspath(filename)
        self.directory = self.directory if directory is None else os.fspath(directory)
        path: str = self.filepath
        if not (skip_existing and os.path.exists(path)):
            write(path, self.source.encode())
        return path

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Draw to a file with ``dot``; see ``graphviz.Digraph.render``.

        Raises:
            DotNotFoundError: if that program is not installed.
        """
        with _explaining():
            return super().render(*args, **kwargs)

    def pipe(self, *args: Any, **kwargs: Any) -> Any:
        """Return the picture that ``dot`` draws; see ``graphviz.Digraph.pipe``.

        Raises:
            DotNotFoundError: if that program is not installed.
        """
        with _explaining():
            return super().pipe(*args, **kwargs)


@contextlib.contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except graphviz.ExecutableNotFound:
        raise DotNotFoundError from None


def to_digraph(graph: Graph, show: Show, rankdir: str = "LR") -> Drawing:
    """Return a graph as a ``graphviz.Digraph``; nothing in it changes from run to run."""
    drawing = Drawing(
        "minigrad",
        graph_attr={"rankdir": rankdir, "bgcolor": "white", "nodesep": "0.3", "ranksep": "0.4"},
        node_attr={
            "fontname": _FONT,
            "fontsize": "11",
            "margin": "0.15,0.08",
            "height": "0.3",
            **OPERATION,
        },
        edge_attr={
            "fontname": _FONT,
            "fontsize": "10",
            "fontcolor": "#444444",
            "color": "#595959",
            "arrowsize": "0.7",
        },
    )
    for node in graph.nodes:
        lines = node_label(node, show)
        alarm = ALARM if any(line.startswith(WARNING) for line in lines) else {}
        drawing.node(f"n{node.id}", escaped(lines), **{**style_of(node), **alarm})
    for edge in graph.edges:
        label = edge_label(edge, graph)
        drawing.edge(f"n{edge.source}", f"n{edge.target}", escaped([label]) if label else None)
    return drawing


def style_of(node: GraphNode) -> dict[str, str]:
    """Return a node's attributes: what differs from those of all nodes."""
    return {**STYLES[node.kind], **(OUTPUT if node.is_output else {})}


def escaped(lines: list[str]) -> str:
    """Return lines of text as a label that shows them to the letter.

    Backslashes, quotes and angle brackets mean something to DOT, and so do entities such as
    ``&lt;``. Control characters are spelled out, line breaks within a line among them.
    """
    literal = (
        re.sub(r"&(?=#?\w+;)", "&amp;", visible(line)).replace("\\", r"\\") for line in lines
    )
    return graphviz.nohtml(r"\n".join(literal))
