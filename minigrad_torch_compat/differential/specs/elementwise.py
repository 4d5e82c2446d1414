"""Specs of ``minigrad.ops.elementwise``."""

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import pairs, reals

BINARY = pairs().map(Case)

register("add", mg.add, torch.add, BINARY)
register("sub", mg.sub, torch.sub, BINARY)
register("mul", mg.mul, torch.mul, BINARY)
