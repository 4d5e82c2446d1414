"""Neural networks: modules, parameters, layers, initial weights."""

from . import init
from .containers import ModuleDict, ModuleList, Sequential
from .module import Module
from .parameter import Parameter
from .parameter_containers import ParameterDict, ParameterList
