"""The names of ``torch`` itself: minigrad's, and those that only PyTorch's programs use."""

from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi

from minigrad import *
from minigrad import Tensor as Tensor
from minigrad import is_inference_mode_enabled as is_inference_mode_enabled

from . import dtypes as _dtypes
from . import in_place as _in_place
from . import keywords as _keywords
from . import legacy as _legacy
from .dtypes import dtype as dtype
from .formats import *
from .serialization import load as load
from .serialization import save as save
from .settings import *
from .spelling import Size as Size
from .version import __version__ as __version__

newaxis = None

_keywords.spell_functions(globals())
globals().update(_dtypes.DTYPES)
globals().update(_legacy.tensor_types())
globals().update(_in_place.FUNCTIONS)

# What minigrad has at its top and PyTorch elsewhere, or not at all.
for _name in (
    *("DeviceError", "autograd", "backend", "checkpoint", "col2im", "contiguous", "data"),
    *("draw_graph", "expand", "expand_as", "fft", "get_printoptions", "grad", "hessian", "hvp"),
    *("im2col", "in_place", "jacobian", "jvp", "linalg", "linear", "matrix_transpose", "nn"),
    *(
        "normalize_dim",
        "ops",
        "optim",
        "repeat",
        "reshape_as",
        "serialization",
        "sparse",
        "special",
        "to",
        "to_device",
    ),
    *("trace_backward", "training", "transforms", "type_as", "value_and_grad", "vector_norm"),
    *("view", "view_as", "vjp", "write_", "zeta"),
):
    globals().pop(_name, None)
