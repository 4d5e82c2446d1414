"""Tools around modules: gradients clipped, weights reparametrized, sequences packed."""

from . import rnn as rnn
from .clipping import *
from .vectors import *
