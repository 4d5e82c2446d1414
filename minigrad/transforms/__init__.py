"""Functions of functions: gradients, Jacobians, batches and checkpoints of what you wrote.

Each takes a function of tensors (or of dicts, lists and tuples of them) and returns a function; so
they nest in any order. Names and semantics are those of ``torch.func``.
"""

from . import functional as functional
from .checkpoints import CheckpointError, checkpoint, checkpoint_sequential
from .forward import jvp, linearize
from .functional import hvp, vhp
from .jacobians import hessian, jacfwd, jacobian, jacrev
from .mapping import vmap
from .modules import functional_call, stack_module_state
from .reverse import grad, value_and_grad, vjp

__all__ = [
    "CheckpointError",
    "checkpoint",
    "checkpoint_sequential",
    "functional",
    "functional_call",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "stack_module_state",
    "value_and_grad",
    "vhp",
    "vjp",
    "vmap",
]
