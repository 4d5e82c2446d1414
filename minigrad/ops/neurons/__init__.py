"""What a neuron does: activations, softmax, dropout."""

from .activations import *
from .alpha_dropout import *
from .channel_dropout import *
from .dropout import *
from .gumbel import *
from .rectifiers import *
from .softmax import *
