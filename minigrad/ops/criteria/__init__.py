"""Losses."""

from .binary_cross_entropy import *
from .class_margins import *
from .cross_entropy import *
from .likelihoods import *
from .linear_cross_entropy import *
from .losses import *
from .margins import *
