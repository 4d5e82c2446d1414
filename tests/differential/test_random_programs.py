"""Random programs, on minigrad and PyTorch in lock-step; and that what differs is noticed."""

import contextlib
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from minigrad_torch_compat.differential import Disagreement
from minigrad_torch_compat.differential.examination import NotApplicable
from minigrad_torch_compat.differential.mutation import mutants_of, rules_of
from minigrad_torch_compat.differential.programs import (
    PHRASES,
    Lockstep,
    Transformed,
    compare_transformed,
    machine,
    transformed,
)
from minigrad_torch_compat.differential.programs.running import differing

MANY = 4 * settings.default.max_examples

TestPrograms = pytest.mark.filterwarnings("ignore")(machine().TestCase)
TestPrograms.settings = settings(settings.default, stateful_step_count=12, max_examples=MANY)

refused = []


@settings(max_examples=2 * MANY)
@given(transformed())
def test_transforms_of_functions(case: Transformed) -> None:
    try:
        compare_transformed(case)
    except NotApplicable as reason:
        refused.append(str(reason))


def test_pytorch_knows_most_of_the_transforms() -> None:
    """Else little would be compared. It runs after the one above."""
    assert len(refused) < MANY / 10, refused


# --- the tester's own tests -----------------------------------------------------------------------


def mistake(primitive: str, kind: str) -> object:
    """Return a derivative rule with a mistake, alive inside ``with``."""
    return next(m for r in rules_of([primitive]) for m in mutants_of(r) if kind in m.name).alive()


def printed(script: str) -> list[str]:
    """Run a script and return the lines it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    return out.getvalue().replace("torch.float64", "float64").splitlines()


def script_in(error: object) -> str:
    text = str(error)
    return text[text.index('"""') if '"""Where' in text else text.index("import ") :]


def test_a_wrong_derivative_is_found_and_printed_as_a_script() -> None:
    both = Lockstep()
    x = both.leaf([0.5, 1.0], True)
    y = both.let(f"t.sin({x})")
    both.differentiate(y, 3)
    with mistake("sin", "sign of the result"):
        with pytest.raises(Disagreement, match="expected") as found:
            both.differentiate(y, 1)
        ours, theirs = printed(script_in(found.value))
        assert ours.startswith("minigrad [[tensor([-0.4")
        assert theirs.startswith("torch [[tensor([ 0.4")
    ours, theirs = printed(script_in(found.value))
    assert ours.split(" ", 1)[1] == theirs.split(" ", 1)[1]


def test_a_wrong_second_derivative_is_found() -> None:
    both = Lockstep()
    y = both.let(f"t.sin({both.leaf([0.5, 1.0], True)})")
    with mistake("cos", "sign of the result"):
        both.differentiate(y, 1)
        with pytest.raises(Disagreement):
            both.differentiate(y, 2)


def test_what_only_one_refuses_is_found() -> None:
    both = Lockstep()
    x = both.leaf([0.5, 1.0], True)
    assert not both.run(f"{x}.add_(1)")  # both refuse: a leaf
    both.spaces[0]["strict"], both.spaces[1]["strict"] = (lambda x: x), torch.linalg.inv
    with pytest.raises(Disagreement, match=r"(?s)ours: None.*with suppress\(Exception\):.*strict"):
        both.let(f"strict({x})")


def test_a_program_remembers_what_it_may_use() -> None:
    both = Lockstep()
    x = both.leaf([[0.5, 1.0]], True)
    large = both.let(f"{x} * 10000")
    y = both.let(f"{x} + 1", recorded=False)
    z = both.let(f"{x}.detach().requires_grad_()")
    assert large is None
    assert list(both.shapes) == [x, y, z]
    assert both.leaves == [x, z]
    assert both.lines[-2] == f"with t.no_grad(): {y} = {x} + 1"


def test_a_wrong_transform_is_found_and_printed_as_a_script() -> None:
    case = Transformed(
        ("v0 = t.sin(x) * y", "return v0"),
        ("func.grad(total({f}), 0)", "func.vmap({f}, in_dims=(0, None))"),
        np.array([0.25, 0.5]),
        np.array(2.0),
    )
    compare_transformed(case)
    with mistake("sin", "sign of the result"), pytest.raises(Disagreement) as found:
        compare_transformed(case)
    ours, theirs = printed(script_in(found.value))
    assert ours == theirs
    assert ours.startswith("tensor([1.0")


def test_what_pytorch_refuses_is_no_example() -> None:
    case = Transformed(("return x",), ("func.hessian({f}, 2)",), np.ones(2), np.ones(2))
    with pytest.raises(NotApplicable):
        compare_transformed(case)


def test_results_that_differ() -> None:
    one = torch.ones(2)
    assert differing([one, True], [one.clone(), True], 1e-9) == ""
    assert "expected False" in differing([one, True], [one, False], 1e-9)
    assert "expected 2" in differing([one], [one, one], 1e-9)
    assert "shape" in differing(one, one[None], 1e-9)
    assert "float64" in differing(one, one.double(), 1e-9)
    assert "expected [1.0, 1.0]" in differing(one * 1.1, one, 1e-3)
    assert differing(one * torch.nan, one * torch.nan, 0) == ""


def test_every_phrase_can_be_said() -> None:
    """Each runs on some tensors that it fits."""
    shapes = [(2, 2), (3,), (2,), (), (2, 3)]
    values = {shape: np.linspace(-1, 1, int(np.prod(shape))).reshape(shape) for shape in shapes}
    for kind, phrases in PHRASES.items():
        for phrase in phrases:
            pairs = ((x, y) for x in shapes for y in shapes)
            x, y = next(p for p in pairs if phrase.fits(*p[: phrase.operands]))
            both = Lockstep()
            names = [both.leaf(values[x], kind != "write"), both.leaf(values[y], False)]
            assert both.run(phrase.said(lambda dims: -1, names[0], x, names[1])), phrase.text
