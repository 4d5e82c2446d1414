"""Neural networks: modules, parameters, layers, initial weights."""

from . import functional, init, utils
from .activations import *
from .channel_norms import *
from .containers import ModuleDict, ModuleList, Sequential
from .convolution import *
from .distances import CosineSimilarity, PairwiseDistance
from .dropout import Dropout, Dropout1d, Dropout2d, Dropout3d
from .embedding import Embedding
from .flatten import Flatten, Unflatten
from .linear import Bilinear, Identity, Linear
from .losses import *
from .module import Module
from .normalization import *
from .padding import *
from .parameter import Parameter
from .parameter_containers import ParameterDict, ParameterList
from .pooling import *
