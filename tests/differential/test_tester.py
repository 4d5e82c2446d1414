"""The tester is tested: each mistake is caught, named rightly and shrunk; what is right passes."""

import numpy as np
import pytest
import torch
import wrong_operators as wrong
from hypothesis import strategies as st

import minigrad as mg
from minigrad_torch_compat.differential import Case, OperatorReport, compare
from minigrad_torch_compat.differential.strategies import pairs, reals, shapes

# candidate, reference, strategy, options; then the aspect and the verdict to expect, the smallest
# call, and what else must be said.
MISTAKES = {
    "sign": (
        (wrong.exp_of_wrong_sign, torch.exp, reals(), {}),
        ("gradient", "bug", "exp_of_wrong_sign(np.array(0.0))", "agree with torch"),
    ),
    "unbroadcast": (
        ((wrong.add, wrong.not_summed), torch.add, pairs(), {}),
        ("gradient", "bug", "", "gradient of shape"),
    ),
    "tie": (
        (wrong.leaky_at_zero, torch.relu, reals(), {}),
        ("gradient", "convention at a kink", "leaky_at_zero(np.array(0.0))", "left and"),
    ),
    "long": (
        (wrong.wrong_from_four_on, torch.sum, reals(), {}),
        ("value", "bug", "", "expected"),
    ),
    "single": (
        (wrong.in_single, torch.sin, reals(), {}),
        ("value", "precision", "", "ULPs apart"),
    ),
    "half": (
        (wrong.sum_in_half, wrong.sum_of_exponentials, reals(), {}),
        ("float32", "precision", "", "the candidate is"),
    ),
    "dtype": (
        (wrong.always_double, torch.cos, reals(), {}),
        ("float32", "bug", "always_double(np.array(0.0))", "dtype float64, expected float32"),
    ),
    "copy": (
        (wrong.never_a_view, torch.ravel, reals(shapes(min_side=1)), {}),
        ("aliasing", "bug", "never_a_view(np.array(0.0))", "a copy of operand 0"),
    ),
    "view": (
        (wrong.always_a_view, torch.clone, reals(), {}),
        ("aliasing", "bug", "", "shares memory with operand 0"),
    ),
    "in_place": (
        (mg.exp, torch.exp, reals(), {"engine": wrong.Incomplete(), "method": "exp"}),
        ("in_place", "missing", "exp(np.array(0.0))", "'exp_'"),
    ),
    "untracked": (
        (wrong.untracked, torch.exp, reals(), {}),
        ("requires_grad", "bug", "untracked(np.array(0.0))", "False, expected True"),
    ),
    "no_gradient": (
        (wrong.untracked, torch.exp, reals(), {}),
        ("gradient", "missing", "untracked(np.array(0.0))", "no gradient"),
    ),
    "unfinished": (
        (wrong.unfinished, torch.exp, reals(), {}),
        ("errors", "missing", "unfinished(np.array(0.0))", "not there yet"),
    ),
    "crash": (
        (wrong.crashing, torch.exp, reals(), {}),
        ("errors", "error mismatch", "crashing(np.array([0.0, 0.0, 0.0]))", "IndexError"),
    ),
    "error_type": (
        (wrong.impolite, wrong.polite, reals((2,)), {"errors": st.just(Case((np.eye(2),)))}),
        ("errors", "error mismatch", "", "ValueError: expected a vector, expected RuntimeError"),
    ),
    "random": (
        (wrong.jittery, torch.exp, reals(), {}),
        ("repeatable", "bug", "jittery(np.array(0.0))", "twice"),
    ),
    "argument": (
        (wrong.careless, torch.exp, reals(), {}),
        ("inputs", "bug", "careless(np.array(0.0))", "changed an argument"),
    ),
    "shape": (
        (wrong.transposed, torch.exp, reals(shapes(2, 2, min_side=1)), {}),
        ("shape", "bug", "transposed(np.array([[0.0, 0.0]]))", "(2, 1), expected (1, 2)"),
    ),
    "layer": (
        (wrong.BadTanh(), torch.tanh, reals(), {}),
        ("gradient", "bug", "", "finite differences agree with torch"),
    ),
}
RIGHT = {
    "minigrad": (mg.tanh, torch.tanh, reals(), {"method": "tanh"}),
    "pair": ((wrong.add, wrong.summed), torch.add, pairs(), {}),
    "layer": (wrong.Tanh(), torch.tanh, reals(), {}),
    "layer class": (wrong.Tanh, torch.tanh, reals(), {}),
    "error": (wrong.impolite, wrong.impolite, reals(), {"reference_engine": "minigrad"}),
    "torch": (torch.tanh, torch.tanh, reals(), {"engine": "torch", "method": "tanh"}),
}


def report_of(row, examples=60, aspects=None) -> OperatorReport:
    candidate, reference, strategy, options = row
    return compare(candidate, reference, strategy, examples=examples, aspects=aspects, **options)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_caught(name: str) -> None:
    row, (aspect, verdict, call, says) = MISTAKES[name]
    report = report_of(row)
    assert report.aspects[aspect].status == "failed", str(report)
    found = [f for f in report.findings if (f.aspect, f.verdict) == (aspect, verdict)]
    assert len(found) == 1, str(report)
    assert says in found[0].message + found[0].evidence
    if call:
        assert found[0].case == call


@pytest.mark.parametrize("answer", [None, "text", [], object(), {"a": 1}, np.zeros(3), 1j])
def test_nonsense_is_reported_and_breaks_nothing(answer) -> None:
    report = compare(lambda x: answer, torch.exp, reals(), examples=10, engine="minigrad")
    assert not report.ok
    assert str(report)
    assert report.to_json()


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(name: str) -> None:
    report = report_of(RIGHT[name])
    assert report.ok, str(report)
    report.raise_if_failed()
