"""Versions: PyTorch's whose behaviour minigrad follows, and minigrad's own behind the plus."""

from importlib.metadata import version as _version

__version__ = f"2.13.0+minigrad.{_version('minigrad')}"
cuda = None
hip = None
xpu = None
debug = False
git_version = "minigrad"
