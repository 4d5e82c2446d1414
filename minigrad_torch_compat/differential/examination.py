"""One case on both engines: the calls that all aspects look at, made once each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .arguments import arrays_of, convert, duplicate, leaves
from .engines import Call, Engine, TapeEngine, engine
from .spec import Case, Spec


class Disagreement(AssertionError):
    """The candidate differs from the reference; the message says in what.

    Attributes:
        aspect: which aspect found it.
        ours, theirs: what was compared, as arrays, if they differ in numbers.
        place: (what, number) of the array that differs: ("input", 0) in gradients.
        error: what the candidate raised, if that is the difference.
        missing: the candidate has no such thing at all.
        case: the call that was made, if it is not the example itself.
    """

    def __init__(
        self,
        message: str,
        *,
        ours: Any = None,
        theirs: Any = None,
        place: tuple[str, int] = ("result", 0),
        bad: Any = None,
        error: BaseException | None = None,
        missing: bool = False,
    ) -> None:
        super().__init__(message)
        self.aspect = ""
        self.ours, self.theirs, self.place, self.bad = ours, theirs, place, bad
        self.error = error
        self.missing = missing
        self.case: Case | None = None


class NotApplicable(Exception):
    """An aspect has nothing to compare here; ``__cause__`` is what the reference raised, if so."""


@dataclass
class Side:
    """One of the two: an engine, and the function that runs on it.

    Attributes:
        index: 0 for the candidate, 1 for the reference.
    """

    index: int
    engine: Engine
    function: Any

    def arguments(self, case: Case, dtype: Any, grads: bool) -> tuple[Any, dict[str, Any], Any]:
        """Return the case's arguments as this engine's tensors, and the leaves among them."""
        inputs: list[Any] = []

        def constant(array: Any) -> Any:
            return self.engine.tensor(duplicate(array, dtype))

        def leaf(array: Any) -> Any:
            if array.dtype.kind not in "fc":
                return constant(array)
            inputs.append(self.engine.tensor(duplicate(array, dtype), requires_grad=True))
            return inputs[-1]

        args = tuple(
            convert(argument, leaf if grads and i not in case.constants else constant)
            for i, argument in enumerate(case.args)
        )
        return args, convert(case.kwargs, constant), inputs

    def call(self, case: Case, dtype: Any = np.float64, grads: bool = False) -> Call:
        """Call the function on a case; whatever it raises comes out."""
        args, kwargs, inputs = self.arguments(case, dtype, grads)
        result = self.engine.invoke(self.function, args, kwargs)
        return Call(self.function, args, kwargs, inputs, list(leaves(result)))

    def arrays(self, call: Call) -> list[Any]:
        """Return a call's results as arrays."""
        return [self.engine.array(out) for out in call.outputs]


class Examination:
    """A spec and one case of it, and what both sides answer.

    Properties are computed when an aspect first asks for them. One that raises because the
    reference has no answer raises ``NotApplicable``; because the candidate has none,
    ``Disagreement``.
    """

    def __init__(self, spec: Spec, case: Case) -> None:
        self.spec, self.case = spec, case
        self.sides = (
            Side(0, engine(spec.engine), spec.ours),
            Side(1, engine(spec.reference_engine), spec.theirs),
        )

    # --- calls ----------------------------------------------------------------------------

    @cached_property
    def outcomes(self) -> tuple[Any, Any]:
        """What each side answers in float64, gradients wanted: a call, or what it raised."""
        return tuple(attempt(side.call, self.case, np.float64, True) for side in self.sides)

    @cached_property
    def calls(self) -> tuple[Call, Call]:
        """The two calls in float64."""
        for outcome in reversed(self.outcomes):
            if isinstance(outcome, Exception):
                raise NotApplicable("the call was refused") from outcome
        return self.outcomes

    @cached_property
    def results(self) -> tuple[list[Any], list[Any]]:
        """The two lists of results as arrays."""
        ours, theirs = (side.arrays(call) for side, call in zip(self.sides, self.calls))
        return ours, theirs

    @cached_property
    def length(self) -> int:
        """How many numbers may have been added up for an element of the results."""
        arrays = [*arrays_of(list(self.case.args)), *self.results[1]]
        return max((array.size for array in arrays), default=1)

    # --- gradients ------------------------------------------------------------------------

    @cached_property
    def weights(self) -> list[Any]:
        """Random gradients of the reference's differentiable results, None for the others.

        Random ones, because a gradient of all ones hides wrong rules.
        """
        rng = np.random.default_rng(0)
        weights: list[Any] = []
        for out, array in zip(self.calls[1].outputs, self.results[1], strict=True):
            weight = None
            if self.sides[1].engine.requires_grad(out) is not False and array.dtype.kind in "fc":
                weight = readable(rng, array.shape)
                if array.dtype.kind == "c":
                    weight = weight + 1j * readable(rng, array.shape)
                weight = np.asarray(weight, array.dtype)
            weights.append(weight)
        if not self.calls[1].inputs or all(w is None for w in weights):
            raise NotApplicable("nothing to differentiate")
        return weights

    @cached_property
    def gradients(self) -> list[Any]:
        """The reference's gradients as arrays."""
        if isinstance(self.sides[1].engine, TapeEngine):
            tensors = self.graph(1)[1]
            return [None if g is None else self.sides[1].engine.array(g) for g in tensors]
        return self._asked(1, lambda: self.sides[1].engine.gradients(self.calls[1], self.weights))

    @cached_property
    def graphs(self) -> dict[int, tuple[list[Any], list[Any]]]:
        """What ``graph`` has computed so far."""
        return {}

    def graph(self, index: int) -> tuple[list[Any], list[Any]]:
        """Return a side's weights and gradients as tensors that can be differentiated again."""
        side, call = self.sides[index], self.calls[index]
        if index not in self.graphs:
            if not isinstance(side.engine, TapeEngine):
                raise NotApplicable(f"{side.engine.name} keeps no graph")
            tape = side.engine
            pairs = [
                (out, tape.tensor(w.copy(), requires_grad=True))
                for out, w in zip(call.outputs, self.weights, strict=True)
                if w is not None
            ]
            outs, weights = [p[0] for p in pairs], [p[1] for p in pairs]
            found = self._asked(index, lambda: tape.grad(outs, call.inputs, weights, True))
            self.graphs[index] = weights, found
        return self.graphs[index]

    def _asked(self, index: int, ask: Any) -> list[Any]:
        """Return what a side answers; a refusal is the reference's right, not the candidate's."""
        found = attempt(ask)
        if not isinstance(found, Exception):
            return found
        if index == 1:
            raise NotApplicable("the reference has no gradient") from found
        raise Disagreement(f"raises {shown(found)}", error=found)


def attempt(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Return what a function returns or raises; interrupts pass through."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return error


def shown(error: BaseException) -> str:
    """Return an error on one line."""
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__


def readable(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Return random numbers of sizes 0.5 to 1.5 that are short to write down, exact in float32.

    Of both signs: some rules are wrong for one of them only, beside an infinity.
    """
    sizes = rng.integers(32, 96, size=shape) / 64
    return np.asarray(sizes * rng.choice([-1.0, 1.0], size=shape))
