"""What a submission may use, and what it may import."""

from __future__ import annotations

from dataclasses import dataclass

# Packages that differentiate (using one is not implementing one), and those for showing things.
# fmt: off
ENGINES = (
    "torch", "torchvision", "functorch", "jax", "jaxlib", "flax", "optax", "tensorflow", "keras",
    "autograd", "autodidact", "mxnet", "minigrad", "minigrad_torch_compat", "tinygrad", "mygrad",
    "chainer", "paddle", "theano", "aesara", "pytensor", "casadi", "mindspore", "oneflow",
    "micrograd", "minitorch", "dezero", "nnabla", "cupy", "numba", "sympy", "adolc", "algopy",
    "ad", "tangent", "mlx", "thinc", "lightning", "pytorch_lightning", "torch_xla", "haiku",
    "equinox",
)
SHOWING = (
    "matplotlib", "PIL", "pandas", "tqdm", "seaborn", "IPython", "ipywidgets", "cv2", "plotly",
    "sklearn", "imageio",
)
# fmt: on


@dataclass(frozen=True)
class Limits:
    """How much time, memory and room a submission has."""

    case_s: float = 2.0  # one program
    import_s: float = 10.0
    total_s: float = 120.0  # all of them together
    memory_mb: int = 1024
    processes: int = 0  # that it may start
    output_kb: int = 256  # printed in one program
    write_mb: float = 1.0  # in its scratch folder
    result_mb: int = 64  # given back by one program


@dataclass(frozen=True)
class Rules:
    """Which packages a submission may import; the standard library is there unless forbidden.

    A package that is in ``stubs`` and not in ``allow`` becomes one that does nothing.
    """

    allow: tuple[str, ...] = ("numpy", "graphviz")
    forbid: tuple[str, ...] = ENGINES
    stubs: tuple[str, ...] = SHOWING
    network: bool = False
