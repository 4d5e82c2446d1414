"""Training: the loop, what hangs in at its joints, and checkpoints that resume to the same bit.

Read ``trainer.py`` first; it is the whole loop.

    trainer.py      Trainer: epochs, batches, figures
    callbacks/      progress, checkpoints, early stopping, logs, curves, sample images, learning
                    rates
    resuming.py     what a training depends on: taken down, and put back
    checkpoints.py  nested states as safetensors files
"""

from .callbacks import *
from .checkpoints import load_checkpoint as load_checkpoint
from .checkpoints import save_checkpoint as save_checkpoint
from .figures import accuracy as accuracy
from .trainer import Trainer as Trainer
