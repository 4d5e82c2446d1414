"""The function of a script that makes one side's call: in its own engine's words."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from .engines import Engine, Layer, Pair, TapeEngine
from .examination import Examination, Side, attempt, readable
from .literals import Data, literal
from .source import Source


class Writer:
    """Writes the function of one side."""

    def __init__(self, exam: Examination, side: Side, source: Source, data: Data) -> None:
        self.exam, self.side, self.source, self.data = exam, side, source, data
        self.lines: list[str] = []
        self.inputs: list[str] = []
        self.operands: list[str] = []
        outcome = attempt(lambda: exam.outcomes[side.index])
        self.count = 1 if isinstance(outcome, Exception) else len(outcome.outputs)

    def function(self, aspect: str) -> str:
        """Return the definition of the function that shows an aspect."""
        ways: dict[str, Callable[[], None]] = {
            "gradient": self.gradient,
            "create_graph": self.gradient,
            "second_gradient": self.second,
            "in_place": self.in_place,
        }
        if aspect in ways:
            ways[aspect]()
        else:
            self.plain(aspect)
        name = ("candidate", "reference")[self.side.index]
        return f"\ndef {name}():\n" + textwrap.indent("\n".join(self.lines), "    ")

    # --- what to show ---------------------------------------------------------------------

    def plain(self, aspect: str) -> None:
        """Call, and return what the aspect looks at."""
        self.call(grads=aspect == "requires_grad", form=aspect)
        array = self.array
        ways: dict[str, Callable[[str], str]] = {
            "shape": lambda out: f"{array(out)}.shape",
            "dtype": lambda out: f"{array(out)}.dtype",
            "requires_grad": lambda out: f"{out}.requires_grad",
            "aliasing": lambda out: ", ".join(
                f"np.may_share_memory({array(out)}, {array(x)})" for x in self.operands
            ),
            "inputs": lambda out: ", ".join(f"{array(x)}.tolist()" for x in self.operands),
        }
        shown = ways.get(aspect, self.numbers)
        first = ", ".join(shown(out) for out in self.outs())
        if aspect == "repeatable":
            self.lines.append(f"first = [{first}]")
            self.lines.append(self.result)
            first = f"first, [{first}]"
        self.lines.append(f"return {first}")

    def numbers(self, out: str) -> str:
        """Return an expression for a result's numbers."""
        return f"{self.array(out)}.tolist()"

    def gradient(self) -> None:
        """Call, and return the gradients."""
        self.call(grads=True)
        self.lines.append(f"grads = {self.grads()}")
        self.show("grads")

    def second(self) -> None:
        """Call, and return the gradients of a combination of the gradients."""
        self.call(grads=True)
        weights = self.weights()
        used = [(out, w) for out, w in zip(self.outs(), weights, strict=False) if w]
        for _, w in used:
            self.lines.append(f"t{w} = {self.tensor(w, True)}")
        starts = ", ".join(f"t{w}" for _, w in used)
        outs = ", ".join(out for out, _ in used)
        inputs = ", ".join(self.inputs)
        grad = self.engine_grad()
        options = "create_graph=True, allow_unused=True"
        self.lines.append(f"grads = {grad}([{outs}], [{inputs}], [{starts}], {options})")
        rng = np.random.default_rng(1)
        ends = []
        for i, g in enumerate(self.exam.gradients):
            end = None if g is None else readable(rng, g.shape)
            if end is not None:
                ends.append((i, self.tensor(self.data.add(f"v{i}", end), False)))
        pairs = ", ".join(f"({i}, {text})" for i, text in ends)
        self.lines.append(
            f"ends = [(grads[i], v) for i, v in [{pairs}] if getattr(grads[i], 'requires_grad', 0)]"
        )
        self.lines.append("outs, weights = [g for g, _ in ends], [v for _, v in ends]")
        self.lines.append(f"grads = {grad}(outs, [{inputs}, {starts}], weights, allow_unused=True)")
        self.show("grads")

    def in_place(self) -> None:
        """Call the in-place form on a copy, and return its value, identity and gradients."""
        name = f"{self.exam.spec.method}_"
        args = self.arguments(grads=True)
        first = args.pop(0)
        self.lines.append(f"copy = {first}.clone()")
        self.lines.append(f"out = {self.method('copy', name)}({', '.join(args)})")
        self.lines.append(f"text = [{self.array('out')}.tolist(), out is copy]")
        if self.inputs:
            weight = readable(np.random.default_rng(0), self.exam.case.args[0].shape)
            w = self.tensor(self.data.add("w0", weight), False)
            inputs = ", ".join(self.inputs)
            self.lines.append("if out.requires_grad:")
            self.lines.append(
                f"    grads = {self.engine_grad()}([out], [{inputs}], [{w}], allow_unused=True)"
            )
            self.lines.append(
                f"    text += [g if g is None else {self.array('g')}.tolist() for g in grads]"
            )
        self.lines.append("return text")

    def show(self, name: str) -> None:
        """Return a list of tensors, some of them None."""
        self.lines.append(
            f"return [g if g is None else {self.array('g')}.tolist() for g in {name}]"
        )

    # --- pieces ---------------------------------------------------------------------------

    def call(self, grads: bool, form: str = "") -> None:
        """Write the call, its results named out, or outs if there are several."""
        args, text = self.arguments(grads), ""
        spec = self.exam.spec
        function = (spec.ours, spec.theirs)[self.side.index]
        if form == "method":
            text = self.method(args.pop(0), str(spec.method))
        elif form == "functional":
            form_of = getattr(self.side.engine.functional, str(spec.method), None)
            text = self.source.expression(form_of, spec) if form_of else f"F.{spec.method}"
        else:
            if isinstance(pair := self.pair(), Layer):
                self.lines.append(f"layer = {self.source.expression(pair.layer)}")
                if isinstance(pair.layer, type):
                    self.lines[-1] += "()"
                function, text = None, "layer.forward"
            elif pair is not None:
                function = pair.function
            text = text or self.source.expression(
                function, spec, ("ours", "theirs")[self.side.index]
            )
        self.args = args
        self.result = f"{'out' if self.count == 1 else 'outs'} = {text}({', '.join(args)})"
        self.lines.append(self.result)

    def outs(self) -> list[str]:
        """Return expressions for the results."""
        return ["out"] if self.count == 1 else [f"outs[{i}]" for i in range(self.count)]

    def arguments(self, grads: bool) -> list[str]:
        """Write the tensors of the arguments; return the arguments' expressions."""
        case = self.exam.case

        def write(array: Any, leaf: bool) -> str:
            name = f"t{len(self.operands)}"
            leaf = leaf and array.dtype.kind in "fc"
            self.lines.append(f"{name} = {self.tensor(self.data.name(array), leaf)}")
            self.operands.append(name)
            if leaf:
                self.inputs.append(name)
            return name

        texts = [
            literal(argument, functools.partial(write, leaf=grads and i not in case.constants))
            for i, argument in enumerate(case.args)
        ]
        return texts + [
            f"{key}={literal(value, functools.partial(write, leaf=False))}"
            for key, value in case.kwargs.items()
        ]

    def weights(self) -> list[str | None]:
        """Return the names of the gradients of the results."""
        return [
            None if w is None else self.data.add(f"w{i}", np.asarray(w))
            for i, w in enumerate(self.exam.weights)
        ]

    def grads(self) -> str:
        """Return an expression for the list of gradients."""
        weights = self.weights()
        if isinstance(self.side.engine, TapeEngine):
            used = [(out, w) for out, w in zip(self.outs(), weights, strict=False) if w]
            outs = ", ".join(out for out, _ in used)
            starts = ", ".join(self.tensor(w, False) for _, w in used)
            inputs = ", ".join(self.inputs)
            return f"{self.engine_grad()}([{outs}], [{inputs}], [{starts}], allow_unused=True)"
        if self.side.engine.name != "numpy":
            self.source.needs("from minigrad_torch_compat.differential.engines import Call")
            function = self.result.split(" = ", 1)[1].split("(")[0]
            args = ", ".join(self.args)
            return (
                f"{self.engine()}.gradients(Call({function}, ({args},), {{}}, "
                f"[{', '.join(self.inputs)}], [{', '.join(self.outs())}]), "
                f"[{', '.join(map(str, weights))}])"
            )
        pair = self.pair()
        starts = ", ".join(str(w) for w in weights)
        starts = starts if len(weights) == 1 else f"({starts})"
        if isinstance(pair, Layer):
            self.lines.append(f"grads = layer.backward({starts})")
        else:
            vjp = self.source.expression(pair.vjp) if pair and pair.vjp else "None"
            self.lines.append(f"grads = {vjp}({', '.join([starts, *self.args])})")
        return "grads if isinstance(grads, (tuple, list)) else [grads]"

    # --- how each engine is written -------------------------------------------------------

    def pair(self) -> Pair | None:
        """Return the function and its gradient written by hand, if that is what is compared."""
        function = (self.exam.spec.ours, self.exam.spec.theirs)[self.side.index]
        return Pair.of(function) if self.side.engine.name == "numpy" else None

    def method(self, target: str, name: str) -> str:
        """Return an expression for a bound method; an adapter may have others than its tensors."""
        if self.side.engine.name in ("minigrad", "torch"):
            return f"{target}.{name}"
        self.source.needs("import functools")
        return f"functools.partial({self.engine()}.method({name!r}), {target})"

    def engine_grad(self) -> str:
        """Return the name of the engine's function that computes gradients."""
        known = {"minigrad": "mg.autograd.grad", "torch": "torch.autograd.grad"}
        return known.get(self.side.engine.name) or f"{self.engine()}.grad"

    def tensor(self, name: str, leaf: bool) -> str:
        """Return an expression for a tensor of a named array, with a copy of its memory."""
        kind = self.side.engine.name
        copied = self.data.copied(name)
        if kind == "numpy":
            return copied
        if kind not in ("minigrad", "torch"):
            return f"{self.engine()}.tensor({copied}, requires_grad={leaf})"
        module = "mg" if kind == "minigrad" else "torch"
        self.source.needs("import minigrad as mg" if module == "mg" else "import torch")
        return f"{module}.from_numpy({copied})" + (".requires_grad_()" if leaf else "")

    def array(self, name: str) -> str:
        """Return an expression for the array of a result."""
        kind = self.side.engine.name
        if kind in ("minigrad", "torch"):
            return f"{name}.detach().numpy()"
        return f"np.asarray({name})" if kind == "numpy" else f"{self.engine()}.array({name})"

    def engine(self) -> str:
        """Return an expression for an engine that is an adapter."""
        kind: type[Engine] = type(self.side.engine)
        self.source.needs(f"from {kind.__module__} import {kind.__qualname__}")
        return f"{kind.__qualname__}()"
