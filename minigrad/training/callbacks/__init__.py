"""What can hang in at the joints of a training, a file each."""

from .callback import Callback as Callback
from .checkpoint import Checkpoint as Checkpoint
from .curves import Curves as Curves
from .logs import CSVLog as CSVLog
from .logs import TensorBoardLog as TensorBoardLog
from .progress import Progress as Progress
from .samples import SampleImages as SampleImages
from .schedule import Schedule as Schedule
from .stopping import EarlyStopping as EarlyStopping

__all__ = [
    "CSVLog",
    "Callback",
    "Checkpoint",
    "Curves",
    "EarlyStopping",
    "Progress",
    "SampleImages",
    "Schedule",
    "TensorBoardLog",
]
