"""The table of derivatives, a file per family."""

from .dims import normalize_dim, normalize_dims
from .elementwise import *
from .reductions import *
from .writing import in_place, write_
