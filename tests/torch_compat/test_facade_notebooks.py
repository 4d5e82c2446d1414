"""``%load_ext minigrad_torch_compat``: what IPython calls, and what the cells then import."""

import subprocess
import sys
import textwrap


def python(code):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def test_loading_and_unloading():
    code, out, errors = python("""
        import importlib, sys
        extension = importlib.import_module("minigrad_torch_compat")
        extension.load_ipython_extension(None)
        extension.load_ipython_extension(None)  # %reload_ext
        import torch
        import torch.nn.functional as F
        from torchvision import transforms
        print(torch.ones(2).tolist(), "minigrad" in torch.__version__)
        assert F.relu is sys.modules["minigrad_torch_compat.nn.functional"].relu
        extension.unload_ipython_extension(None)
        assert not [name for name in sys.modules if name.partition(".")[0] == "torch"]
        import torch
        print("minigrad" in torch.__version__)
    """)
    assert (code, out, errors) == (0, "[1.0, 1.0] True\nFalse\n", "")


def test_pytorch_that_is_there_already_is_not_mixed_in():
    code, _, errors = python("""
        import torch
        import minigrad_torch_compat
        minigrad_torch_compat.load_ipython_extension(None)
    """)
    assert code == 1
    assert "RuntimeError: torch is loaded already" in errors
