"""Saving and loading in PyTorch's file format, which needs no PyTorch and executes nothing.

    mg.save(model.state_dict(), "model.pt")
    model.load_state_dict(mg.load("model.pt"))

A file is a zip archive: one pickle for the objects, and one record for each piece of memory that
tensors look into. ``saving`` and ``loading`` are the way in; ``machine`` is what reads a pickle
without running it, and ``vocabulary`` lists all that it may name.
"""

from .loading import get_unsafe_globals_in_checkpoint as get_unsafe_globals_in_checkpoint
from .loading import load as load
from .saving import save as save
from .storage import Storage as Storage
from .vocabulary import add_safe_globals as add_safe_globals
from .vocabulary import clear_safe_globals as clear_safe_globals
from .vocabulary import get_safe_globals as get_safe_globals
from .vocabulary import safe_globals as safe_globals
