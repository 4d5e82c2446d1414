"""Windows that slide over images: convolutions, pooling, resampling."""

from .adaptive_pooling import *
from .affine_grids import *
from .convolution import *
from .fractional_pooling import *
from .grid_sampling import *
from .interpolation import *
from .padding import *
from .pooling import *
from .power_pooling import *
from .shuffling import *
from .transposed_convolution import *
from .unfolding import *
from .unpooling import *
