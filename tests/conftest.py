"""Test configuration: one BLAS thread per worker, Hypothesis profiles, where MNIST may be."""

import os
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("nightly", settings.get_profile("quick"), max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

_mnist = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
if _mnist.is_dir():
    os.environ.setdefault("MINIGRAD_DATA", str(_mnist))

# It registers operators of its own, for runs in processes of their own.
collect_ignore = ["differential/planted_specs.py"]
