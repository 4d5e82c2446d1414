"""minigrad: reverse-mode automatic differentiation to read, to learn from and to use."""

import importlib
import warnings
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from types import ModuleType
from typing import TYPE_CHECKING

# Infinities and NaN are results, as in PyTorch: our own arithmetic does not warn of them.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minigrad\.")

from . import autograd as autograd
from . import backend as backend
from . import fft as fft
from . import linalg as linalg
from . import ops as ops
from . import special as special
from .autograd import enable_grad as enable_grad
from .autograd import inference_mode as inference_mode
from .autograd import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from .autograd import is_anomaly_enabled as is_anomaly_enabled
from .autograd import is_grad_enabled as is_grad_enabled
from .autograd import is_inference_mode_enabled as is_inference_mode_enabled
from .autograd import no_grad as no_grad
from .autograd import set_grad_enabled as set_grad_enabled
from .backend.device import Device as device
from .backend.device import DeviceError as DeviceError
from .backend.dtypes import bool_ as bool
from .backend.dtypes import complex64 as cfloat
from .backend.dtypes import complex64 as complex64
from .backend.dtypes import complex128 as cdouble
from .backend.dtypes import complex128 as complex128
from .backend.dtypes import float16 as float16
from .backend.dtypes import float16 as half
from .backend.dtypes import float32 as float
from .backend.dtypes import float32 as float32
from .backend.dtypes import float64 as double
from .backend.dtypes import float64 as float64
from .backend.dtypes import get_default_dtype as get_default_dtype
from .backend.dtypes import int8 as int8
from .backend.dtypes import int16 as int16
from .backend.dtypes import int16 as short
from .backend.dtypes import int32 as int
from .backend.dtypes import int32 as int32
from .backend.dtypes import int64 as int64
from .backend.dtypes import int64 as long
from .backend.dtypes import set_default_dtype as set_default_dtype
from .backend.dtypes import uint8 as uint8
from .backend.dtypes import uint16 as uint16
from .backend.dtypes import uint32 as uint32
from .backend.dtypes import uint64 as uint64
from .creation import *
from .drawing import draw_graph as draw_graph
from .drawing import trace_backward as trace_backward
from .ops import *
from .printing import get_printoptions as get_printoptions
from .printing import set_printoptions as set_printoptions
from .random import *
from .strided_creation import *
from .tensor import Tensor as Tensor
from .types import *
from .window_functions import *

if TYPE_CHECKING:
    from . import data as data
    from . import distributions as distributions
    from . import nn as nn
    from . import optim as optim
    from . import serialization as serialization
    from . import sparse as sparse
    from . import training as training
    from . import transforms as transforms
    from .serialization import load as load
    from .serialization import save as save
    from .sparse import sparse_coo_tensor as sparse_coo_tensor
    from .transforms import checkpoint as checkpoint
    from .transforms import grad as grad
    from .transforms import hessian as hessian
    from .transforms import hvp as hvp
    from .transforms import jacobian as jacobian
    from .transforms import jvp as jvp
    from .transforms import value_and_grad as value_and_grad
    from .transforms import vjp as vjp
    from .transforms import vmap as vmap


_LATER = (
    *("data", "distributions", "nn", "optim", "serialization", "sparse", "training", "transforms"),
)
_HOMES = {
    **dict.fromkeys(("load", "save"), "serialization"),
    "sparse_coo_tensor": "sparse",
    **dict.fromkeys(("checkpoint", "grad", "hessian", "hvp", "jacobian", "jvp"), "transforms"),
    **dict.fromkeys(("value_and_grad", "vjp", "vmap"), "transforms"),
}


def __getattr__(name: str) -> object:
    # The upper floors are loaded when they are first asked for: importing minigrad stays quick.
    if name in _LATER:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# All of the above but modules; nor Python's own types, which a star import must not hide.
__all__ = [
    *("autograd", "fft", "linalg", "special", *_LATER, *_HOMES),
    *(
        name
        for name, value in sorted(globals().items())
        if not (name.startswith("_") or isinstance(value, ModuleType))
        and name not in ("ModuleType", "TYPE_CHECKING", "bool", "complex", "float", "int")
    ),
]


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER, *_HOMES})
