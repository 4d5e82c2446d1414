"""The page: one file that asks nothing of any other, and can be read without JavaScript."""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import Any

from ...autograd.traced import Traced
from ..labels import Show, node_label
from ..scene import scene_of
from ..svg import style, svg
from .frames import Frame, frames
from .numbers import text
from .orders import Replay, diamond, replayed

__all__ = ["page"]


def page(tensor: Traced, gradient: Any, *, retain_graph: bool, names: Any, most: int) -> str:
    """Run backward from a tensor and return the page that replays it."""
    replay = replayed(tensor, gradient, retain_graph, names, most)
    matters = replay.wrong.loses
    # Where no value is used twice any order is right; a small graph shows what could go wrong.
    lesson = replay if matters else diamond(tensor._result_class)
    scenes = [replay] if matters else [replay, lesson]
    told = [(0, "true", frames(replay, "true"))]
    if not matters:
        told.append((1, "true", frames(lesson, "true")))
    told.append((len(scenes) - 1, "wrong", frames(lesson, "wrong")))
    data = {
        "passes": [
            {"scene": scene, "order": order, "frames": [_facts(frame) for frame in shown]}
            for scene, order, shown in told
        ]
    }
    root = replay.graph.nodes[replay.root]
    title = f"Backward from {root.values[0].name or node_label(root, Show('none'))[0]}"
    return Template(_file("page.html")).substitute(
        title=text(title),
        style=style("auto") + _file("page.css"),
        pictures="".join(_picture(k, scene) for k, scene in enumerate(scenes)),
        passes="".join(_told(k, *one) for k, one in enumerate(told)),
        data=embedded(data),
        script=_file("page.js"),
    )


def embedded(data: Any) -> str:
    """Return data as JSON that nothing in it can end early, inside a page.

    Example:
        >>> embedded({"name": "</script>"})
        '{"name":"\\\\u003c/script\\\\u003e"}'
    """
    found = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return found.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _picture(number: int, replay: Replay) -> str:
    drawn = svg(scene_of(replay.graph, Show()), prefix=f"s{number}", theme=None, numbers=True)
    return f'<div class="picture" data-scene="{number}" tabindex="0">{drawn}</div>'


def _facts(frame: Frame) -> dict[str, Any]:
    return {
        "title": frame.title,
        "node": frame.node,
        "edges": frame.edges,
        "queue": frame.queue,
        "asked": frame.asked,
    }


_HEADINGS = {
    (0, "true"): "Backward, step by step",
    (0, "wrong"): "The same in the wrong order: the oldest first",
    (1, "true"): "A value used twice, in the right order",
    (1, "wrong"): "A value used twice, in the wrong order: the oldest first",
}


def _told(number: int, scene: int, order: str, shown: list[Frame]) -> str:
    parts = [f'<section class="pass" data-pass="{number}"><h2 class="heading">']
    parts.append(f"{_HEADINGS[scene, order]}</h2>")
    parts += [
        f'<article class="frame" data-frame="{k}">{frame.html}</article>'
        for k, frame in enumerate(shown)
    ]
    return "".join([*parts, "</section>\n"])
