"""What a flight was like, and whether it kept within the limits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.table import Table

from ..common.page import table
from . import flock, steering
from .flock import Flight

NEARBY = 15.0  # m from the target: a flock of a few dozen needs the room


class Measures(NamedTuple):
    """Distances in m, speeds in m/s, accelerations in m/s^2, of all birds at once."""

    distance: float  # of a bird from the target, the mean, at the end
    arrived: int  # birds nearby
    spacing: float  # of a bird from its nearest neighbour, the median, at the end
    speed: float  # the highest
    acceleration: float  # the highest
    wall: float  # the nearest that a bird came to one

    @property
    def within_limits(self) -> bool:
        """Whether no bird was too fast, turned too sharply or left the field."""
        slow = self.speed < flock.TOP_SPEED and self.acceleration < flock.TOP_ACCELERATION
        return slow and self.wall > 0


def measure(flight: Flight) -> Measures:
    """Return what a flight was like."""
    places, velocities = (part.detach().numpy() for part in flight)
    ways = np.linalg.norm(places[-1] - steering.TARGET.numpy(), axis=-1)
    apart = np.linalg.norm(places[-1][:, None] - places[-1], axis=-1)
    np.fill_diagonal(apart, np.inf)
    changes = np.linalg.norm(np.diff(velocities, axis=0), axis=-1) / flock.STEP
    return Measures(
        distance=float(ways.mean()),
        arrived=int((ways < NEARBY).sum()),
        spacing=float(np.median(apart.min(axis=1))),
        speed=float(np.linalg.norm(velocities, axis=-1).max()),
        acceleration=float(changes.max()),
        wall=float(min(places.min(), (np.array(flock.SIZE) - places).min())),
    )


def side_by_side(first: Measures, last: Measures) -> Table:
    """Return a table of two flights, before and after."""
    rows = {
        "mean distance from the target": ("distance", "m", ""),
        f"birds within {NEARBY:g} m of it": ("arrived", "", ""),
        "median distance of neighbours": ("spacing", "m", ""),
        "highest speed": ("speed", "m/s", f"< {flock.TOP_SPEED:g} m/s"),
        "highest acceleration": ("acceleration", "m/s²", f"< {flock.TOP_ACCELERATION:g} m/s²"),
        "nearest to a wall": ("wall", "m", "> 0 m"),
    }
    shown = table("", "before", "after", "limit", left=1)
    for name, (field, unit, limit) in rows.items():
        form = ".2f" if unit else "d"
        values = (f"{getattr(each, field):{form}} {unit}".rstrip() for each in (first, last))
        shown.add_row(name, *values, limit)
    return shown
