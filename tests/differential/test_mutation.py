"""The mutation suite: mistakes are made as they should be, and caught."""

import ast

import numpy as np
import pytest

import minigrad as mg
import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad.autograd import PRIMITIVES
from minigrad_torch_compat.differential import SPECS
from minigrad_torch_compat.differential.mutation import (
    engine_mutants,
    mutants_of,
    rules_of,
    score,
    survivors,
)
from minigrad_torch_compat.differential.mutation.alterations import alterations


def altered(source: str, *operands: str) -> dict[str, str]:
    """What becomes of an expression, by kind of mistake (the last of each kind)."""
    node = ast.parse(source, mode="eval").body
    return {kind: ast.unparse(tree.body) for kind, tree in alterations(node, operands)}


def test_each_kind_of_mistake() -> None:
    found = altered("lambda g, x, y: -where(x > 0, g * x, y - 0.5)", "x", "y")
    assert found == {
        "sign of the result": "--where(x > 0, g * x, y - 0.5)",
        "sign": "-where(x > 0, g * x, y + 0.5)",
        "exchanged branches": "-where(x > 0, y - 0.5, g * x)",
        "inverted condition": "-where(x <= 0, g * x, y - 0.5)",
        "dropped factor": "-where(x > 0, x, y - 0.5)",
        "dropped term": "-where(x > 0, g * x, 0.5)",
        "wrong constant": "-where(x > 0, g * x, y - 1.0)",
        "swapped x and y": "-where(y > 0, g * y, x - 0.5)",
    }
    (axis,) = altered("lambda g, dim: sum(g, dim=dim)").keys() - {"sign of the result"}
    assert axis == "wrong axis"


def test_a_mutant_lives_only_inside() -> None:
    (sign, *_) = (m for rule in rules_of(["sin"]) for m in mutants_of(rule) if "sign of" in m.name)

    def gradient() -> float:
        x = mg.tensor(0.5, dtype=mg.float64, requires_grad=True)
        mg.sin(x).backward()
        return x.grad.item()

    with sign.alive():
        assert gradient() == pytest.approx(-np.cos(0.5))
    assert gradient() == pytest.approx(np.cos(0.5))


def test_rules_that_are_functions_and_joint_ones_are_found() -> None:
    names = {m.name.split(":")[0] for p in ("logsumexp", "conv") if p in PRIMITIVES
             for rule in rules_of([p]) for m in mutants_of(rule)}  # fmt: skip
    assert "logsumexp.x" in names


SAMPLE = ["mul", "div", "sub", "sin", "atan2", "softmax", "logsumexp", "where", "var", "getitem"]


def test_all_mutants_of_a_sample_are_caught() -> None:
    mutants = [m for rule in rules_of(SAMPLE) for m in mutants_of(rule)]
    mutants += engine_mutants(["mul", "div", "where"])
    specs = [spec for name, spec in SPECS.items() if name.split("/")[0] in SAMPLE]
    result = score(mutants, examples=20, specs=specs)
    assert len(result.caught) > 50
    assert survivors(result) == ""


def test_what_no_spec_tries_is_not_called_caught() -> None:
    mutants = [m for rule in rules_of(["sin"]) for m in mutants_of(rule)]
    result = score(mutants, examples=2, specs=[SPECS["neg"]])
    assert result.caught == {}
    assert len(result.unused) == len(mutants) > 0
    assert "0 of" in str(result)


@pytest.mark.slow
def test_all_mutants_are_caught() -> None:
    names = sorted(
        name for name, entry in PRIMITIVES.items()
        if entry.forward.__module__.startswith("minigrad.")
    )  # fmt: skip
    mutants = [m for rule in rules_of(names) for m in mutants_of(rule)] + engine_mutants(names)
    result = score(mutants, examples=30)
    print(result)
    assert survivors(result) == ""
