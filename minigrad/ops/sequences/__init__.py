"""What sequence models need: attention, embeddings, CTC."""

from .attention import *
from .ctc import *
from .embedding import *
from .embedding_bag import *
from .multi_head_attention import *
from .recurrent_layers import *
