"""Changes of variables: functions of values, their inverses, and how they stretch volumes."""

from .base import *
from .combining import *
from .elementwise import *
from .vectors import *
