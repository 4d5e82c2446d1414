"""A scene in forms that are text: Mermaid, JSON and plain text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .characters import visible
from .scene import Group, Scene, outline

__all__ = ["json_text", "mermaid", "plain_text"]

# Characters that mean something to Mermaid, inside quotes too.
_MEANT = str.maketrans({c: f"#{ord(c)};" for c in '"#&<>`\\{}[]()|;:%*_'})
_SHAPES = {"leaf": ("(", ")"), "input": ("([", "])"), "constant": ("([", "])")}
_SHAPES |= {"module": ("[[", "]]"), "fold": ("[/", "/]")}
_CLASSES = """    classDef leaf fill:#FDEEE3,stroke:#D55E00,color:#1A1A1A
    classDef input fill:#E8F3FA,stroke:#0072B2,color:#1A1A1A
    classDef constant fill:#FAFAFA,stroke:#767676,color:#5E5E5E,stroke-dasharray:4 3
    classDef operation fill:#FFFFFF,stroke:#595959,color:#1A1A1A
    classDef module fill:#F1EAF5,stroke:#595959,color:#1A1A1A
    classDef fold fill:#F3F3F3,stroke:#595959,color:#1A1A1A,stroke-dasharray:4 3
    classDef output stroke:#009E73,stroke-width:4px
    classDef alarm fill:#F0E442,color:#1A1A1A"""


def mermaid(scene: Scene) -> str:
    """Return a scene in the Mermaid language, which Markdown pages show."""
    lines = [f"flowchart {scene.rankdir}", *(f"    %% {note}" for note in scene.notes)]
    for depth, item in outline(scene):
        tabs = "    " * (depth + 1)
        if item is None:
            lines.append(f"{tabs}end")
        elif isinstance(item, Group):
            lines.append(f'{tabs}subgraph g{item.id}["{_literal([item.title])}"]')
        else:
            opening, closing = _SHAPES.get(item.kind, ("[", "]"))
            lines.append(f'{tabs}n{item.id}{opening}"{_literal(item.lines)}"{closing}')
    for arrow in scene.arrows:
        label = f'|"{_literal([arrow.label])}"|' if arrow.label else ""
        line = "-.->" if arrow.backward else "-->"
        ends = (arrow.target, arrow.source) if arrow.backward else (arrow.source, arrow.target)
        lines.append(f"    n{ends[0]} {line}{label} n{ends[1]}")
    lines.append(_CLASSES)
    for mark in scene.marks:
        kinds = [mark.kind, *["output"] * mark.is_output, *["alarm"] * mark.alarms]
        lines += [f"    class n{mark.id} {kind}" for kind in kinds]
    return "\n".join([*lines, ""])


def _literal(lines: Sequence[str]) -> str:
    return "<br>".join(visible(line).translate(_MEANT) for line in lines)


def plain_text(scene: Scene) -> str:
    """Return a scene as plain text: each node below all that leads to it."""
    coming: dict[int, list[str]] = {}
    going: dict[int, list[str]] = {}
    for arrow in scene.arrows:
        if arrow.backward:
            label = f"{arrow.label} " if arrow.label else ""
            going.setdefault(arrow.target, []).append(f"{label}to #{arrow.source}")
        else:
            label = f" as {arrow.label}" if arrow.label else ""
            coming.setdefault(arrow.target, []).append(f"#{arrow.source}{label}")
    lines = [f"({note})" for note in scene.notes]
    for depth, item in outline(scene):
        tabs = "  " * depth
        if isinstance(item, Group):
            lines.append(f"{tabs}{visible(item.title)}")
        elif item is not None:
            end = "  (output)" if item.is_output else ""
            title, *rest = map(visible, item.lines)
            lines.append(f"{tabs}#{item.id} {title}{end}")
            lines += [f"{tabs}    {line}" for line in rest]
            if item.id in coming:
                lines.append(f"{tabs}    from {', '.join(map(visible, coming[item.id]))}")
            if item.id in going:
                lines.append(f"{tabs}    sends {', '.join(map(visible, going[item.id]))}")
    return "\n".join([*lines, ""])


def json_text(scene: Scene) -> str:
    """Return a scene as JSON: nodes in topological order, edges, groups and notes."""
    found: dict[str, Any] = {
        "direction": scene.rankdir,
        "nodes": [
            {
                "id": mark.id,
                "kind": mark.kind,
                "lines": [visible(line) for line in mark.lines],
                "output": mark.is_output,
                "group": mark.group,
            }
            for mark in scene.marks
        ],
        "edges": [
            {
                "source": arrow.source,
                "target": arrow.target,
                "label": visible(arrow.label),
                "backward": arrow.backward,
            }
            for arrow in scene.arrows
        ],
        "groups": [
            {"id": group.id, "title": visible(group.title), "parent": group.parent}
            for group in scene.groups
        ],
        "notes": list(scene.notes),
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
