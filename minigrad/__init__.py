"""minigrad: reverse-mode automatic differentiation to read, to learn from and to use."""

import warnings

# Infinities and NaN are results, as in PyTorch: our own arithmetic does not warn of them.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minigrad\.")

from . import autograd, backend, ops
from .autograd import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .backend.device import Device as device
from .backend.device import DeviceError
from .drawing import draw_graph
from .ops import *
from .creation import from_numpy, tensor
from .tensor import Tensor
