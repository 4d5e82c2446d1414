"""Lets the recorder see modules, optimizers, data loaders and custom functions."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from .leaves import leaves_of
from .places import is_program, of_engine, program_frame
from .recording import Recorder


def wrap_classes(torch: Any, recorder: Recorder) -> list[str]:
    """Wrap what is called through its class; return the names that records have."""
    nn, optim = importlib.import_module("torch.nn"), importlib.import_module("torch.optim")
    data = importlib.import_module("torch.utils.data")
    nn.Module.__call__ = _calling(nn.Module.__call__, Calls(recorder))
    optim.Optimizer.__init__ = _made(optim.Optimizer.__init__, recorder)
    data.DataLoader.__iter__ = _iterating(data.DataLoader.__iter__, recorder)
    function = torch.autograd.Function
    function.apply = classmethod(_applying(function.__dict__["apply"].__func__, recorder))
    return ["module", "step", "batch", "apply"]


class Calls:
    """The calls of modules that are under way.

    Args:
        recorder: notes them.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._open: list[tuple[Any, str]] = []

    def call(
        self, original: Callable[..., Any], module: Any, frame: FrameType, args: Any, kwargs: Any
    ) -> Any:
        """Call a module and note it: a layer of the engine with its parameters as inputs."""
        recorder, engine = self.recorder, of_engine(type(module))
        path = self._path(module)
        parameters = list(module.named_parameters())
        for name, parameter in parameters:
            if parameter.requires_grad:
                recorder.gradients.leaf(parameter, f"{path}.{name}")
        title = f"nn.{type(module).__name__}" if engine else type(module).__name__
        record = recorder.begin("module", title, program_frame(3), soft=not is_program(frame))
        record["path"] = path
        given = [*leaves_of(args), *leaves_of(kwargs)]
        if engine:
            # A lazy layer does not know the shapes of its parameters yet.
            given += [p for p in parameters if type(p[1]).__name__ != "UninitializedParameter"]
        else:
            record["own"] = True
        record["in"] = recorder.inputs(given)
        self._open.append((module, path))
        try:
            result = original(module, *args, **kwargs)
        except Exception as error:
            recorder.failed(record, error)
            raise
        finally:
            self._open.pop()
        recorder.end(record, result)
        return result

    def _path(self, module: Any) -> str:
        """Return the path of a module from the outermost one: ``Net.conv1``."""
        if not self._open:
            return type(module).__name__
        outer, path = self._open[-1]
        for name, child in outer.named_modules():
            if child is module and name:
                return f"{path}.{name}"
        return f"{path} > {type(module).__name__}"


def _calling(original: Callable[..., Any], calls: Calls) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(module: Any, *args: Any, **kwargs: Any) -> Any:
        if not calls.recorder.on():
            return original(module, *args, **kwargs)
        return calls.call(original, module, sys._getframe(1), args, kwargs)

    return call


def _made(original: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    """Return an ``Optimizer.__init__`` that lets the recorder see the steps."""

    @functools.wraps(original)
    def made(optimizer: Any, *args: Any, **kwargs: Any) -> None:
        original(optimizer, *args, **kwargs)
        optimizer.register_step_post_hook(recorder.step)

    return made


class _Batches:
    """A pass over a data loader, of which each batch is noted."""

    def __init__(self, batches: Any, recorder: Recorder) -> None:
        self._batches, self._recorder = batches, recorder

    def __iter__(self) -> Any:
        return self

    def __len__(self) -> int:
        return len(self._batches)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batches, name)

    def __next__(self) -> Any:
        batch = next(self._batches)
        frame = sys._getframe(1)
        if self._recorder.listens(frame):
            record = self._recorder.begin("batch", "DataLoader.__next__", frame)
            self._recorder.end(record | {"in": []}, batch)
        return batch


def _iterating(original: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    @functools.wraps(original)
    def iterate(loader: Any) -> Any:
        return _Batches(original(loader), recorder)

    return iterate


def _applying(original: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    """Return ``Function.apply``, noted under the name of the program's class."""

    @functools.wraps(original)
    def apply(kind: Any, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        if not recorder.listens(frame):
            return original(kind, *args, **kwargs)
        return recorder.call(
            functools.partial(original, kind), f"{kind.__name__}.apply", frame, args, kwargs
        )

    return apply
