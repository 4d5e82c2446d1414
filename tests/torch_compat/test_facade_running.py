"""``run`` behaves as ``python`` does, with minigrad in the place of torch."""

import multiprocessing
import os
import subprocess
import sys
import textwrap

import pytest

TRAINING = """
    import sys
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    import torch.optim as optim
    from torch.optim.lr_scheduler import StepLR
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(1)
    x, y = torch.randn(96, 1, 8, 8), torch.randint(0, 10, (96,))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3)
            self.fc = nn.Linear(36, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv(x)), 2)
            return F.log_softmax(self.fc(torch.flatten(x, 1)), dim=1)

    model = Net()
    print(model, sys.argv[1:])
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
    device = torch.device("cpu")
    for epoch in range(3):
        for data, target in DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True):
            data, target = data.to(device), target.to(device)
            optimizer.zero_grad()
            loss = F.nll_loss(model(data), target)
            loss.backward()
            optimizer.step()
        scheduler.step()
        print(f"{epoch} {loss.item():.4f}", loss, data.shape, data.dtype, data.type())
"""


def python(*arguments, cwd, source=None, env=None):
    """Run Python there; return exit status, output, errors."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        input=source,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **(env or {})},
    )
    return done.returncode, done.stdout, done.stderr


def run(*arguments, **options):
    return python("-m", "minigrad_torch_compat", "run", *arguments, **options)


@pytest.fixture
def script(tmp_path):
    def write(text, name="script.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return str(path)

    return write


def test_training_prints_what_pytorch_prints(script, tmp_path):
    path = script(TRAINING)
    expected = python(path, "a", "--b=1", cwd=tmp_path)
    assert run(path, "a", "--b=1", cwd=tmp_path) == expected
    assert expected[0] == 0


def test_no_module_of_pytorch_is_loaded(script, tmp_path):
    path = script("""
        import sys, torch, torch.nn.functional, torch.utils.data, torch.nn.modules.linear
        for name, module in sorted(sys.modules.items()):
            home = getattr(module, "__file__", None) or ""
            assert "site-packages/torch" not in home, (name, home)
        assert not any(name.startswith("torch._C") for name in sys.modules)
        print(torch.nn.modules.linear.Linear is torch.nn.Linear)
    """)
    assert run(path, cwd=tmp_path) == (0, "True\n", "")


def test_other_processes_get_pytorch_itself(script, tmp_path):
    path = script("""
        import subprocess, sys, torch
        print(torch.__file__.count("minigrad"))
        code = "import torch; print(torch.__file__.count('minigrad'))"
        sys.stdout.flush()
        subprocess.run([sys.executable, "-c", code])
    """)
    assert run(path, cwd=tmp_path)[1].split() == ["1", "0"]


def test_argv_name_file_and_path(script, tmp_path):
    script("value = 7", "beside.py")
    path = script("""
        import sys, beside
        print(__name__, __file__, sys.argv, sys.path[0], beside.value, __spec__ is None)
        print(sys.modules["__main__"].__dict__ is globals())
    """)
    expected = python(path, "-x", "--check", cwd="/")
    assert run(path, "-x", "--check", cwd="/") == expected


def test_module(script, tmp_path):
    script("", "pack/__init__.py")
    script(
        """
        import sys
        from .other import two
        print(__name__, __package__, __spec__.name, sys.argv[1:], sys.path[0] == "", two)
    """,
        "pack/__main__.py",
    )
    script("two = 2", "pack/other.py")
    expected = python("-m", "pack", "--check", "a", "-b", cwd=tmp_path)
    found = run("-m", "pack", "--check", "a", "-b", cwd=tmp_path)
    assert found[:2] == (0, expected[1])


def test_standard_input(tmp_path):
    code, out, _ = run("-", "a", cwd=tmp_path, source="import sys, torch; print(sys.argv)")
    assert (code, out) == (0, "['-', 'a']\n")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("sys.exit()", 0),
        ("sys.exit(3)", 3),
        ("sys.exit('bad')", 1),
        ("raise SystemExit", 0),
        ("os._exit(4)", 4),
        ("1 / 0", 1),
    ],
)
def test_exit_status_and_errors(script, tmp_path, line, status):
    path = script(f"import os, sys\ndef f():\n    {line}\nf()")
    expected = python(path, cwd=tmp_path)
    assert expected[0] == status
    assert run(path, cwd=tmp_path) == expected


def test_traceback_shows_only_the_program(script, tmp_path):
    path = script("""
        def inner():
            raise ValueError("one")
        try:
            inner()
        except ValueError as error:
            raise KeyError("two") from error
    """)
    assert run(path, cwd=tmp_path) == python(path, cwd=tmp_path)


def test_syntax_error(script, tmp_path):
    path = script("x = = 1")
    assert run(path, cwd=tmp_path) == python(path, cwd=tmp_path)


def test_missing_script(tmp_path):
    code, _, errors = run("nowhere.py", cwd=tmp_path)
    assert code == 2
    assert "nowhere.py" in errors


def test_missing_names_are_named(script, tmp_path):
    path = script("import torch\n\n\ntorch.ranndn(3)\n")
    code, _, errors = run(path, cwd=tmp_path)
    assert code == 1
    assert f"minigrad has no torch.ranndn (at {path}, line 4)" in errors
    assert "the nearest name it has is torch.randn" in errors
    assert errors.count("File ") == 1


def test_missing_modules_are_named(script, tmp_path):
    path = script("import torch\nfrom torch import nn_\n")
    code, _, errors = run(path, cwd=tmp_path)
    assert code == 1
    assert f"minigrad has no torch.nn_ (at {path}, line 2)" in errors
    assert "the nearest name it has is torch.nn" in errors


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_of_the_program_find_minigrad(script, tmp_path, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("not on this system")
    path = script("""
        import multiprocessing, sys
        import torch
        from torch.utils.data import DataLoader, Dataset

        class Squares(Dataset):
            def __len__(self):
                return 6

            def __getitem__(self, i):
                assert "minigrad" in torch.__version__
                return torch.tensor(float(i)) ** 2

        if __name__ == "__main__":
            multiprocessing.set_start_method(sys.argv[1])
            for batch in DataLoader(Squares(), batch_size=2, num_workers=1):
                print(batch)
    """)
    code, out, errors = run(path, method, cwd=tmp_path)
    assert (code, errors) == (0, "")
    assert out == "tensor([0., 1.])\ntensor([4., 9.])\ntensor([16., 25.])\n"


def test_exit_functions_and_threads_still_find_the_program(script, tmp_path):
    path = script("""
        import atexit, pickle, threading, time
        class Thing: pass
        def later():
            print(type(pickle.loads(pickle.dumps(Thing()))).__name__)
        atexit.register(later)
        threading.Thread(target=lambda: (time.sleep(0.2), later())).start()
        print("end")
    """)
    assert run(path, cwd=tmp_path) == python(path, cwd=tmp_path)


@pytest.mark.parametrize("room", ["amp", "nn.parallel", "distributed", "cuda.amp", "serialization"])
def test_any_room_may_be_imported_first(tmp_path, room):
    code = (
        f"import minigrad_torch_compat.{room}\n"
        "import minigrad_torch_compat as torch\n"
        "print(torch.ones(2).shape, torch.nn.functional.relu(torch.ones(1)))"
    )
    assert python("-c", code, cwd=tmp_path) == (0, "torch.Size([2]) tensor([1.])\n", "")
