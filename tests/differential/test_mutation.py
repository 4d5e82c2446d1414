"""The mutation suite: mistakes are made as they should be, and caught."""

import ast
import os

import numpy as np
import pytest

import minigrad as mg
import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad.autograd import PRIMITIVES
from minigrad_torch_compat.differential import SPECS
from minigrad_torch_compat.differential.mutation import (
    all_mutants,
    engine_mutants,
    kernel_mutants,
    mutants_of,
    rules_of,
    score,
    survivors,
)
from minigrad_torch_compat.differential.mutation.alterations import alterations
from minigrad_torch_compat.differential.mutation.equivalent import EQUIVALENT


def own_primitives() -> list[str]:
    """Return the names of minigrad's primitives, without those that tests have made."""
    return sorted(
        name
        for name, entry in PRIMITIVES.items()
        if str(entry.forward.__module__).startswith("minigrad.")
    )


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


def test_what_is_called_equivalent_exists() -> None:
    names = own_primitives()
    existing = {m.name for m in all_mutants(names)}
    assert not EQUIVALENT.keys() - existing
    assert all(EQUIVALENT.values())


def test_kernels_that_overwrite() -> None:
    x = mg.ones(2, dtype=mg.float64, requires_grad=True)
    index = mg.tensor([0, 0, 1])
    (put, *_) = (m for m in kernel_mutants(["put_back"]) if "accumulation.put" in m.name)
    with put.alive():
        x[index].sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    x.grad = None
    x[index].sum().backward()
    assert x.grad.tolist() == [2.0, 1.0]


def test_kernels_of_classes_and_modules_are_found() -> None:
    names = [m.name for m in kernel_mutants(own_primitives())]
    assert len(names) == len(set(names)) >= 8
    assert any(name.startswith("unfolding.fold_windows") for name in names)


def test_the_score_is_counted_by_kind_and_the_same_for_any_number_of_jobs() -> None:
    mutants = [m for rule in rules_of(["sin", "atan2"]) for m in mutants_of(rule)]
    specs = [SPECS["sin"], SPECS["atan2"]]
    one, two = (score(mutants, examples=4, specs=specs, jobs=jobs) for jobs in (1, 2))
    assert str(one) == str(two)
    assert one.caught == two.caught
    caught, total = one.kinds()["swapped inputs"]
    assert caught == total == 2
    assert "sign of the result" in str(one)


@pytest.mark.slow
def test_all_mutants_are_caught() -> None:
    names = own_primitives()
    mutants = all_mutants(names)
    result = score(mutants, jobs=os.cpu_count() or 1)
    print(result)
    assert survivors(result) == ""
