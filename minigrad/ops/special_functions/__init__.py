"""Special functions."""

from .bessel import *
from .gamma import *
from .normal import *
