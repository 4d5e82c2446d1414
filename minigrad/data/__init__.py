"""Data to learn from: datasets, the loader of their batches, readers, transforms."""

from .collating import *
from .dataloader import *
from .dataset import *
from .datasets import *
from .idx import read_idx
from .samplers import BatchSampler as BatchSampler
from .samplers import RandomSampler as RandomSampler
from .samplers import Sampler as Sampler
from .samplers import SequentialSampler as SequentialSampler
from .samplers import SubsetRandomSampler as SubsetRandomSampler
from .samplers import WeightedRandomSampler as WeightedRandomSampler
from .workers import *
