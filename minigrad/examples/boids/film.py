"""The flight before and after as an animation: matplotlib draws the frames, Pillow joins them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.quiver import Quiver
from PIL import Image

from minigrad.files import write

from ..common.pictures import BLUE, ORANGE
from .flock import STEP, Flight, Start
from .pictures import draw_field, draw_legend

EVERY = 2  # steps of the flight from frame to frame
PAUSE, END = 80, 2000  # ms, of a frame and of the last one
TAIL = 8  # steps of its way that a bird trails
COLOURS = 128


class Scene:
    """One field with its birds: drawn once, then moved from frame to frame."""

    def __init__(self, figure: Figure, place: int, name: str, flight: Flight, start: Start) -> None:
        self.places, self.velocities = (part.detach().numpy() for part in flight)
        self.name = name
        colors = np.where(start.leads.numpy()[:, 0] > 0, ORANGE, BLUE)
        self.axes = figure.add_subplot(1, 2, place)
        draw_field(self.axes)
        self.tails = LineCollection([], colors=list(colors), linewidths=1, alpha=0.4)
        self.axes.add_collection(self.tails)
        self.birds = self.arrows(colors)

    def arrows(self, colors: np.ndarray) -> Quiver:
        """Draw the birds as arrowheads that point where they fly."""
        style: dict[str, Any] = {"headwidth": 5, "headlength": 6, "headaxislength": 5}
        style |= {"width": 0.006, "scale": 45, "pivot": "mid", "zorder": 3}
        return self.axes.quiver(*self.places[0].T, *self.headings(0), color=list(colors), **style)

    def headings(self, time: int) -> np.ndarray:
        """Return directions of length 1: a slow bird is drawn as large as a fast one."""
        velocities = self.velocities[time]
        speeds = np.linalg.norm(velocities, axis=1, keepdims=True)
        return (velocities / np.maximum(speeds, 1e-9)).T  # a bird may stand still

    def show(self, time: int) -> None:
        """Move the birds to where they are at a time."""
        self.birds.set_offsets(self.places[time])
        self.birds.set_UVC(*self.headings(time))
        self.tails.set_segments(list(self.places[max(0, time - TAIL) : time + 1].swapaxes(0, 1)))
        self.axes.set_title(f"{self.name}, {STEP * time:4.1f} s", loc="left", family="monospace")


def frames(flights: dict[str, Flight], start: Start) -> Iterator[np.ndarray]:
    """Yield a picture of all flights for every second step, from the first to the last."""
    figure = Figure(figsize=(11, 4.2), dpi=80, layout="constrained")
    canvas: Any = FigureCanvasAgg(figure)
    scenes = [
        Scene(figure, place, name, flight, start)
        for place, (name, flight) in enumerate(flights.items(), start=1)
    ]
    draw_legend(figure, scenes[-1].axes)
    canvas.draw()
    figure.set_layout_engine("none")  # it fits; to find it again for each frame is slow
    last = len(scenes[0].places) - 1
    for time in [*range(0, last, EVERY), last]:
        for scene in scenes:
            scene.show(time)
        canvas.draw()
        yield np.array(canvas.buffer_rgba())[..., :3]


def shoot(path: Path, flights: dict[str, Flight], start: Start) -> Path:
    """Save the flights as an animated GIF that starts again and again."""
    pictures = list(frames(flights, start))
    # All frames at once as one strip: they get the same few colours, so nothing flickers.
    strip = Image.fromarray(np.concatenate(pictures)).quantize(COLOURS)
    height, width, _ = pictures[0].shape
    first, *rest = (
        strip.crop((0, top, width, top + height)) for top in range(0, strip.height, height)
    )
    content = io.BytesIO()
    pauses = [PAUSE] * len(rest) + [END]
    first.save(content, "GIF", save_all=True, append_images=rest, duration=pauses, loop=0)
    return write(path, content.getvalue())
