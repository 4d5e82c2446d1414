"""The table of derivatives, a file per family."""

from .elementwise import *
from .writing import in_place, write_
