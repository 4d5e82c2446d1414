"""Random programs of views and in-place changes, on minigrad and PyTorch side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from programs import same

import minigrad as mg


class Pair(NamedTuple):
    """The same tensor on both engines."""

    ours: Any
    theirs: Any


VIEWS: dict[str, Callable[[Any], Any]] = {
    "row": lambda t: t[0],
    "last": lambda t: t[-1],
    "head": lambda t: t[:2],
    "tail": lambda t: t[1:],
    "every other": lambda t: t[..., ::2],
    "column": lambda t: t[..., 0],
    "transpose": lambda t: t.transpose(0, -1),
    "flat": lambda t: t.reshape(-1),
    "new axis": lambda t: t[None],
    "unsqueeze": lambda t: t.unsqueeze(-1),
    "expand": lambda t: t.unsqueeze(0).expand(2, *t.shape),
    "whole": lambda t: t[...],
}
OUT_OF_PLACE: dict[str, Callable[..., Any]] = {
    "mul": lambda a, b: a * b,
    "add": lambda a, b: a + b,
    "scale": lambda a, b: a * 0.5,
    "square": lambda a, b: a * a,
    "sum": lambda a, b: a.sum(),
    "rows": lambda a, b: a.sum(0),
    "clone": lambda a, b: a.clone(),
}
IN_PLACE: dict[str, Callable[..., Any]] = {
    "add_": lambda a, b: a.add_(b),
    "mul_": lambda a, b: a.mul_(b),
    "copy_": lambda a, b: a.copy_(b),
    "add_ number": lambda a, b: a.add_(0.25),
    "mul_ number": lambda a, b: a.mul_(-0.5),
    "zero_": lambda a, b: a.zero_(),
    "fill_": lambda a, b: a.fill_(0.75),
    "set first": lambda a, b: a.__setitem__(0, b),
    "set part": lambda a, b: a.__setitem__(slice(1, None), 1.5),
    "set all": lambda a, b: a.__setitem__(..., b),
    "set chosen": lambda a, b: a.__setitem__([0], b),
}


def outcome(function: Callable[..., Any], *args: Any) -> Any:
    """Return the result, or the error raised."""
    try:
        return function(*args)
    except (RuntimeError, IndexError) as error:
        return error


def check_same_kind(ours: Any, theirs: Any) -> bool:
    """Return True if both succeeded; fail if just one did, or the errors differ in type."""
    failed = isinstance(ours, Exception), isinstance(theirs, Exception)
    assert failed[0] == failed[1], f"ours: {ours!r}\ntheirs: {theirs!r}"
    if failed[0]:
        assert type(ours) is type(theirs)
    return not failed[0]


def fitting(x: Pair, y: Pair) -> Pair:
    """Return ``y`` if it broadcasts to the shape of ``x``, else its sum."""
    try:
        fits = np.broadcast_shapes(x.ours.shape, y.ours.shape) == x.ours.shape
    except ValueError:
        fits = False
    return y if fits else Pair(y.ours.sum(), y.theirs.sum())


class Views(RuleBasedStateMachine):
    """Two engines that run the same program; after each line everything visible is equal."""

    tensors = Bundle("tensors")

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[Pair] = []
        self.leaves: list[Pair] = []

    def keep(self, ours: Any, theirs: Any) -> Pair:
        pair = Pair(ours, theirs)
        self.pairs.append(pair)
        return pair

    @initialize(target=tensors)
    def first(self) -> Any:
        leaf = self.leaf((3, 2), True, 0)
        result = self.keep(leaf.ours * 2, leaf.theirs * 2)
        constant = self.leaf((2,), False, 1)
        return multiple(leaf, result, result, constant)

    @rule(
        target=tensors,
        shape=st.sampled_from([(2,), (3,), (3, 2), (2, 3), ()]),
        grad=st.booleans(),
        seed=st.integers(0, 9),
    )
    def make_leaf(self, shape: tuple[int, ...], grad: bool, seed: int) -> Pair:
        return self.leaf(shape, grad, seed)

    def leaf(self, shape: tuple[int, ...], grad: bool, seed: int) -> Pair:
        values = np.random.default_rng(seed).integers(-4, 5, shape) / 4.0
        ours = mg.tensor(values, requires_grad=grad)
        theirs = torch.tensor(values, requires_grad=grad)
        pair = self.keep(ours, theirs)
        self.leaves.append(pair)
        return pair

    @rule(target=tensors, x=tensors, name=st.sampled_from(list(VIEWS)))
    def view(self, x: Pair, name: str) -> Pair:
        ours, theirs = outcome(VIEWS[name], x.ours), outcome(VIEWS[name], x.theirs)
        return self.keep(ours, theirs) if check_same_kind(ours, theirs) else x

    @rule(target=tensors, x=tensors)
    def detach(self, x: Pair) -> Pair:
        return self.keep(x.ours.detach(), x.theirs.detach())

    @rule(target=tensors, x=tensors, y=tensors, name=st.sampled_from(list(OUT_OF_PLACE)))
    def compute(self, x: Pair, y: Pair, name: str) -> Pair:
        y = fitting(x, y)
        ours = outcome(OUT_OF_PLACE[name], x.ours, y.ours)
        theirs = outcome(OUT_OF_PLACE[name], x.theirs, y.theirs)
        return self.keep(ours, theirs) if check_same_kind(ours, theirs) else x

    @rule(
        x=tensors,
        y=tensors,
        name=st.sampled_from(list(IN_PLACE)),
        record=st.sampled_from([True, True, True, False]),
    )
    def write(self, x: Pair, y: Pair, name: str, record: bool) -> None:
        if name.startswith("set ") and (x.ours.ndim == 0 or x.ours.numel() == 0):
            return  # several errors at once: which comes first is of no interest
        if 0 in x.ours.stride():
            record = False  # where a tensor was expanded, PyTorch writes, but cannot go back
        if name != "set first":
            y = fitting(x, y)
        if np.shares_memory(x.ours.detach().numpy(), y.ours.detach().numpy()):
            # PyTorch leaves overlapping operands undefined.
            y = Pair(y.ours.detach().clone(), y.theirs.detach().clone())
        _ = x.theirs.grad_fn  # else PyTorch takes a view whose base got a history for a leaf
        with mg.set_grad_enabled(record), torch.set_grad_enabled(record):
            ours = outcome(IN_PLACE[name], x.ours, y.ours)
            theirs = outcome(IN_PLACE[name], x.theirs, y.theirs)
        check_same_kind(ours, theirs)

    @invariant()
    def same_values(self) -> None:
        for ours, theirs in self.pairs:
            np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())
            assert ours._version == theirs._version

    @rule()
    def same_places_in_the_graph(self) -> None:
        """No invariant: views learn only when asked what has become of them."""
        for ours, theirs in self.pairs:
            assert ours.requires_grad == theirs.requires_grad
            assert ours.is_leaf == theirs.is_leaf

    def teardown(self) -> None:
        """Differentiate each tensor with respect to all leaves."""
        self.same_places_in_the_graph()
        for pair in self.pairs:
            if pair.ours.requires_grad:
                ours = outcome(self.gradients, mg, pair.ours, 0)
                theirs = outcome(self.gradients, torch, pair.theirs, 1)
                if check_same_kind(ours, theirs):
                    for a, b in zip(ours, theirs, strict=True):
                        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12, atol=1e-12)

    def gradients(self, library: Any, tensor: Any, engine: int) -> Any:
        leaves = [pair[engine] for pair in self.leaves if pair[engine].requires_grad]
        rows = tensor.reshape(-1)
        weights = library.arange(1, len(rows) + 1, dtype=library.float64)
        return library.autograd.grad(
            (rows * weights).sum(), leaves, retain_graph=True, materialize_grads=True
        )


TestViews = pytest.mark.filterwarnings("ignore")(Views.TestCase)
TestViews.settings = settings(
    settings.default, stateful_step_count=15, max_examples=4 * settings.default.max_examples
)


# --- single programs ------------------------------------------------------------------------------


def leaf(t: Any) -> Any:
    return t.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], requires_grad=True)


def stale_view_copied_elsewhere(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    view = base[0]
    base.mul_(3)
    other = t.zeros(2)
    other.copy_(view)
    return t.autograd.grad(other.sum(), x)


def stale_view_assigned_elsewhere(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    view = base[0]
    base[0] *= 3
    other = t.zeros(3, 2)
    other[1] = view
    return t.autograd.grad(other.sum(), x)


def stale_view_as_operand(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    view = base[0].reshape(2, 1).transpose(0, 1)
    base.mul_(3)
    return view * 2, t.autograd.grad((view * 2).sum(), x)


def view_of_a_base_that_gets_a_history(t: Any) -> Any:
    x = leaf(t)
    base = t.zeros(3, 2)
    view, other = base[0], base[1]
    before = view.requires_grad
    base[0] = x[0] * 2
    found = t.autograd.grad((view * view).sum() + other.sum(), x)
    return before, view.requires_grad, other.requires_grad, found


def write_of_one_row_into_another(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    base[0] = base[1]
    base[1] = base[2]
    return base, t.autograd.grad((base * base).sum(), x)


def whole_tensor_copied_from_a_leaf(t: Any) -> Any:
    x = leaf(t)
    y = t.zeros(3, 2)
    y.copy_(x)
    z = x * 1
    z.copy_(x)
    found = t.autograd.grad((y * z).sum(), x)
    return y.is_leaf, y.requires_grad, found


def constant_copied_over_a_result(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.copy_(t.ones(3, 2))
    return y.requires_grad, t.autograd.grad(y.sum(), x)


def cast_by_a_write(t: Any) -> Any:
    x = leaf(t)
    y = t.zeros(3, 2, dtype=t.float64)
    y[1:] = x[1:] * 2
    return y, t.autograd.grad(y.sum(), x)


def a_number_in_float64_written_into_float32(t: Any) -> Any:
    x = leaf(t)
    w = t.ones(3, 2, dtype=t.float64, requires_grad=True)
    y = x * 1
    y.mul_(w)
    return y, t.autograd.grad(y.sum(), [x, w])


def chosen_by_a_mask(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y[x > 2.5] = 0.5
    y[t.tensor([0, 2]), 1] = x[0]
    return y, t.autograd.grad((y * y).sum(), x)


def second_derivative_through_writes(t: Any) -> Any:
    x = leaf(t)
    y = x * x
    y[0].mul_(x[1])
    y.transpose(0, 1)[0] = x[:, 1] * x[:, 0]
    (first,) = t.autograd.grad((y * y).sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def parameter_updated_through_a_view(t: Any) -> Any:
    x = leaf(t)
    view = x[0]
    with t.no_grad():
        view.add_(1)
        x[1] = 0
    return x, view, t.autograd.grad((view * view).sum(), x)


def made_writable_by_clone(t: Any) -> Any:
    x = leaf(t)
    y = x[0].clone()
    y.add_(1)
    return t.autograd.grad((y * y).sum(), x)


def expanded_then_written_in_a_part(t: Any) -> Any:
    x = t.zeros(2)
    x.expand(3, 2)[0].add_(1)
    x.expand(3, 2).fill_(5)
    return x


def leaf_written(t: Any) -> Any:
    leaf(t).add_(1)


def leaf_assigned_to(t: Any) -> Any:
    leaf(t)[0] = 1


def view_of_a_leaf_written(t: Any) -> Any:
    leaf(t)[0].add_(1)


def view_older_than_its_leaf(t: Any) -> Any:
    base = t.zeros(3)
    view = base[:2]
    base.requires_grad_()
    view.add_(1)


def view_that_is_a_leaf_itself(t: Any) -> Any:
    view = t.zeros(3)[:2]
    view.requires_grad_()
    view.add_(1)


def view_made_under_no_grad_written(t: Any) -> Any:
    base = leaf(t) * 2
    with t.no_grad():
        view = base[0]
    view.mul_(2)


def view_made_under_no_grad_written_with_a_history(t: Any) -> Any:
    x, base = leaf(t), t.zeros(3, 2)
    with t.no_grad():
        view = base[0]
    view.mul_(x[0])


def view_made_under_no_grad_whose_base_got_a_history(t: Any) -> Any:
    x, base = leaf(t), t.zeros(3, 2)
    with t.no_grad():
        view = base[0]
    base[0] = x[0]
    view * 2


def view_detached_in_place(t: Any) -> Any:
    (leaf(t) * 2)[0].detach_()


def expanded_and_written(t: Any) -> Any:
    t.zeros(2).expand(3, 2).add_(1)


def expanded_and_assigned_to(t: Any) -> Any:
    t.zeros(2).expand(3, 2)[1:] = 1


def value_of_another_shape(t: Any) -> Any:
    t.zeros(3, 2)[0] = t.zeros(3)


def value_of_more_dimensions(t: Any) -> Any:
    t.zeros(2).copy_(t.zeros(1, 2))


def result_of_another_shape(t: Any) -> Any:
    t.zeros(2).add_(t.zeros(3, 2))


def result_of_a_higher_kind(t: Any) -> Any:
    t.zeros(2, dtype=t.int64).add_(1.5)


def index_out_of_range(t: Any) -> Any:
    t.zeros(3, 2)[3] = 1


PROGRAMS = [
    stale_view_copied_elsewhere,
    stale_view_assigned_elsewhere,
    stale_view_as_operand,
    view_of_a_base_that_gets_a_history,
    write_of_one_row_into_another,
    whole_tensor_copied_from_a_leaf,
    constant_copied_over_a_result,
    cast_by_a_write,
    a_number_in_float64_written_into_float32,
    chosen_by_a_mask,
    second_derivative_through_writes,
    parameter_updated_through_a_view,
    made_writable_by_clone,
    expanded_then_written_in_a_part,
]
ERRORS = {
    leaf_written: "a leaf Variable that requires grad",
    leaf_assigned_to: "a leaf Variable that requires grad",
    view_of_a_leaf_written: "a view of a leaf Variable that requires grad",
    view_older_than_its_leaf: "a view of a leaf Variable that requires grad",
    view_that_is_a_leaf_itself: "a leaf Variable that requires grad",
    view_made_under_no_grad_written: "created in no_grad mode",
    view_made_under_no_grad_written_with_a_history: "created in no_grad mode",
    view_made_under_no_grad_whose_base_got_a_history: "created in no_grad mode",
    view_detached_in_place: "detach()",
    expanded_and_written: "clone()",
    expanded_and_assigned_to: "clone()",
    value_of_another_shape: "[3]",
    value_of_more_dimensions: "[1, 2]",
    result_of_another_shape: "[3, 2]",
    result_of_a_higher_kind: "can't be cast",
    index_out_of_range: "3",
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


@pytest.mark.parametrize("program", ERRORS, ids=lambda program: program.__name__)
def test_refused_as_by_pytorch(program: Any) -> None:
    assert isinstance(same(program, ERRORS[program]), Exception)


def test_a_refused_write_changes_nothing() -> None:
    x = leaf(mg)
    before = x.detach().numpy().copy()
    for program in (
        lambda: x.add_(1),
        lambda: x.__setitem__(0, 1),
        lambda: x.detach().__setitem__(0, mg.ones(3)),
        lambda: x.detach().copy_(mg.ones(4)),
    ):
        with pytest.raises(RuntimeError):
            program()
    np.testing.assert_array_equal(x.detach().numpy(), before)
    assert x._version == 0


def test_parts_of_a_split_may_be_written() -> None:
    """PyTorch refuses; here a part is a view like any other."""
    x = leaf(mg)
    base = x * 2
    first, second = base.split([1, 2])
    first.mul_(3)
    second.mul_(first.clone())
    found = mg.autograd.grad(base.sum(), x)[0].numpy()
    values = x.detach().numpy()
    expected = np.full((3, 2), 12.0) * values[0]
    expected[0] = 6 + 12 * values[1:].sum(axis=0)
    np.testing.assert_allclose(found, expected)


def test_read_only_memory_is_refused() -> None:
    array = np.zeros(3)
    array.flags.writeable = False
    with pytest.raises(RuntimeError, match="read-only"):
        mg.from_numpy(array).add_(1)
    assert not array.any()
