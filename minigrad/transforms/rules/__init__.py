"""Batching rules, a file per family. What has none is computed example by example."""

from . import differentiation as differentiation
from . import elementwise as elementwise
from . import images as images
from . import indexing as indexing
from . import linear_algebra as linear_algebra
from . import losses as losses
from . import normalization as normalization
from . import products as products
from . import randomness as randomness
from . import reductions as reductions
from . import scattering as scattering
from . import shapes as shapes
from . import tables as tables
from . import writing as writing
