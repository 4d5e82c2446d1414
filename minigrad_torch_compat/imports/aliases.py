"""Where PyTorch's deeper modules are found: ``torch.nn.modules.linear`` is in ``torch.nn``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from .. import _OURS
from ..missing import MissingName

PACKAGE = "minigrad_torch_compat"

_FILES = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parents[1])])}

# The rooms right under ``torch``.
ROOMS = tuple(sorted(name for name in _FILES - _OURS if not name.startswith("_")))

_LAYERS = (
    *("activation", "adaptive", "batchnorm", "channelshuffle", "container", "conv", "distance"),
    *("dropout", "flatten", "fold", "instancenorm", "lazy", "linear", "loss", "module"),
    *("normalization", "padding", "pixelshuffle", "pooling", "rnn", "sparse", "transformer"),
    "upsampling",
)
_OPTIMIZERS = (
    *("adadelta", "adagrad", "adam", "adamax", "adamw", "asgd", "lbfgs", "nadam"),
    *("radam", "rmsprop", "rprop", "sgd", "_functional"),
)

_FAMILIES = (
    *("bernoulli", "beta", "binomial", "categorical", "cauchy", "chi2", "dirichlet"),
    *("distribution", "exponential", "gamma", "geometric", "gumbel", "half_cauchy"),
    *("half_normal", "independent", "inverse_gamma", "laplace", "log_normal"),
    *("mixture_same_family", "multinomial", "multivariate_normal", "normal"),
    *("one_hot_categorical", "poisson", "relaxed_bernoulli", "relaxed_categorical", "studentT"),
    *("transformed_distribution", "uniform"),
)

# A module of PyTorch, under the facade's name, to the modules that have its names.
ALIASES = {
    f"{PACKAGE}.{name}": tuple(targets)
    for name, targets in {
        "functional": [PACKAGE, f"{PACKAGE}.toplevel"],
        "_tensor": [PACKAGE],
        "nn.modules": [f"{PACKAGE}.nn"],
        "nn.modules.utils": [f"{PACKAGE}.nn.tuples"],
        **{f"nn.modules.{layer}": [f"{PACKAGE}.nn", f"{PACKAGE}.nn.bases"] for layer in _LAYERS},
        **{f"optim.{name}": [f"{PACKAGE}.optim", "minigrad.optim"] for name in _OPTIMIZERS},
        **{f"distributions.{name}": [f"{PACKAGE}.distributions"] for name in _FAMILIES},
        "distributions.constraints": ["minigrad.distributions.constraints"],
        "distributions.kl": ["minigrad.distributions.kl"],
        "distributions.transforms": ["minigrad.distributions.transforms"],
        "torchvision.transforms.transforms": [f"{PACKAGE}.torchvision.transforms"],
        "nn.parallel.distributed": [f"{PACKAGE}.nn.parallel"],
        "nn.parallel.data_parallel": [f"{PACKAGE}.nn.parallel", f"{PACKAGE}.nn"],
        "cuda.random": [f"{PACKAGE}.cuda"],
        "utils.dlpack": [PACKAGE],
        "utils.hooks": ["minigrad.autograd.hooks"],
        "nn.utils.clip_grad": [f"{PACKAGE}.nn.utils"],
        "nn.utils.convert_parameters": [f"{PACKAGE}.nn.utils"],
        "nn.utils.fusion": [f"{PACKAGE}.nn.utils"],
        "nn.utils.spectral_norm": [f"{PACKAGE}.nn.utils"],
        "nn.utils.weight_norm": [f"{PACKAGE}.nn.utils"],
        "utils.data.dataloader": [f"{PACKAGE}.utils.data"],
        "utils.data.dataset": [f"{PACKAGE}.utils.data"],
        "utils.data.sampler": [f"{PACKAGE}.utils.data"],
        "utils.data._utils": [f"{PACKAGE}.utils.data"],
        "utils.data._utils.collate": [f"{PACKAGE}.utils.data"],
        "autograd.anomaly_mode": [f"{PACKAGE}.autograd"],
        "autograd.function": [f"{PACKAGE}.autograd", "minigrad.autograd.function"],
        "autograd.grad_mode": [f"{PACKAGE}.autograd"],
        "autograd.gradcheck": [f"{PACKAGE}.autograd"],
        "autograd.variable": [f"{PACKAGE}.autograd"],
    }.items()
}


# Names that a room has from another one, which is loaded when they are asked for.
ELSEWHERE = {
    f"{PACKAGE}.{name}": f"{PACKAGE}.{room}"
    for room, names in {
        "amp": ["autocast", "GradScaler"],
        "compiler": ["compile"],
        "cuda": ["OutOfMemoryError"],
        "jit": ["fork", "wait"],
        "nn.parallel": ["nn.DataParallel"],
        "serialization": ["load", "save"],
        "sparse": ["spmm"],
        "utils.data.distributed": ["utils.data.DistributedSampler"],
    }.items()
    for name in names
}


def below(module: str, name: str) -> Any:
    """Return what a room has besides its own names: a module below it, a name from elsewhere.

    Raises:
        LookupError: if there is no such thing.
    """
    path = f"{module}.{name}"
    parent = sys.modules[module]
    if path in ELSEWHERE:
        setattr(parent, name, getattr(importlib.import_module(ELSEWHERE[path]), name))
        return vars(parent)[name]
    if hasattr(parent, "__path__") and (path in ALIASES or _file(path, parent.__path__)):
        return importlib.import_module(path)
    raise LookupError(path)


def _file(path: str, places: Any) -> bool:
    top = path.split(".")[1]
    return top not in _OURS - {"torchvision"} and PathFinder.find_spec(path, places) is not None


class Alias(ModuleType):
    """A module whose names are those of others."""

    def __getattr__(self, name: str) -> Any:
        inner = f"{self.__name__}.{name}"
        if inner in ALIASES:
            return importlib.import_module(inner)
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        targets = [importlib.import_module(target) for target in ALIASES[self.__name__]]
        for target in targets:
            found = getattr(target, name, targets)
            if found is not targets:
                return found
        room = self.__name__.replace(PACKAGE, "torch", 1)
        raise MissingName(room, name, lambda: dir(targets[0]), self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function of this module's name, whose place the module took when imported."""
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **kwargs)
