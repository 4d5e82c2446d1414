"""The names of ``torch`` itself: minigrad's, and those that only PyTorch's programs use.

It imports no room of the facade, as every room waits for it: see ``aliases.ELSEWHERE``.
"""

from minigrad import *
from minigrad import Tensor as Tensor
from minigrad import is_inference_mode_enabled as is_inference_mode_enabled
from minigrad.ops import complex as complex

from . import dtypes as _dtypes
from . import in_place as _in_place
from . import keywords as _keywords
from . import legacy as _legacy
from .dtypes import dtype as dtype
from .extras import *
from .formats import *
from .settings import *
from .spelling import Size as Size
from .switches import *
from .version import __version__ as __version__

newaxis = None

_keywords.spell_functions(globals())
globals().update(_dtypes.DTYPES)
globals().update(_legacy.tensor_types())
globals().update(_in_place.FUNCTIONS)

# What minigrad has at its top and PyTorch elsewhere, or not at all; or a room says otherwise.
for _name in """
    DeviceError adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool2d adaptive_max_pool3d
    affine_grid autograd avg_pool2d avg_pool3d backend binary_cross_entropy checkpoint col2im
    contiguous cross_entropy data draw_graph dropout1d dropout2d dropout3d elu expand expand_as fft
    fractional_max_pool2d fractional_max_pool3d gaussian_nll_loss gelu get_printoptions glu grad
    grid_sample gumbel_softmax hardsigmoid hardswish hardtanh hessian huber_loss hvp im2col in_place
    interpolate jacobian jvp l1_loss leaky_relu linalg linear linear_cross_entropy load
    local_response_norm logsigmoid lp_pool1d lp_pool2d lp_pool3d matrix_transpose max_unpool1d
    max_unpool2d max_unpool3d mish mse_loss multi_head_attention_forward multi_margin_loss
    multilabel_margin_loss multilabel_soft_margin_loss nll_loss nn normalize normalize_dim one_hot
    ops optim pad relu6 repeat reshape_as save scaled_dot_product_attention serialization silu
    smooth_l1_loss soft_margin_loss softmin softplus softshrink softsign sparse special tanhshrink
    to to_device trace_backward training transforms triplet_margin_with_distance_loss type_as
    upsample upsample_bilinear upsample_nearest value_and_grad vector_norm view view_as vjp write_
    zeta distributions
""".split():  # noqa: SIM905 - shorter than a list
    globals().pop(_name, None)
