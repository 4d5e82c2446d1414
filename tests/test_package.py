"""The package's namespace: quick to import, and complete."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

HEAVY = {"cupy", "graphviz", "hypothesis", "matplotlib", "PIL", "rich", "scipy", "torch", "typer"}


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_importing_loads_numpy_alone() -> None:
    loaded = run("import minigrad, sys; print(*{m.split('.')[0] for m in sys.modules})").split()
    assert "numpy" in loaded
    assert not HEAVY & set(loaded)


def test_importing_takes_less_than_a_fifth_of_a_second(tmp_path: Path) -> None:
    program = (
        "import sys; sys.dont_write_bytecode = False\n"
        f"sys.pycache_prefix = {str(tmp_path)!r}\n"
        "import numpy, time; start = time.process_time(); import minigrad\n"
        "print(time.process_time() - start)"
    )
    # The first run compiles what the others load, as after every installation.
    assert min(float(run(program)) for _ in range(5)) < 0.2


def test_all_names_exist_once() -> None:
    assert len(set(mg.__all__)) == len(mg.__all__)
    for name in mg.__all__:
        assert hasattr(mg, name)


PUBLIC = """
    Tensor Generator DeviceError autograd nn optim device no_grad enable_grad set_grad_enabled
    is_grad_enabled tensor as_tensor from_numpy zeros ones full empty eye arange linspace rand
    randn randint randperm normal bernoulli multinomial manual_seed initial_seed get_rng_state
    set_rng_state float16 float32 float64 int8 int16 int32 int64 uint8 complex64 complex128
    get_default_dtype set_default_dtype promote_types result_type finfo iinfo is_tensor
    is_floating_point numel set_printoptions exp matmul sum draw_graph
"""


@pytest.mark.parametrize("name", PUBLIC.split())
def test_public(name: str) -> None:
    assert name in mg.__all__
    assert name in dir(mg)


def test_a_star_import_hides_no_types_of_python() -> None:
    assert run("from minigrad import *; print(float, int, bool)").split() == [
        *("<class", "'float'>", "<class", "'int'>", "<class", "'bool'>")
    ]
    assert not {"importlib", "warnings", "creation", "conversion"} & set(mg.__all__)


def test_dtypes_are_numpys() -> None:
    for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8"):
        assert getattr(mg, name) == np.dtype(name)
    assert (mg.bool, mg.half, mg.float, mg.double) == (
        *(np.dtype(name) for name in ("bool", "float16", "float32", "float64")),
    )
    assert (mg.short, mg.int, mg.long) == (
        *(np.dtype(name) for name in ("int16", "int32", "int64")),
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unknown'"):
        mg.unknown


def test_the_default_dtype() -> None:
    assert mg.get_default_dtype() is mg.float32
    try:
        mg.set_default_dtype(mg.float64)
        assert mg.tensor(1.0).dtype == mg.zeros(1).dtype == mg.randn(1).dtype == mg.float64
    finally:
        mg.set_default_dtype(mg.float32)
    with pytest.raises(TypeError, match="int64"):
        mg.set_default_dtype(mg.int64)
