"""Specs of ``minigrad.ops.contracting.einsum``: random equations."""

import torch
import torch.backends.opt_einsum

import minigrad as mg

from ..spec import register
from ..strategies import einsums, sublists

# Where opt_einsum is installed PyTorch asks it for the order, and raises its types of errors.
torch.backends.opt_einsum.enabled = False

register("einsum", mg.einsum, torch.einsum, einsums())
register("einsum/sublists", mg.einsum, torch.einsum, sublists())
