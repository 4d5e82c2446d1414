"""``torch.func``: transforms of functions."""

from minigrad.transforms import functional_call as functional_call
from minigrad.transforms import grad as grad
from minigrad.transforms import hessian as hessian
from minigrad.transforms import jacfwd as jacfwd
from minigrad.transforms import jacrev as jacrev
from minigrad.transforms import jvp as jvp
from minigrad.transforms import linearize as linearize
from minigrad.transforms import stack_module_state as stack_module_state
from minigrad.transforms import vjp as vjp
from minigrad.transforms import vmap as vmap

from .missing import room as _room

__getattr__ = _room(globals())
