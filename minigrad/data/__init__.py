"""Data to learn from: datasets, the loader of their batches, readers, transforms."""

from . import transforms as transforms
from .collating import *
from .dataloader import *
from .dataset import *
from .datasets import *
from .downloads import download as download
from .idx import read_idx
from .readers import *
from .samplers import BatchSampler as BatchSampler
from .samplers import RandomSampler as RandomSampler
from .samplers import Sampler as Sampler
from .samplers import SequentialSampler as SequentialSampler
from .samplers import SubsetRandomSampler as SubsetRandomSampler
from .samplers import WeightedRandomSampler as WeightedRandomSampler
from .workers import *
