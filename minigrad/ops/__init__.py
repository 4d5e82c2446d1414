"""The table of derivatives, a file per family."""

from .activations import *
from .adaptive_pooling import *
from .alpha_dropout import *
from .binary_cross_entropy import *
from .broadcasting import *
from .channel_dropout import *
from .channel_norms import *
from .comparison import *
from .complex_numbers import *
from .conversion import *
from .convolution import *
from .cross_entropy import *
from .diagonals import *
from .dims import normalize_dim as normalize_dim
from .distances import *
from .division import *
from .dropout import *
from .einsum import *
from .elementwise import *
from .embedding import *
from .extrema import *
from .gumbel import *
from .indexing import *
from .joining import *
from .likelihoods import *
from .linear import *
from .losses import *
from .margins import *
from .masks import *
from .matmul import *
from .moments import *
from .norms import *
from .padding import *
from .pooling import *
from .power_pooling import *
from .powers import *
from .products import *
from .rectifiers import *
from .reductions import *
from .repeating import *
from .response_norm import *
from .rounding import *
from .row_norms import *
from .scans import *
from .scatter import *
from .shapes import *
from .shuffling import *
from .softmax import *
from .sorting import *
from .transcendental import *
from .transposed_convolution import *
from .turning import *
from .unfolding import *
from .writing import in_place as in_place
from .writing import write_ as write_
