"""``load``: objects from a file of minigrad's or PyTorch's, without believing what it says."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import pickletools
from collections.abc import Callable, Iterator
from typing import Any

from . import vocabulary
from .archive import Archive
from .legacy import read_legacy
from .locations import placing
from .machine import Machine, global_name
from .storage import Kind, Storage

Runner = Callable[[Any, Callable[[Any], Any]], Any]  # reads a pickle, given what its ids mean


def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    encoding: str = "utf-8",
) -> Any:
    """Read what ``save``, or PyTorch's ``torch.save``, wrote.

    bfloat16 and its like do not exist in minigrad: such tensors become float32, which holds their
    values exactly.

    Args:
        f: the path, or a file that can be read and sought in.
        map_location: where tensors are put, if not where they were: a device, a dict of names, or
            a function of (storage, name).
        pickle_module: Python's ``pickle``; only with ``weights_only=False``.
        weights_only: True (which None means too): read tensors, numbers, strings and containers of
            them, and run no code of the file. False: unpickle anything, which may run any code:
            only for files that you trust.
        mmap: map the file into memory, so that elements are read when they are used.
        encoding: of strings that Python 2 wrote; only with ``weights_only=False``.

    Raises:
        FileNotFoundError: if there is no such file.
        EOFError: if it is empty.
        pickle.UnpicklingError: if it names what is not allowed, or is no checkpoint.
        RuntimeError: if it is damaged: cut off, or with tensors outside of their memory.
        AttributeError: if ``f`` is neither a path nor a file.
    """
    careful = weights_only is None or bool(weights_only)
    if careful and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    if pickle_module not in (None, pickle):
        raise ValueError(f"load: pickle_module must be Python's pickle, got {pickle_module!r}")
    if mmap and not isinstance(f, str | os.PathLike):
        raise ValueError("f must be a file path in order to use the mmap argument")
    place = placing(map_location)
    run = _carefully if careful else _trustingly(encoding)
    with _opened(f) as file:
        if _is_zip(file):
            return _read_archive(Archive(file, f if mmap else None), run, place)
        if mmap:
            raise RuntimeError("mmap can only be used with files of the zip format")
        try:
            return read_legacy(file, run, place)
        except (TypeError, AttributeError) as error:
            raise RuntimeError(f"the file is no checkpoint: {error}") from error


@contextlib.contextmanager
def _opened(f: Any) -> Iterator[Any]:
    if isinstance(f, str | os.PathLike):
        with open(f, "rb") as file:
            yield file
        return
    for name in ("read", "seek", "tell"):
        if not hasattr(f, name):
            raise AttributeError(
                f"{type(f).__name__!r} object has no attribute {name!r}. You can only load from a "
                "path or a file that is seekable: io.BytesIO(content) makes one."
            )
    yield f


def _is_zip(file: Any) -> bool:
    begin = file.tell()
    start = file.read(4)
    file.seek(begin)
    if not start:
        raise EOFError("the file is empty")
    return bool(start == b"PK\x03\x04")


def _read_archive(archive: Archive, run: Runner, place: Any) -> Any:
    found: dict[Any, Storage] = {}

    def storage(identity: Any) -> Storage:
        word, kind, key, location, count = identity
        known = word == "storage" and isinstance(kind, Kind) and type(key) is str
        if not known or type(count) is not int:
            raise pickle.UnpicklingError(f"the persistent id {identity!r} names no storage")
        if (key, kind) not in found:
            content = archive.content(f"data/{key}", count * kind.stored.itemsize)
            found[key, kind] = place(Storage(kind.read(content, archive.order), str(location)))
        return found[key, kind]

    return run(io.BytesIO(archive.read("data.pkl")), storage)


# --- the two ways to read a pickle ---------------------------------------------------------------


def _carefully(file: Any, persistent: Callable[[Any], Any]) -> Any:
    machine = Machine(vocabulary.CALLS, vocabulary.VALUES, vocabulary.trusted(), persistent)
    try:
        return machine.run(file)
    except pickle.UnpicklingError as error:
        raise pickle.UnpicklingError(
            f"Weights only load failed: {error}\nOnly if you trust the file, load it with "
            "weights_only=False, which may run any code that is in it."
        ) from error


def _trustingly(encoding: str) -> Runner:
    def run(file: Any, persistent: Callable[[Any], Any]) -> Any:
        unpickler = _Trusting(file, encoding=encoding)
        unpickler.persistent = persistent
        return unpickler.load()

    return run


class _Trusting(pickle.Unpickler):
    """Python's unpickler, which finds PyTorch's names with us, its layers among them."""

    persistent: Callable[[Any], Any]

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] != "torch":
            return super().find_class(module, name)
        full = f"{module}.{name}"
        for known in (vocabulary.CALLS, vocabulary.VALUES):
            if full in known:
                return known[full]
        layers = module.startswith("torch.nn.modules.")
        room = vocabulary.home + (".nn" if layers else module.removeprefix("torch"))
        try:
            return super().find_class(room, name)
        except (ImportError, AttributeError):
            raise pickle.UnpicklingError(f"minigrad has no {full}, which the file names") from None

    def persistent_load(self, pid: Any) -> Any:
        return self.persistent(pid)


# --- what a file names ---------------------------------------------------------------------------


def get_unsafe_globals_in_checkpoint(f: Any) -> list[str]:
    """Return the names in a checkpoint that ``load`` refuses by default; nothing is run.

    Raises:
        RuntimeError: if the file is no zip archive of a checkpoint.
    """
    with _opened(f) as file:
        pickled = Archive(file).read("data.pkl")
    known = {*vocabulary.CALLS, *vocabulary.VALUES, *vocabulary.trusted()}
    return sorted(name for name in _names(pickled) if name not in known)


def _names(pickled: bytes) -> Iterator[str]:
    """Yield the names in a pickle."""
    strings: list[str] = []  # a name may be put together of the last two
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "GLOBAL":
            module, _, name = f"{argument}".partition(" ")
            yield global_name(module, name)
        elif opcode.name == "STACK_GLOBAL":
            yield global_name(*strings[-2:])
        elif isinstance(argument, str):
            strings.append(argument)
