"""Imported by the server that forks the program's processes: they find minigrad from the start."""

from ..imports import finder

finder.activate()
