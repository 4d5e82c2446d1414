"""The table of derivatives, a file per family."""

from .dims import normalize_dim as normalize_dim
from .elementwise import *
from .matmul import *
from .reductions import *
from .shapes import *
from .writing import in_place as in_place
from .writing import write_ as write_
