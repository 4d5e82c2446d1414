"""Neural networks: modules, parameters, layers, initial weights."""

from . import factorized as factorized
from . import functional as functional
from . import init as init
from . import utils as utils
from .activations import *
from .adaptive import *
from .attention import *
from .channel_norms import *
from .containers import ModuleDict as ModuleDict
from .containers import ModuleList as ModuleList
from .containers import Sequential as Sequential
from .convolution import *
from .distances import CosineSimilarity as CosineSimilarity
from .distances import PairwiseDistance as PairwiseDistance
from .dropout import AlphaDropout as AlphaDropout
from .dropout import Dropout as Dropout
from .dropout import Dropout1d as Dropout1d
from .dropout import Dropout2d as Dropout2d
from .dropout import Dropout3d as Dropout3d
from .dropout import FeatureAlphaDropout as FeatureAlphaDropout
from .embedding import Embedding as Embedding
from .embedding_bag import EmbeddingBag as EmbeddingBag
from .flatten import Flatten as Flatten
from .flatten import Unflatten as Unflatten
from .lazy import *
from .linear import Bilinear as Bilinear
from .linear import Identity as Identity
from .linear import Linear as Linear
from .linear_cross_entropy import *
from .losses import *
from .module import Module as Module
from .normalization import *
from .padding import *
from .parameter import Buffer as Buffer
from .parameter import Parameter as Parameter
from .parameter import UninitializedBuffer as UninitializedBuffer
from .parameter import UninitializedParameter as UninitializedParameter
from .parameter_containers import ParameterDict as ParameterDict
from .parameter_containers import ParameterList as ParameterList
from .pooling import *
from .recurrent import *
from .recurrent_base import RNNBase as RNNBase
from .recurrent_cells import *
from .shuffling import *
from .transformer import *
from .transformer_layers import *
from .unpooling import *
from .upsampling import *
