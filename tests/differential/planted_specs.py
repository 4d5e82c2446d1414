"""A small registry for the runner's tests: right, wrong, deadly and endless operators.

The reference runs on NumPy, so that processes start quickly.
"""

import os
import signal
import time
from pathlib import Path

import numpy as np

import minigrad as mg
from minigrad_torch_compat.differential import register, strategies


def add(name, ours, function, derivative, **options):
    def vjp(g, x):
        return g * derivative(x)

    pair = (function, vjp)
    register(name, ours, pair, strategies.reals(), reference_engine="numpy", **options)


def cosine(x):
    """The cosine, of a wrong derivative."""
    return 2 * mg.cos(x).detach() - mg.cos(x)


def deadly(x):
    os.kill(os.getpid(), signal.SIGSEGV)


def endless(x):
    """The exponential, once the file that the environment names is there."""
    while not Path(os.environ.get("PLANTED_GATE", "/")).exists():
        time.sleep(0.02)
    return mg.exp(x)


add("square", mg.square, np.square, lambda x: 2 * x, method=None)
add("exp", mg.exp, np.exp, np.exp, method=None)
add("cosine/wrong", cosine, np.cos, lambda x: -np.sin(x), tier=2)
add("endless", endless, np.exp, np.exp, tier=3, method=None)
if "PLANTED_DEADLY" in os.environ:
    add("deadly", deadly, np.exp, np.exp, tier=3, method=None)
