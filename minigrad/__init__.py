"""minigrad: reverse-mode automatic differentiation to read, to learn from and to use."""

import importlib
import warnings
from typing import TYPE_CHECKING

# Infinities and NaN are results, as in PyTorch: our own arithmetic does not warn of them.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minigrad\.")

from . import autograd, backend, ops
from .autograd import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .backend.device import Device as device
from .backend.device import DeviceError
from .backend.dtypes import bool_ as bool
from .backend.dtypes import (
    complex64,
    complex128,
    float16,
    float32,
    float64,
    get_default_dtype,
    int8,
    int16,
    int32,
    int64,
    set_default_dtype,
    uint8,
    uint16,
    uint32,
    uint64,
)
from .backend.dtypes import complex64 as cfloat
from .backend.dtypes import complex128 as cdouble
from .backend.dtypes import float16 as half
from .backend.dtypes import float32 as float
from .backend.dtypes import float64 as double
from .backend.dtypes import int16 as short
from .backend.dtypes import int32 as int
from .backend.dtypes import int64 as long
from .creation import *
from .drawing import draw_graph
from .ops import *
from .printing import get_printoptions, set_printoptions
from .random import *
from .tensor import Tensor
from .types import *

if TYPE_CHECKING:
    from . import nn, optim


def __getattr__(name: str) -> object:
    # The upper floors are loaded when they are first asked for: importing minigrad stays quick.
    if name in ("nn", "optim"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
