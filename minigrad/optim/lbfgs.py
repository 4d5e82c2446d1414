"""L-BFGS: Newton's steps with a Hessian guessed from the last few gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.ledger import ledger
from ..autograd.modes import enable_grad
from ..tensor import Tensor
from .groups import check_lr
from .line_search import Point, strong_wolfe
from .optimizer import Optimizer

CURVED = 1e-10  # a change of gradient along a step teaches curvature only if it is positive


class LBFGS(Optimizer):
    """Step along d = -H g, where H is the inverse Hessian that the last steps suggest.

    A step s that changed the gradient by y tells that H y = s. From H = (s.y / y.y) I each pair
    (s, y) updates it; only the product with g is ever formed (``two_loops``).

    One call of ``step`` makes up to ``max_iter`` of these steps, and needs a closure to evaluate
    the loss in between. There is one parameter group; the state belongs to its first parameter.

    Args:
        params: tensors.
        lr: the length of a step (of the first trial with a line search).
        max_iter: the most steps in one call.
        max_eval: the most evaluations of the closure in one call, ``max_iter * 5 // 4`` by default.
        tolerance_grad: stop when no element of the gradient is larger.
        tolerance_change: stop when neither loss nor parameters change by more.
        history_size: how many pairs are remembered.
        line_search_fn: None, or "strong_wolfe".

    Raises:
        ValueError: for a negative ``lr`` and for several groups.
        RuntimeError: with the first step, for another line search.

    Source: Nocedal and Wright, Numerical optimization (2006), algorithms 7.4 and 7.5.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_lr(lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make up to ``max_iter`` steps.

        Args:
            closure: evaluates the model anew, calls ``backward`` and returns the loss.

        Returns:
            What the closure returned at first, before any step.

        Raises:
            TypeError: without a closure.
        """
        if closure is None:
            raise TypeError("LBFGS.step() needs a closure, to evaluate the loss several times")
        if len(self.param_groups) != 1:
            raise AssertionError(
                f"Expected exactly one param_group, but got {len(self.param_groups)}"
            )
        (group,) = self.param_groups
        state = self.state[group["params"][0]]
        with enable_grad():
            first = closure()
        memory = Memory(state, group["history_size"])
        memory.evaluations += 1
        gradient = self._gradient()
        if largest(gradient) > group["tolerance_grad"]:
            self._iterate(closure, group, memory, float(first), gradient)
            memory.save(state)
        else:
            memory.save_counts(state)
        return first

    def _iterate(
        self,
        closure: Callable[[], Any],
        group: dict[str, Any],
        memory: Memory,
        loss: float,
        gradient: Any,
    ) -> None:
        before = memory.evaluations - 1
        for iteration in range(1, group["max_iter"] + 1):
            d, t = memory.next_direction(gradient, float(group["lr"]))
            memory.loss, memory.gradient = loss, gradient
            slope = dot(gradient, d)
            if slope > -group["tolerance_change"]:
                return  # the direction does not lead down
            point = Point(0.0, loss, gradient, slope)
            if group["line_search_fn"] is None:
                self._move(d, t)
                if iteration < group["max_iter"]:  # else nobody would look at the result
                    point = self._evaluate(closure, d, t)
                    memory.evaluations += 1
            else:
                left = group["max_eval"] - (memory.evaluations - before)
                point, count = self._search(closure, group, point, d, t, left)
                memory.t = t = point.t
                memory.evaluations += count
            loss, gradient = point.loss, point.gradient
            if (
                memory.evaluations - before >= group["max_eval"]
                or largest(gradient) <= group["tolerance_grad"]
                or largest(d) * abs(t) <= group["tolerance_change"]
                or abs(loss - memory.loss) < group["tolerance_change"]
            ):
                return

    def _search(
        self,
        closure: Callable[[], Any],
        group: dict[str, Any],
        start: Point,
        d: Any,
        t: float,
        trials: int,
    ) -> tuple[Point, int]:
        """Search along d, and move to what was found."""
        if group["line_search_fn"] != "strong_wolfe":
            raise RuntimeError("only 'strong_wolfe' is supported")
        params = group["params"]
        origin = [param._array.copy() for param in params]

        def evaluate(t: float) -> Point:
            self._move(d, t)
            point = self._evaluate(closure, d, t)
            for param, values in zip(params, origin):  # exactly: t d - t d leaves rounding behind
                param._array[...] = values
                ledger.write(param._array)
            return point

        found, count = strong_wolfe(evaluate, start, t, largest(d), trials)
        self._move(d, found.t)
        return found, count

    def _evaluate(self, closure: Callable[[], Any], d: Any, t: float) -> Point:
        with enable_grad():
            loss = float(closure())
        gradient = self._gradient()
        return Point(t, loss, gradient, dot(gradient, d))

    def _gradient(self) -> Any:
        """Return the gradients of all parameters, end to end; complex ones as pairs."""
        return np.concatenate(
            [
                _flat(np.zeros_like(p._array) if p.grad_ is None else p.grad_._array)
                for p in self.param_groups[0]["params"]
            ]
        )

    def _move(self, d: Any, t: float) -> None:
        """Move all parameters by t d."""
        start = 0
        for param in self.param_groups[0]["params"]:
            array = param._array
            stop = start + array.size * (2 if array.dtype.kind == "c" else 1)
            array += (t * d[start:stop]).view(array.dtype).reshape(array.shape)
            ledger.write(array)
            start = stop


class Memory:
    """What a step needs to know of those before it; in ``state_dict`` as PyTorch names it.

    Attributes:
        d, t: the last direction and how far it was followed.
        steps, changes: the pairs s and y of ``two_loops``, oldest first.
        rho: 1 / (s.y) of each pair.
        scale: the inverse Hessian before them is ``scale`` times the identity.
        loss, gradient: those before the last step.
        iterations, evaluations: how many there were in all.
    """

    def __init__(self, state: dict[str, Any], size: int) -> None:
        self.size = size
        self.d, self.t = _array(state.get("d")), float(state.get("t", 0.0))
        self.changes = [_array(y) for y in state.get("old_dirs", ())]
        self.steps = [_array(s) for s in state.get("old_stps", ())]
        self.rho = [float(rho) for rho in state.get("ro", ())]
        self.scale = float(state.get("H_diag", 1.0))
        self.gradient, self.loss = _array(state.get("prev_flat_grad")), state.get("prev_loss")
        self.iterations, self.evaluations = state.get("n_iter", 0), state.get("func_evals", 0)

    def save_counts(self, state: dict[str, Any]) -> None:
        """Write how many iterations and evaluations there were into a state."""
        state["func_evals"], state["n_iter"] = self.evaluations, self.iterations

    def save(self, state: dict[str, Any]) -> None:
        """Write everything into a state."""
        self.save_counts(state)
        kind = self.d.dtype
        state["d"], state["t"] = Tensor._wrap(self.d), self.t
        state["old_dirs"] = [Tensor._wrap(y) for y in self.changes]
        state["old_stps"] = [Tensor._wrap(s) for s in self.steps]
        state["ro"] = [Tensor._wrap(np.asarray(rho, kind)) for rho in self.rho]
        state["H_diag"] = Tensor._wrap(np.asarray(self.scale, kind)) if self.rho else 1
        state["prev_flat_grad"], state["prev_loss"] = Tensor._wrap(self.gradient), self.loss

    def next_direction(self, gradient: Any, lr: float) -> tuple[Any, float]:
        """Learn from the last step; return the next direction and how far to go at first."""
        self.iterations += 1
        if self.iterations == 1:
            size = float(np.add.reduce(np.abs(gradient)))
            self.d, self.t = -gradient, min(1.0, 1.0 / size) * lr
            return self.d, self.t
        y, s = gradient - self.gradient, self.d * self.t
        curvature = dot(y, s)
        if curvature > CURVED:
            if len(self.steps) == self.size:
                del self.steps[0], self.changes[0], self.rho[0]
            self.steps.append(s)
            self.changes.append(y)
            self.rho.append(1.0 / curvature)
            self.scale = curvature / dot(y, y)
        self.d, self.t = two_loops(gradient, self.steps, self.changes, self.rho, self.scale), lr
        return self.d, self.t


def two_loops(gradient: Any, steps: Any, changes: Any, rho: Any, scale: float) -> Any:
    """Return -H g, where H = V' ... V' (scale I) V ... V + ..., without forming a matrix.

    Each pair (s, y) makes H into V' H V + rho s s' with V = I - rho y s' and rho = 1 / (s.y).
    """
    q = -gradient
    shares = []
    for s, y, r in zip(reversed(steps), reversed(changes), reversed(rho)):
        shares.append(dot(s, q) * r)
        q -= shares[-1] * y
    q *= scale
    for s, y, r in zip(steps, changes, rho):
        q += (shares.pop() - dot(y, q) * r) * s
    return q


def dot(a: Any, b: Any) -> float:
    """Return the scalar product of two flat arrays."""
    return float(a @ b)


def largest(array: Any) -> float:
    """Return the largest absolute value."""
    return float(np.maximum.reduce(np.abs(array)))


def _flat(array: Any) -> Any:
    flat = array.reshape(-1)
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat


def _array(tensor: Any) -> Any:
    return None if tensor is None else tensor._array
