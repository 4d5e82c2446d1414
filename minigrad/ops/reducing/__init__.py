"""From many numbers to few: sums, extrema, norms, order, counts."""

from .cdist import *
from .covariance import *
from .differences import *
from .distances import *
from .extrema import *
from .histograms import *
from .moments import *
from .norms import *
from .quantiles import *
from .records import *
from .reductions import *
from .scans import *
from .sorting import *
