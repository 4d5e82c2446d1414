"""Tools around modules: gradients clipped, weights reparametrized, sequences packed."""

from .clipping import *
from .vectors import *
