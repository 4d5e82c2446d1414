"""Data to learn from: readers, two sets of digits, batches."""

from .datasets import *
from .idx import read_idx
