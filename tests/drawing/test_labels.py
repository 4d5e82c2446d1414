"""What nodes say."""

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad.drawing import graph_of
from minigrad.drawing.labels import Show, argument_text, array_text, node_label, non_finite


def trained(data):
    return mg.tensor(data, requires_grad=True)


def lines(outputs, node=-1, names=None, **show):
    return node_label(graph_of(outputs, names).nodes[node], Show(**show))


@pytest.mark.parametrize(
    ("gradient", "said"),
    [
        (None, "no gradient yet"),
        ([0.0, 0.0], "grad  0 everywhere"),
        ([0.0, -1.5], "grad  [0, -1.5]"),
    ],
)
def test_state_of_a_gradient(gradient, said):
    x = trained([1.0, 2.0])
    x.grad = None if gradient is None else mg.tensor(gradient)
    assert lines(x)[-1] == said


def test_no_gradient_is_needed_of_inputs():
    assert "gradient not needed" in lines(mg.tensor([1.0]))


def test_results_of_operations_keep_no_gradient():
    y = trained([1.0]) * 2.0
    y.sum().backward()
    assert not any("grad" in line for line in lines(y))


def test_history_is_said_to_be_missing():
    with mg.no_grad():
        y = trained([1.0]) * 2.0
    assert "not recorded: no operation leads here" in lines(y)
    assert not any("not recorded" in line for line in lines(trained([1.0])))


def test_not_finite_numbers_are_counted():
    array = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert non_finite(array) == ["⚠ 1 NaN, 2 Inf"]
    assert non_finite(np.ones(2)) == non_finite(np.array([1, 2])) == []
    large = np.concatenate([array, np.arange(8.0)])
    assert array_text(large) == "min 0  mean 3.222  max 7"  # of the finite ones: (0+...+7+1) / 9
    assert array_text(np.full(9, np.nan)) == "no finite number"


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.array(2.0), "2"),
        (np.array([1.0, -0.5]), "[1, -0.5]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([True, False]), "[True, False]"),
        (np.array([1 + 2j]), "[1+2j]"),
        (np.array([1 / 3]), "[0.3333]"),
        (np.zeros((0, 2)), "empty"),
        (np.arange(7), "min 0  mean 3  max 6"),
        (np.arange(7) > 4, "2 of 7 true"),
        (np.full(7, 3 + 4j), "min 5  mean 5  max 5"),
        (np.full(7, 65504, dtype=np.float16), "min 6.55e+04  mean 6.55e+04  max 6.55e+04"),
    ],
)
def test_arrays_as_text(array, text):
    assert array_text(array) == text


def test_large_gradients_show_their_norm():
    assert array_text(np.array([3.0, 4.0] + [0.0] * 8), norm=True) == "|g| 5  min 0  max 4"


@pytest.mark.parametrize(
    ("values", "size", "shown"),
    [
        ("auto", 6, "[1, 1, 1, 1, 1, 1]"),
        ("auto", 7, "min 1  mean 1  max 1"),
        ("full", 7, "[1, 1, 1, 1, 1, 1, 1]"),
        ("full", 65, "min 1  mean 1  max 1"),
        ("summary", 1, "[1]"),
        ("summary", 2, "min 1  mean 1  max 1"),
    ],
)
def test_how_much_of_the_values_is_shown(values, size, shown):
    assert f"value  {shown}" in lines(mg.tensor(np.ones(size)), values=values)


def test_values_can_be_left_out():
    assert not any("value" in line for line in lines(mg.tensor([1.0]), values="none"))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda x: x * 2, "* 2"),
        (lambda x: x * 0.1, "* 0.1"),
        (lambda x: 1 - x, "1 -"),
        (lambda x: x**3, "** 3"),
        (lambda x: mg.maximum(x, mg.tensor(0.0)), None),
        (lambda x: x.sum(0), "dim=(0,)"),
        (lambda x: x.sum(1, keepdim=True), "dim=(1,), keepdim=True"),
        (lambda x: x.reshape(3, 2), None),
        (lambda x: x[..., 1:2], "[..., 1:2]"),
        (lambda x: x[0], "[0]"),
        (lambda x: x[:, None], "[:, None]"),
        (lambda x: x.mT @ x, None),
    ],
)
def test_the_arguments_that_matter(build, said):
    found = lines(build(trained([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])), values="none")
    assert found[1:-1] == ([] if said is None else [said])


def test_contractions_show_their_equation():
    from minigrad.ops.contracting.contraction import contract

    y = contract(trained(np.ones((2, 3))), trained(np.ones((3, 4))), xs="ij", ys="jk", outs="ik")
    assert lines(y, values="none")[1] == "ij,jk->ik"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (slice(None), ":"),
        (slice(1, None, 2), "1::2"),
        (Ellipsis, "..."),
        ("ij->ji", "'ij->ji'"),
        ((1,), "(1,)"),
        ([True, None], "[True, None]"),
        (np.float32(0.1), "0.1"),
        (np.dtype("float32"), "float32"),
        (np.arange(3), "[0, 1, 2]"),
        (np.ones((3, 4)), "array(3, 4)"),
        (mg.tensor([1, 2]), "[1, 2]"),
        ({"a": (1, 2)}, "{a: (1, 2)}"),
        (np.tanh, "tanh"),
        (object(), "object"),
    ],
)
def test_arguments_as_text(value, text):
    assert argument_text(value) == text


def test_a_string_is_never_cut_but_long_lists_are():
    x = trained([1.0] * 100)
    (index,) = lines(x[list(range(100))], values="none")[1:-1]
    assert index == "[array(100,)]"
    many = lines(x.reshape(*[1] * 60, 100).sum(tuple(range(60))), values="none")[1]
    assert re.fullmatch(r"dim=\(0, 1, .*…", many)


def test_names_are_cut():
    x = trained(1.0)
    assert lines(x, names={"n" * 10_000: x})[0] == "n" * 59 + "…"


def test_rules():
    x, y = trained([1.0]), trained([2.0])
    assert lines(x * y, rules=True)[-2:] == ["dx = g * y", "dy = g * x"]
    assert lines(x + y, rules=True)[-1] == "dx = dy = g"
    assert lines(x * mg.tensor([2.0]), rules=True)[-1] == "dx = g * y"


def test_saved_and_where():
    x = trained([1.0])
    y = mg.exp(x)
    assert lines(y, saved=True)[-1] == "saves out"
    assert lines(x + 1.0, saved=True)[-1] == "saves nothing"
    assert re.fullmatch(r"test_labels.py:\d+, in test_saved_and_where", lines(y, where=True)[-1])
    y.sum().backward()
    assert lines(y, saved=True)[-1] == "saved values freed"


def test_unknown_choice_of_values():
    with pytest.raises(ValueError, match="auto, none, summary, full, got 'all'"):
        trained(1.0).draw_graph(values="all")


def test_geometry_of_windows_says_what_is_unusual() -> None:
    x, w = mg.ones(1, 2, 8, 8), mg.ones(4, 2, 3, 3, requires_grad=True)
    plain = mg.nn.functional.conv2d(x, w).draw_graph().source
    assert not any(word in plain for word in ("stride", "padding", "dilation", "groups"))
    source = mg.nn.functional.conv2d(x, w, stride=2, padding=1).draw_graph().source
    assert "stride=(2, 2), padding=((1, 1), (1, 1))" in source


def test_a_write_into_a_view_says_which_part() -> None:
    y = mg.tensor([1.0, 2.0], requires_grad=True) * 2
    y[0].mul_(3)
    (label,) = (line for line in y.draw_graph().source.split("\n") if "overwrite" in line)
    assert "[0]" in label
    assert "steps" not in label
