"""Reading and writing where indices and masks point."""

from .index_writing import *
from .indexing import *
from .masks import *
from .regions import *
from .scatter import *
from .scatter_reductions import *
from .writing import in_place as in_place
from .writing import write_ as write_
