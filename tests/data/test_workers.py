"""Workers: the same batches as without, and nothing left behind, however the loop ends."""

import gc
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest
from libraries import plain, same

import minigrad as mg
from minigrad.data import DataLoader, IterableDataset, TensorDataset, get_worker_info

METHODS = ["multiprocessing", "thread"]
pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .* is multi-threaded:DeprecationWarning",  # fork beside other threads
    "ignore:This DataLoader will create:UserWarning",
)


@pytest.fixture(autouse=True, scope="module")
def fork():
    """The datasets of these tests are local classes, which cannot be pickled."""
    default = multiprocessing.get_start_method()
    multiprocessing.set_start_method("fork", force=True)
    yield
    multiprocessing.set_start_method(default, force=True)


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert multiprocessing.active_children() == []
    left = [t for t in threading.enumerate() if t not in before and "QueueFeeder" not in t.name]
    assert left == []


def options(side, method, **extra):
    """PyTorch has processes only; the batches are the same."""
    chosen = {"worker_method": method} if side.lib is mg else {}
    return {"num_workers": 2, **chosen, **extra}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("extra", [{}, {"persistent_workers": True, "prefetch_factor": 3}])
def test_batches_and_seeds_as_in_pytorch(method, extra):
    def program(s):
        data = s.data.TensorDataset(s.lib.arange(11), s.lib.arange(11) * 2.0)
        loader = s.data.DataLoader(data, 2, shuffle=True, **options(s, method, **extra))
        return [list(loader), list(loader), len(loader)]

    same(program)


class Drawing:
    """Each sample is a random number of each library that workers seed."""

    def __init__(self, lib):
        self.lib = lib

    def __len__(self):
        return 4

    def __getitem__(self, i):
        seed = sys.modules[f"{self.lib}.data" if self.lib == "minigrad" else "torch.utils.data"]
        info = seed.get_worker_info()
        tensor = sys.modules[self.lib].rand(2).tolist()
        return info.id, info.num_workers, info.seed, random.random(), np.random.rand(), tensor


def test_workers_are_seeded_as_in_pytorch():
    def program(s):
        data = Drawing(s.lib.__name__)
        return list(s.data.DataLoader(data, None, **options(s, "multiprocessing")))

    same(program)


class Streams(IterableDataset):
    """The part of a range that belongs to this worker; ``uneven`` gives the first one more."""

    def __init__(self, count, uneven=False):
        self.count = count
        self.uneven = uneven

    def __iter__(self):
        info = get_worker_info()
        start = info.id * 100
        return iter(range(start, start + self.count * (3 if self.uneven and not info.id else 1)))


@pytest.mark.parametrize("method", METHODS)
def test_streams(method):
    loader = DataLoader(Streams(3), batch_size=2, num_workers=2, worker_method=method)
    assert [b.tolist() for b in loader] == [[0, 1], [100, 101], [2], [102]]
    uneven = DataLoader(Streams(2, True), batch_size=2, num_workers=2, worker_method=method)
    assert [b.tolist() for b in uneven] == [[0, 1], [100, 101], [2, 3], [4, 5]]
    again = DataLoader(
        Streams(3), batch_size=2, num_workers=2, worker_method=method, persistent_workers=True
    )
    assert plain(list(again)) == plain(list(again))


@pytest.mark.parametrize("method", METHODS)
def test_worker_init_sets_up_each_copy(method):
    class Stream(IterableDataset):
        def __init__(self):
            self.part = None

        def __iter__(self):
            return iter([self.part])

    def init(number):
        get_worker_info().dataset.part = 10 + number

    data = Stream()
    loader = DataLoader(data, None, num_workers=2, worker_init_fn=init, worker_method=method)
    assert list(loader) == [10, 11]
    assert data.part is None


def test_outside_of_workers_there_is_no_info():
    assert get_worker_info() is None
    assert list(DataLoader([1, 2], None)) == [1, 2]


def test_threads_have_generators_of_their_own():
    class Rows:
        def __len__(self):
            return 6

        def __getitem__(self, i):
            rng = get_worker_info().rng
            drawn = mg.rand((), generator=rng.generator).item()
            return drawn, rng.random_generator.random(), rng.numpy_generator.random()

    def drawn():
        mg.manual_seed(4)
        return list(DataLoader(Rows(), None, num_workers=2, worker_method="thread"))

    first = drawn()
    assert first == drawn()
    assert len({row[0] for row in first}) == 6


@pytest.mark.parametrize("method", METHODS)
def test_not_in_order(method):
    def wait_in_the_first(number):
        if number == 0:
            time.sleep(0.3)

    loader = DataLoader(
        range(4),
        None,
        num_workers=2,
        in_order=False,
        worker_init_fn=wait_in_the_first,
        worker_method=method,
    )
    found = list(loader)
    assert sorted(found) == [0, 1, 2, 3]
    assert found[0] == 1  # the other worker's


# --- failures -----------------------------------------------------------------------------------


class Failing:
    def __init__(self, error, at=3):
        self.error = error
        self.at = at

    def __len__(self):
        return 6

    def __getitem__(self, i):
        if i == self.at:
            raise self.error
        return i


class TwoArgumentsError(Exception):
    def __init__(self, a, b):
        super().__init__(a, b)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ValueError("no such row"), ValueError),
        (KeyError("no such row"), KeyError),
        (TwoArgumentsError("no such row", 2), RuntimeError),
        (SystemExit("no such row"), RuntimeError),
    ],
)
def test_errors_come_with_their_traceback(method, error, raised):
    found = []
    kind = "process" if method == "multiprocessing" else "thread"
    with pytest.raises(raised) as caught:
        found.extend(DataLoader(Failing(error), None, num_workers=2, worker_method=method))
    assert found == [0, 1, 2]
    text = str(caught.value)
    name = "RuntimeError" if isinstance(error, SystemExit) else type(error).__name__
    assert f"Caught {name} in DataLoader worker {kind} 1.\nOriginal Traceback" in text
    assert "no such row" in text
    assert "__getitem__" in text


@pytest.mark.parametrize("method", METHODS)
def test_loading_goes_on_after_an_error(method):
    loading = iter(DataLoader(Failing(ValueError()), None, num_workers=2, worker_method=method))
    found = []
    for _ in range(6):
        try:
            found.append(next(loading))
        except ValueError:
            found.append("error")
    assert found == [0, 1, 2, "error", 4, 5]


@pytest.mark.parametrize("method", METHODS)
def test_errors_of_the_start(method):
    def init(number):
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        list(DataLoader([1], num_workers=1, worker_init_fn=init, worker_method=method))


@pytest.mark.parametrize("method", METHODS)
def test_timeout(method):
    class Slow(Failing):
        def __getitem__(self, i):
            time.sleep(0.4)

    loader = DataLoader(Slow(None), None, num_workers=1, timeout=0.05, worker_method=method)
    with pytest.raises(RuntimeError, match=r"DataLoader timed out after 0\.05 seconds"):
        list(loader)


def test_a_worker_that_is_killed():
    class Killed(Failing):
        def __getitem__(self, i):
            if i == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return i

    with pytest.raises(RuntimeError, match=r"worker \(pid\(s\) \d+\) exited unexpectedly.*-9"):
        list(DataLoader(Killed(None), None, num_workers=2))


def test_results_that_cannot_be_sent():
    with pytest.raises(Exception, match="pickle"):
        list(DataLoader([1], None, num_workers=1, collate_fn=lambda x: lambda: x))


# --- how a loop may end -----------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("extra", [{}, {"persistent_workers": True}])
def test_breaking_off(method, extra):
    data = TensorDataset(mg.zeros(50, 10_000))  # batches that fill a pipe
    loader = DataLoader(data, 5, num_workers=2, worker_method=method, **extra)
    for _ in range(2):
        for batch in loader:
            assert batch[0].shape == (5, 10_000)
            break


@pytest.mark.parametrize("method", METHODS)
def test_raising_in_the_loop(method):
    def consume():
        for _ in DataLoader(range(100), num_workers=2, worker_method=method):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()


@pytest.mark.parametrize("method", METHODS)
def test_what_was_fetched_ahead_is_not_finished(method):
    class Slow(Failing):
        def __getitem__(self, i):
            time.sleep(0.2)

    loader = DataLoader(
        Slow(None), None, sampler=[0] * 20, num_workers=1, prefetch_factor=15, worker_method=method
    )
    loading = iter(loader)
    next(loading)
    start = time.monotonic()
    del loading
    assert time.monotonic() - start < 1.5  # not the 3 seconds of the tasks that were given


def test_a_fork_does_not_end_its_parents_workers():
    loading = iter(DataLoader(range(8), None, num_workers=1, timeout=5))
    assert next(loading) == 0
    child = os.fork()
    if not child:
        loading._close()
        os._exit(0)
    os.waitpid(child, 0)
    assert list(loading) == [1, 2, 3, 4, 5, 6, 7]


def test_persistent_workers_stay_themselves():
    class Pids(Failing):
        def __getitem__(self, i):
            return os.getpid()

    loader = DataLoader(Pids(None), None, num_workers=2, persistent_workers=True)
    first, second = set(loader), set(loader)
    assert first == second
    assert len(first) == 2
    fresh = DataLoader(Pids(None), None, num_workers=2)
    assert not set(fresh) & set(fresh)


def test_persistent_workers_that_died_are_replaced():
    loader = DataLoader(
        Failing(None, at=9), None, num_workers=1, persistent_workers=True, timeout=5
    )
    next(iter(loader))
    (child,) = multiprocessing.active_children()
    child.kill()
    child.join()
    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        list(loader)
    assert list(loader) == [0, 1, 2, 3, 4, 5]


PROGRAM = """
    import multiprocessing, os, time
    from minigrad.data import DataLoader

    class Slow:
        def __len__(self): return 1000
        def __getitem__(self, i):
            time.sleep(0.01)
            return os.getpid()

    multiprocessing.set_start_method("fork")
    seen = set()
    for pid in DataLoader(Slow(), None, num_workers=2, worker_method={method!r}):
        seen.add(pid)
        if len(seen) == {count}:
            print(*seen, flush=True)
            seen.add(0)
            time.sleep({pause})
"""


def gone(pid, patience=5.0):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads /proc")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("pause", [0, 60], ids=["while it waits for workers", "while they wait"])
def test_the_program_is_interrupted(method, signum, pause):
    count = 2 if method == "multiprocessing" else 1
    code = textwrap.dedent(PROGRAM.format(method=method, count=count, pause=pause))
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert len(pids) == count
    if pause:
        time.sleep(0.3)  # then everything is fetched that may be
    if signum == signal.SIGINT:  # Ctrl-C reaches the whole group, the workers too
        os.killpg(program.pid, signum)
    else:
        program.kill()
    _, errors = program.communicate(timeout=10)
    assert all(gone(pid) for pid in pids)
    if signum == signal.SIGINT:
        assert errors.count("Traceback") == 1  # ours; the workers are silent
        assert "KeyboardInterrupt" in errors


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_other_ways_to_start(start):
    loader = DataLoader(range(4), 2, num_workers=1, multiprocessing_context=start)
    assert [b.tolist() for b in loader] == [[0, 1], [2, 3]]


def test_many_tasks_do_not_lock_up():
    """Keys that fill the pipe one way while batches fill it the other way."""
    data = TensorDataset(mg.zeros(60_000, 4))
    loader = DataLoader(data, 20_000, num_workers=1, prefetch_factor=3, timeout=20)
    assert sum(len(x) for (x,) in loader) == 60_000


def test_more_workers_than_processors_are_worth_a_warning():
    with pytest.warns(UserWarning, match="will create 999 worker processes"):
        DataLoader([1], num_workers=999)
