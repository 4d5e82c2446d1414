"""Distances as modules. They take the settings of the function of the same name."""

from . import functional as F
from .lifting import Lifted


class CosineSimilarity(Lifted, function=F.cosine_similarity, inputs=2, shown=()):
    """The cosine of the angle between vectors along ``dim``."""


class PairwiseDistance(Lifted, function=F.pairwise_distance, inputs=2, shown=()):
    """The norm of the difference of vectors along the last dimension."""
