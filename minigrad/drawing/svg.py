"""The picture as SVG, placed by our own layout: no other program is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise

from .characters import cells, visible
from .layout import Point, Spacing
from .nesting import Nested, nested
from .scene import Arrow, Mark, Scene

__all__ = ["style", "svg"]

_CHARACTER = 7.3  # width in the fonts of picture.css, at 12 pixels; the widest of them
_LINE = 16.0
_PADDING = 10.0
_MARGIN = 12.0
_HEAD = 7.0  # length of an arrow's head
_MOST_PORTS = 12  # a box grows for so many lines that reach it
_BACKWARDS = {"LR": (-1, 0), "RL": (1, 0), "TB": (0, -1), "BT": (0, 1)}


def svg(
    scene: Scene, *, prefix: str = "", theme: str | None = "auto", numbers: bool = False
) -> str:
    """Return a scene as the text of an SVG picture, the same for the same scene.

    Every node is a group of the class ``node`` with the id ``n0``, ``n1`` ..., its text as title;
    every edge a group of the class ``edge`` with the id ``e0``, ``e1`` ....

    Args:
        scene: what to show.
        prefix: put before each id, where a page holds several pictures.
        theme: "light", "dark", or "auto" for what the reader prefers; None leaves the style to
            the page around it.
        numbers: put its number above each node, and an empty text of the class ``turn``.
    """
    sizes, arranged = _arranged(scene)
    layout = arranged.layout
    width, height = (round(side + 2 * _MARGIN) for side in layout.size)
    height += round(_LINE * len(scene.notes))
    width = max(
        width, *(round(len(note) * _CHARACTER + 2 * _MARGIN) for note in (*scene.notes, ""))
    )
    words = f"A graph of {len(scene.marks)} nodes and {len(scene.arrows)} edges"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" width="{width}" '
        f'height="{height}" viewBox="{-_MARGIN:g} {-_MARGIN:g} {width} {height}" '
        f'aria-label="{words}">',
        f"<title>{words}</title>",
    ]
    if theme is not None:
        parts.append(f"<style>{style(theme)}</style>")
        parts.append(
            f'<rect class="paper" x="{-_MARGIN:g}" y="{-_MARGIN:g}" '
            f'width="{width}" height="{height}"/>'
        )
    for group in scene.groups:
        parts += _group(f"{prefix}g{group.id}", group.title, *arranged.boxes[group.id])
    for number, (arrow, route) in enumerate(zip(scene.arrows, layout.routes, strict=True)):
        parts += _edge(f"{prefix}e{number}", arrow, route, scene.rankdir)
    for mark, centre, size in zip(scene.marks, layout.centres, sizes, strict=True):
        above = _number(mark.id, centre, size) if numbers else []
        parts += _node(f"{prefix}n{mark.id}", mark, centre, size, above)
    for line, note in enumerate(scene.notes):
        y = layout.size[1] + _LINE * (line + 1)
        parts.append(f'<text class="note" x="0" y="{y:.1f}">{escape(note)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def style(theme: str = "auto") -> str:
    """Return the style sheet of pictures.

    Raises:
        ValueError: for an unknown theme.
    """
    if theme not in ("auto", "light", "dark"):
        raise ValueError(f"theme must be auto, light or dark, got {theme!r}")
    text = files(__package__).joinpath("picture.css").read_text(encoding="utf-8")
    light, dark, rest = text.split("/* --- */")
    if theme == "auto":
        return f"{light}@media (prefers-color-scheme: dark) {{{dark}}}{rest}"
    return (light if theme == "light" else dark) + rest


def _size(mark: Mark, ports: float, along: bool) -> tuple[float, float]:
    """Return the width and height of a node's box, with room for its ports on one side."""
    text = max(cells(visible(line)) for line in mark.lines) * _CHARACTER
    height = len(mark.lines) * _LINE + _PADDING
    round_ends = height / 2 if mark.kind in ("input", "constant") else 0.0
    width = text + 2 * _PADDING + round_ends
    return (width, max(height, ports)) if along else (max(width, ports), height)


def _arranged(scene: Scene) -> tuple[list[Point], Nested]:
    """Return the sizes of the boxes, and where all things go."""
    along = scene.rankdir in ("LR", "RL")
    place = {mark.id: position for position, mark in enumerate(scene.marks)}
    edges = [(place[arrow.source], place[arrow.target]) for arrow in scene.arrows]
    label = max((cells(visible(a.label)) for a in scene.arrows), default=0) * _CHARACTER
    port = _LINE if along else label + 2 * _HEAD
    arriving = Counter(target for _, target in edges)
    sizes = [
        _size(mark, min(arriving[position] + 1, _MOST_PORTS) * port, along)
        for position, mark in enumerate(scene.marks)
    ]
    lead = (label if along else _LINE) + 2 * _HEAD
    groups = [mark.group for mark in scene.marks]
    parents = {group.id: group.parent for group in scene.groups}
    spacing = Spacing(36 + lead, lead, port)
    backward = [arrow.backward for arrow in scene.arrows]
    return sizes, nested(sizes, edges, groups, parents, scene.rankdir, spacing, backward)


def _group(name: str, title: str, centre: Point, size: Point) -> Iterator[str]:
    (x, y), (width, height) = centre, size
    left, top = x - width / 2 + 10, y - height / 2 + 15
    yield f'<g class="group" id="{name}">'
    yield _box(x, y, width, height, 6.0)
    yield f'<text x="{left:.1f}" y="{top:.1f}">{escape(visible(title))}</text>'
    yield "</g>"


def _number(identity: int, centre: Point, size: Point) -> list[str]:
    (x, y), (width, height) = centre, size
    top, left, right = y - height / 2 - 3, x - width / 2, x + width / 2
    return [
        f'<text class="number" x="{left:.1f}" y="{top:.1f}">#{identity}</text>',
        f'<text class="turn" x="{right:.1f}" y="{top:.1f}"></text>',
    ]


def _node(name: str, mark: Mark, centre: Point, size: Point, above: list[str]) -> Iterator[str]:
    (x, y), (width, height) = centre, size
    kinds = ["node", mark.kind, *["output"] * mark.is_output, *["alarm"] * mark.alarms]
    lines = [escape(visible(line)) for line in mark.lines]
    yield f'<g class="{" ".join(kinds)}" id="{name}">'
    yield f"<title>{'; '.join(lines)}</title>"
    radius = {"leaf": 8.0, "input": height / 2, "constant": height / 2}.get(mark.kind, 0.0)
    yield _box(x, y, width, height, radius)
    if mark.is_output:
        yield _box(x, y, width - 6, height - 6, max(radius - 3, 0.0))
    top = y - len(lines) * _LINE / 2 + 12
    for number, line in enumerate(lines):
        first = ' class="title"' if number == 0 else ""
        yield f'<text{first} x="{x:.1f}" y="{top + number * _LINE:.1f}">{line}</text>'
    yield from above
    yield "</g>"


def _box(x: float, y: float, width: float, height: float, radius: float) -> str:
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{radius:g}"/>'
    )


def _edge(name: str, arrow: Arrow, route: Sequence[Point], rankdir: str) -> Iterator[str]:
    dx, dy = _BACKWARDS[rankdir]
    kind = "edge gradient" if arrow.backward else "edge"
    yield f'<g class="{kind}" id="{name}">'
    yield f'<path class="line" d="{_path(route, dy == 0)}"/>'
    yield f'<path class="head" d="{_head(route[-1], (dx, dy))}"/>'
    yield f'<path class="back" d="{_head(route[0], (-dx, -dy))}"/>'
    if arrow.label:
        x, y = route[-1]
        x, y = (x + dx * (_HEAD + 2), y - 4) if dx else (x + 5, y + dy * (_HEAD + 2) + 4)
        anchor = "end" if dx < 0 else "start"
        label = escape(visible(arrow.label))
        yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{label}</text>'
    yield "</g>"


def _path(route: Sequence[Point], along: bool) -> str:
    """Return straight lines where a route follows its direction, and curves where it bends."""
    parts = [f"M{route[0][0]:.1f},{route[0][1]:.1f}"]
    for (ax, ay), (bx, by) in pairwise(route):
        end = f"{bx:.1f},{by:.1f}"
        if (ay == by) if along else (ax == bx):
            if (ax, ay) != (bx, by):
                parts.append(f"L{end}")
        elif along:
            middle = f"{(ax + bx) / 2:.1f}"
            parts.append(f"C{middle},{ay:.1f} {middle},{by:.1f} {end}")
        else:
            middle = f"{(ay + by) / 2:.1f}"
            parts.append(f"C{ax:.1f},{middle} {bx:.1f},{middle} {end}")
    return " ".join(parts)


def _head(tip: Point, back: Point) -> str:
    """Return a triangle at a tip, its other corners in the direction ``back``."""
    (x, y), (dx, dy) = tip, (back[0] * _HEAD, back[1] * _HEAD)
    corners = [(x, y), (x + dx - dy / 2, y + dy - dx / 2), (x + dx + dy / 2, y + dy + dx / 2)]
    return "M" + " L".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners) + " Z"
