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
from .forms import json_text, mermaid, plain_text
from .scene import Group, Mark, Scene, outline
from .svg import svg

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
    "module": {"shape": "box3d", "color": "#595959", "fillcolor": "#F1EAF5"},
    "fold": {"shape": "folder", "style": "dashed,filled", "fillcolor": "#F3F3F3"},
}
BACKWARD = {"dir": "back", "style": "dashed", "color": "#B84F00", "fontcolor": "#8F3D00"}
OUTPUT = {"peripheries": "2", "color": "#009E73"}
ALARM = {"fillcolor": "#F0E442", "fontcolor": _TEXT}  # NaN or infinity inside
_FONT = "Helvetica,Arial,sans-serif"
_CLUSTER = f'fontname="{_FONT}" fontsize=11 color="#767676" style=rounded labeljust=l'


class DotNotFoundError(graphviz.ExecutableNotFound):  # type: ignore[misc]
    """The program ``dot`` is missing; the message says how to get it."""

    def __init__(self) -> None:
        RuntimeError.__init__(self, _NO_DOT)


class Drawing(graphviz.Digraph):  # type: ignore[misc]
    """A ``graphviz.Digraph`` that writes its text at once or not at all, and explains itself."""

    scene: Scene | None = None

    def save(
        self, filename: Any = None, directory: Any = None, *, skip_existing: bool | None = False
    ) -> str:
        """Write the picture to a file, in the form that its name ends with; return the path.

        ".svg", ".json", ".mmd" (Mermaid) and ".txt" need no other program, ".png" and ".pdf" need
        ``dot``; any other name gets the DOT text. A reader of the file sees the old content or
        the new one, never a part.
        """
        self.filename = self.filename if filename is None else os.fspath(filename)
        self.directory = self.directory if directory is None else os.fspath(directory)
        path: str = self.filepath
        if not (skip_existing and os.path.exists(path)):
            ending = os.path.splitext(path)[1].lower()
            write(path, self._in_form(ending))
        return path

    def _in_form(self, ending: str) -> bytes:
        if ending in (".png", ".pdf"):
            return bytes(self.pipe(format=ending[1:]))
        forms = {".svg": self.svg, ".json": self.json, ".mmd": self.mermaid, ".txt": self.text}
        return forms[ending]().encode() if ending in forms else self.source.encode()

    def svg(self, theme: str = "auto") -> str:
        """Return the picture as SVG, with our own layout: needs no ``dot``.

        Args:
            theme: "light", "dark", or "auto" for what the reader prefers.

        Raises:
            ValueError: for an unknown theme.
        """
        return svg(self._shown(), theme=theme)

    def mermaid(self) -> str:
        """Return the picture in the Mermaid language, which Markdown pages show."""
        return mermaid(self._shown())

    def json(self) -> str:
        """Return what the picture shows as JSON."""
        return json_text(self._shown())

    def text(self) -> str:
        """Return what the picture shows as plain text, for a terminal or a screen reader."""
        return plain_text(self._shown())

    def _shown(self) -> Scene:
        if self.scene is None:
            raise ValueError("only what draw_graph returns can be shown in this form, not a copy")
        return self.scene

    def _repr_image_svg_xml(self) -> str:
        """Return the picture for notebooks: without ``dot``, with our own layout."""
        try:
            return str(super()._repr_image_svg_xml())
        except DotNotFoundError:
            if self.scene is None:
                raise
            return self.svg()

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


def to_digraph(scene: Scene) -> Drawing:
    """Return a scene as a ``graphviz.Digraph``; nothing in it changes from run to run."""
    graph_attributes = {"rankdir": scene.rankdir, "bgcolor": "white", "nodesep": "0.3"}
    if scene.notes:
        graph_attributes |= {"label": escaped(list(scene.notes)), "fontname": _FONT}
    drawing = Drawing(
        "minigrad",
        graph_attr={**graph_attributes, "ranksep": "0.4"},
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
    drawing.scene = scene
    _nodes(drawing, scene)
    forward = {(arrow.source, arrow.target) for arrow in scene.arrows if not arrow.backward}
    for arrow in scene.arrows:
        label = escaped([arrow.label]) if arrow.label else None
        how = BACKWARD if arrow.backward else {}
        if arrow.backward and (arrow.source, arrow.target) in forward:
            how = {**how, "constraint": "false"}
        drawing.edge(f"n{arrow.source}", f"n{arrow.target}", label, **how)
    return drawing


def _nodes(drawing: Drawing, scene: Scene) -> None:
    """Add the marks, those of a group between its braces."""
    for depth, item in outline(scene):
        tabs = "\t" * (depth + 1)
        if item is None:
            drawing.body.append(f"{tabs}}}\n")
        elif isinstance(item, Group):
            title = graphviz.quoting.quote(escaped([item.title]))
            drawing.body.append(f"{tabs}subgraph cluster_{item.id} {{\n")
            drawing.body.append(f"{tabs}\tgraph [label={title} {_CLUSTER}]\n")
        else:
            alarm = ALARM if item.alarms else {}
            drawing.node(f"n{item.id}", escaped(list(item.lines)), **{**style_of(item), **alarm})
            drawing.body[-1] = "\t" * depth + drawing.body[-1]


def style_of(mark: Mark) -> dict[str, str]:
    """Return a mark's attributes: what differs from those of all nodes."""
    return {**STYLES[mark.kind], **(OUTPUT if mark.is_output else {})}


def escaped(lines: list[str]) -> str:
    """Return lines of text as a label that shows them to the letter.

    Backslashes, quotes and angle brackets mean something to DOT, and so do entities such as
    ``&lt;``. Control characters are spelled out, line breaks within a line among them.
    """
    literal = (
        re.sub(r"&(?=#?\w+;)", "&amp;", visible(line)).replace("\\", r"\\") for line in lines
    )
    return graphviz.nohtml(r"\n".join(literal))
