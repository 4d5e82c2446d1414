"""Normalisation."""

from .channel_norms import *
from .response_norm import *
from .row_norms import *
