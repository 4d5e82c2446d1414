"""Specs of ``minigrad.ops.einsum``: random equations."""

import torch

import minigrad as mg

from ..spec import register
from ..strategies import einsums, sublists

register("einsum", mg.einsum, torch.einsum, einsums())
register("einsum/sublists", mg.einsum, torch.einsum, sublists())
