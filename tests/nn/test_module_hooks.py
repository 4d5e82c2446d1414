"""Hooks of modules against PyTorch's: when they are called, with what, and what they may change."""

import numpy as np
import pytest
import torch

import minigrad as mg


def net(lib, tensor):
    class Two(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = lib.nn.Parameter(tensor([2.0, 3.0]))

        def forward(self, x, y=None, *, scale=1.0):
            product = self.weight * x * scale
            return product if y is None else (product, y * x)

    return Two()


def both(story):
    """Tell the same story on both engines: hooks report what they see to a list."""
    found = []
    for lib in (mg, torch):
        seen = []
        story(net(lib, lib.tensor), lib, seen)
        found.append(seen)
    assert found[0] == found[1]
    return found[0]


def show(value):
    if isinstance(value, tuple):
        return tuple(map(show, value))
    return value.tolist() if hasattr(value, "tolist") else value


def leaf(lib, values=(1.0, 5.0)):
    return lib.tensor(list(values), requires_grad=True)


def test_forward_hooks_see_and_replace() -> None:
    def story(m, lib, seen):
        m.register_forward_pre_hook(lambda mod, args: seen.append(("pre", show(args))))
        m.register_forward_pre_hook(lambda mod, args: args[0] * 2)
        m.register_forward_hook(lambda mod, args, out: seen.append((show(args), show(out))))
        m.register_forward_hook(lambda mod, args, out: out + 1)
        seen.append(show(m(leaf(lib))))

    assert both(story)


def test_order_and_removal() -> None:
    def story(m, lib, seen):
        first = m.register_forward_hook(lambda *a: seen.append("first"))
        m.register_forward_hook(lambda *a: seen.append("second"))
        zeroth = m.register_forward_hook(lambda *a: seen.append("zeroth"), prepend=True)
        m(leaf(lib))
        first.remove()
        zeroth.remove()
        first.remove()
        m(leaf(lib))

    assert both(story) == ["zeroth", "first", "second", "second"]


def test_keywords_reach_hooks_that_want_them() -> None:
    def story(m, lib, seen):
        m.register_forward_pre_hook(
            lambda mod, args, kwargs: (args, {"scale": kwargs["scale"] * 2}), with_kwargs=True
        )
        m.register_forward_hook(
            lambda mod, args, kwargs, out: seen.append((show(args), kwargs, show(out))),
            with_kwargs=True,
        )
        m(leaf(lib), scale=3.0)

    assert both(story)[0][1] == {"scale": 6.0}


def test_bad_result_of_a_pre_hook() -> None:
    for lib in (mg, torch):
        m = net(lib, lib.tensor)
        m.register_forward_pre_hook(lambda mod, args, kwargs: args, with_kwargs=True)
        with pytest.raises(RuntimeError, match="must return None or a tuple of"):
            m(leaf(lib))


def test_backward_hooks_see_all_gradients() -> None:
    def story(m, lib, seen):
        m.register_full_backward_pre_hook(lambda mod, out: seen.append(("out", show(out))))
        m.register_full_backward_hook(lambda mod, g, out: seen.append((show(g), show(out))))
        x, y = leaf(lib), leaf(lib, (7.0, 8.0))
        a, b = m(x, y)
        (a * 2 + b * 3).sum().backward()
        seen.append((show(x.grad), show(y.grad), show(m.weight.grad)))

    both(story)


def test_backward_hooks_replace_gradients() -> None:
    def story(m, lib, seen):
        m.register_full_backward_pre_hook(lambda mod, out: (out[0] * 10,))
        m.register_full_backward_hook(lambda mod, g, out: (g[0] + 1,))
        m.register_full_backward_hook(lambda mod, g, out: seen.append((show(g), show(out))))
        x = leaf(lib)
        m(x).sum().backward()
        seen.append((show(x.grad), show(m.weight.grad)))

    both(story)


@pytest.mark.filterwarnings("ignore:Full backward hook")
def test_backward_hooks_without_gradient_of_the_input() -> None:
    def story(m, lib, seen):
        m.register_full_backward_hook(lambda mod, g, out: seen.append((show(g), show(out))))
        m(lib.tensor([1.0, 5.0])).sum().backward()
        with lib.no_grad():
            m(leaf(lib))

    assert both(story) == [((None,), ([1.0, 1.0],))]


def test_backward_hooks_under_create_graph() -> None:
    def story(m, lib, seen):
        m.register_full_backward_hook(lambda mod, g, out: (g[0] * g[0],))
        x = leaf(lib)
        (first,) = lib.autograd.grad((m(x) * x).sum(), x, create_graph=True)
        seen.append(show(first))
        seen.append(show(lib.autograd.grad(first.sum(), x)))

    both(story)


def test_wrong_number_of_gradients() -> None:
    for lib in (mg, torch):
        m = net(lib, lib.tensor)
        m.register_full_backward_hook(lambda mod, g, out: (g[0], g[0]))
        with pytest.raises(RuntimeError, match="invalid number of grad_input"):
            m(leaf(lib)).sum().backward()


def test_hooks_do_not_change_the_result() -> None:
    m = net(mg, mg.tensor)
    x = leaf(mg)
    plain = m(x)
    with m.register_full_backward_hook(lambda *a: None):
        hooked = m(x)
    np.testing.assert_array_equal(plain.detach().numpy(), hooked.detach().numpy())
