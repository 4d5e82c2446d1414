"""Inference mode, and views made while nothing is recorded: as PyTorch's."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest
from programs import same

import minigrad as mg


def leaf(t: Any) -> Any:
    return t.tensor([1.5, -2.0], requires_grad=True)


def made_inside(t: Any) -> Any:
    """Return a tensor of inference mode."""
    with t.inference_mode():
        return t.tensor([1.0, 2.0])


def what_is_made_inside(t: Any) -> Any:
    x, n = leaf(t), t.ones(2)
    with t.inference_mode():
        a, b, c, d, e = t.ones(2), x * 2, n * 1, n.view(2, 1), n.detach()
        f, g, h = n, a.view(2, 1), t.cat([n, a])
        i, j, k = n.exp(), n.sum(0), t.stack([n, n]).unbind()[0]
        inside = t.is_grad_enabled(), t.is_inference_mode_enabled()
    made = a, b, c, d, e, f, g, h, i, j, k
    return [tensor.is_inference() for tensor in made], inside, made, t.is_inference_mode_enabled()


def what_is_made_of_them_outside(t: Any) -> Any:
    i = made_inside(t)
    made = i * 2, i.view(2, 1), i.clone(), i.detach(), i.data, copy.deepcopy(i), i + leaf(t)
    return [tensor.is_inference() for tensor in made]


def views_made_inside(t: Any) -> Any:
    x = leaf(t)
    with t.inference_mode():
        v = x.view(2, 1)
    return v, v.is_inference()


def transforms_inside(t: Any) -> Any:
    f = t.func if hasattr(t, "func") else t.transforms
    x = t.tensor([1.0, 2.0, 3.0])
    with t.inference_mode():
        i = x * 2
        rows = t.ones(2, 3) * i
        found = (
            f.grad(lambda x: (x * i * i).sum())(x),
            f.grad(lambda i: (i * x * i).sum())(i),
            f.hessian(lambda i: (i**3).sum())(i),
            f.jacfwd(lambda i: i * i)(i),
            f.jvp(lambda i: i * i, (i,), (x,)),
            f.vjp(lambda i: i * i, i)[1](x),
            f.vmap(f.grad(lambda row: (row**2 * i).sum()))(rows),
        )
        inside = t.is_grad_enabled(), t.is_inference_mode_enabled()
    return found, inside, t.is_grad_enabled(), t.is_inference_mode_enabled()


def writes_inside(t: Any) -> Any:
    x, n, w = leaf(t), t.ones(2), leaf(t) * 1
    with t.inference_mode():
        i = t.ones(2)
        i.add_(1)
        i.view(2, 1).mul_(3)
        n.add_(i)
        x.add_(1)
        w.mul_(2)
    return i, n, x, w, n._version, (w * 2).requires_grad


def leaves_made_inside(t: Any) -> Any:
    with t.inference_mode():
        p = t.ones(2, requires_grad=True)
        q = p * 2
        r = t.ones(2).requires_grad_()
    return p, q, r, p * 2, p + 2


def other_modes_inside(t: Any) -> Any:
    x = leaf(t)
    with t.inference_mode():
        with t.enable_grad():
            a = x * 2
        with t.set_grad_enabled(True):
            b = x * 2
        with t.inference_mode(False):
            c = x * 2
            with t.no_grad():
                d = x * 2
    with t.no_grad(), t.inference_mode(False):
        e = x * 2
    made = a, b, c, d, e
    return made, [tensor.is_inference() for tensor in made], t.is_grad_enabled()


def decorated(t: Any) -> Any:
    @t.inference_mode()
    def one(x: Any) -> Any:
        return x * 2

    @t.inference_mode
    def two(x: Any) -> Any:
        return x * 2

    @t.inference_mode(mode=False)
    def three(x: Any) -> Any:
        return x * 2

    @t.inference_mode()
    def four(x: Any) -> Any:
        yield t.is_inference_mode_enabled()
        yield (x * 2).is_inference()

    x, found = leaf(t), []
    for value in four(x):
        found += [value, t.is_inference_mode_enabled()]
    made = one(x), two(x), three(x)
    return made, [tensor.is_inference() for tensor in made], found


def not_saved(t: Any) -> Any:
    i, x = made_inside(t), leaf(t)
    y = x + i
    (y * 2).sum().backward()
    return y, x.grad, t.cat([x, i]), t.where(x > 0, x, i), x * i.clone(), (x * 1).copy_(i)


def not_recorded(t: Any) -> Any:
    i, x = made_inside(t), leaf(t)
    with t.no_grad():
        return x * i


def backward_from_inside(t: Any) -> Any:
    x = leaf(t)
    y = (x * x).sum()
    with t.inference_mode():
        y.backward()
    return [x.grad.tolist()]


def as_a_gradient(t: Any) -> Any:
    x = leaf(t)
    (x * 2).backward(made_inside(t))
    return x.grad


def views_without_recording(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    with t.no_grad():
        made = x.view(2, 1), x[:1], x.view(2, 1).view(-1), x.expand(3, 2), *x.split(1), x.t()
        more = y.view(2, 1), *y.split(1), x.detach(), x.data[:1], x.clone(), x * 1
        plain = x[:1].numpy().tolist(), x.numpy().tolist()
    return made, more, plain, (made[0] * 2).requires_grad


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "program",
    [
        what_is_made_inside,
        what_is_made_of_them_outside,
        views_made_inside,
        writes_inside,
        leaves_made_inside,
        other_modes_inside,
        decorated,
        not_saved,
        not_recorded,
        backward_from_inside,
        as_a_gradient,
        views_without_recording,
    ],
    ids=lambda program: program.__name__,
)
def test_same_as_pytorch(program: Any) -> None:
    outcome = same(program)
    assert not isinstance(outcome, Exception)


def saved_in_a_product(t: Any) -> Any:
    leaf(t) * made_inside(t)


def saved_in_a_matrix_product(t: Any) -> Any:
    made_inside(t).view(1, 2) @ leaf(t).view(2, 1)


def saved_by_a_function(t: Any) -> Any:
    class Mine(t.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            ctx.save_for_backward(y)
            return x * 2

    Mine.apply(leaf(t), made_inside(t))


def written(t: Any) -> Any:
    made_inside(t).add_(1)


def written_without_recording(t: Any) -> Any:
    i = made_inside(t)
    with t.no_grad():
        i.add_(1)


def written_through_a_view(t: Any) -> Any:
    made_inside(t).view(2, 1).mul_(2)


def written_at_an_index(t: Any) -> Any:
    made_inside(t)[0] = 1


def zeroed(t: Any) -> Any:
    made_inside(t).zero_()


def made_a_leaf(t: Any) -> Any:
    made_inside(t).requires_grad_()


def asked_for_its_version(t: Any) -> Any:
    return made_inside(t)._version


def backward_of_what_was_made_inside(t: Any) -> Any:
    x = leaf(t)
    with t.inference_mode():
        (x * 2).sum().backward()


def saved_and_written_inside(t: Any) -> Any:
    w = leaf(t) * 1
    y = w * w
    with t.inference_mode():
        w.mul_(2)
    y.sum().backward()


def view_of_inside_written_outside(t: Any) -> Any:
    x = leaf(t) * 1
    with t.inference_mode():
        v = x.view(2, 1)
    v.mul_(2)


SAVED, WRITTEN = "cannot be saved for backward", "Inplace update to inference tensor"
REFUSED = {
    saved_in_a_product: SAVED,
    saved_in_a_matrix_product: SAVED,
    saved_by_a_function: SAVED,
    written: WRITTEN,
    written_without_recording: WRITTEN,
    written_through_a_view: WRITTEN,
    written_at_an_index: WRITTEN,
    zeroed: WRITTEN,
    made_a_leaf: "Setting requires_grad=True",
    asked_for_its_version: "do not track version counter",
    backward_of_what_was_made_inside: "does not require grad",
    saved_and_written_inside: "modified by an inplace operation",
    view_of_inside_written_outside: "modified inplace",
}


@pytest.mark.parametrize("program", REFUSED, ids=lambda program: program.__name__)
def test_refused_as_by_pytorch(program: Any) -> None:
    assert isinstance(same(program, REFUSED[program]), Exception)


def test_another_thread_is_not_in_it() -> None:
    seen: list[Any] = []

    def work() -> None:
        y = mg.ones(2, requires_grad=True) * mg.ones(2)
        seen.extend([y.requires_grad, y.is_inference(), mg.ones(2).is_inference()])

    with mg.inference_mode():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen == [True, False, False]


def test_an_error_leaves_the_mode() -> None:
    with pytest.raises(KeyError), mg.inference_mode():
        raise KeyError
    assert mg.is_grad_enabled()
    assert not mg.is_inference_mode_enabled()
    assert not mg.ones(2).is_inference()
