"""Path-SGD: gradient descent that does not care how the weights of a ReLU network are scaled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..autograd.functional import grad
from ..autograd.modes import enable_grad
from ..creation import ones
from ..nn.module import Module
from ..transforms.modules import functional_call
from .blocks import Block
from .groups import check, check_lr
from .optimizer import Optimizer
from .state import filled_like


class PathSGD(Optimizer):
    """Divide the gradient of each weight by the size of the paths that lead through it.

    A path leads from an input to an output of the network, edge by edge; a bias is an edge from a
    unit that is always 1, where paths start too. With the products of weights along paths,

        kappa_e = (sum over paths through e of the product over its other edges k of |w_k|^p)^(2/p),
        w_e <- w_e - lr g_e / kappa_e.

    Multiplying what enters a hidden unit by c > 0 and dividing what leaves it by c changes neither
    the function nor, with these steps, the functions to come; with plain gradients it does.

    All sums are one forward and one backward pass: with |w|^p for the weights and ones for the
    input nothing is negative, so each ReLU is the identity and the outputs add up the products S
    of all paths; kappa_e = (dS / d|w_e|^p)^(2/p). A weight that stands for several edges, as in a
    convolution, has the sum over all paths that use it. Poolings count as edges of their own,
    which are not trained; dropout is left out. A model of which this is not true, for example with
    batch norm, gets factors without that meaning.

    Args:
        model: the network: linear and convolutional layers, ReLU, pooling; no softmax at its end.
        input_shape: the shape of one input, without the batch.
        lr: the learning rate.
        p: which norm of the paths.
        every: after how many steps the factors are computed anew.
        maximize: step along the gradient instead.

    Raises:
        ValueError: for negative settings, a p below 1, and several parameter groups.

    Example:
        >>> import minigrad as mg
        >>> model = mg.nn.Sequential(mg.nn.Linear(3, 4), mg.nn.ReLU(), mg.nn.Linear(4, 1))
        >>> optimizer = mg.optim.PathSGD(model, (3,), lr=0.1)
        >>> model(mg.ones(5, 3)).sum().backward()
        >>> optimizer.step()

    Source: Neyshabur, Salakhutdinov and Srebro, Path-SGD: path-normalized optimization in deep
    neural networks (2015), equations 8 to 10 and section 4.1.
    """

    def __init__(
        self,
        model: Module,
        input_shape: Sequence[int],
        lr: Any = 1e-2,
        p: float = 2,
        every: int = 1,
        *,
        maximize: bool = False,
    ) -> None:
        check_lr(lr)
        check(p >= 1, "norm p", p)
        check(every >= 1, "number of steps", every)
        self.model = model
        self.input_shape = tuple(input_shape)
        self._age = 0
        defaults = {"lr": lr, "p": p, "every": every, "maximize": maximize}
        super().__init__([q for q in model.parameters() if q.requires_grad], defaults)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add the model's parameters: they are one group, for the paths lead through all.

        Raises:
            ValueError: for a second group.
        """
        if self.param_groups:
            raise ValueError("PathSGD has one parameter group: all parameters of its model")
        super().add_param_group(param_group)

    def _state_names(self, group: dict[str, Any]) -> tuple[str, ...]:
        return ("kappa",)

    def _step_group(self, group: dict[str, Any]) -> None:
        if self._age % group["every"] == 0:
            self._measure(group)
        self._age += 1
        super()._step_group(group)

    def _measure(self, group: dict[str, Any]) -> None:
        """Compute kappa of all parameters."""
        powers = _powers(self.model, group["p"])
        with enable_grad():
            total = _sum_over_paths(self.model, powers, self.input_shape)
        found = grad(total, list(powers.values()), allow_unused=True)
        trained = set(group["params"])
        for param, sums in zip(self.model.parameters(), found):
            if param not in trained:
                continue
            state = self.state[param]
            kappa = state.setdefault("kappa", filled_like(param))._array
            kappa[...] = 0 if sums is None else sums._array ** (2 / group["p"])
            kappa += kappa == 0  # no path leads through it: its gradient is zero too

    def _update(self, block: Block, group: dict[str, Any], key: None) -> None:
        (kappa,), work = block.state, block.work
        np.divide(block.gradient(group, decay=0), kappa, out=work)
        block.param -= np.multiply(work, float(group["lr"]), out=work)


def path_norm(model: Module, input_shape: Sequence[int], p: float = 2) -> Any:
    """Return (sum over all paths of the product of |w|^p along each)^(1/p).

    It does not depend on how the weights are scaled from layer to layer, and can be differentiated.

    Args:
        model, input_shape, p: as in ``PathSGD``.

    Source: Neyshabur, Tomioka and Srebro, Norm-based capacity control in neural networks (2015).
    """
    powers = {name: abs(param) ** p for name, param in model.named_parameters()}
    return _sum_over_paths(model, powers, input_shape) ** (1 / p)


def _powers(model: Module, p: float) -> dict[str, Any]:
    powers = {}
    for name, param in model.named_parameters():
        w = param.detach()
        powers[name] = (w * w if p == 2 else w.abs() ** p).requires_grad_()
    return powers


def _sum_over_paths(model: Module, powers: dict[str, Any], input_shape: Sequence[int]) -> Any:
    """Return the sum over all paths of the products along them, given the weights' powers."""
    like = next(iter(powers.values()))
    input = ones((1, *input_shape), dtype=like.dtype, device=like.device)
    with _evaluating(model):
        return functional_call(model, powers, (input,)).sum()


@contextmanager
def _evaluating(model: Module) -> Iterator[None]:
    """Switch off dropout for a while, module by module: some may be off already."""
    training = [module for module in model.modules() if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True
