"""Every operator against PyTorch, and every primitive covered."""

import pytest
from hypothesis import given, settings

import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad.autograd import PRIMITIVES
from minigrad.autograd.primitive import Primitive
from minigrad_torch_compat.differential import SPECS, Spec, compare_case


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_agrees_with_pytorch(spec: Spec) -> None:
    @given(spec.cases)
    def run(case):
        compare_case(spec, case)

    run()


def primitives_used(spec: Spec) -> set[str]:
    """Run a spec a little and read the graphs it recorded."""
    used: set[str] = set()

    @settings(max_examples=5)
    @given(spec.cases)
    def run(case):
        used.update(compare_case(spec, case))

    run()
    return used


def has_derivative(entry: Primitive) -> bool:
    """Return whether any rule of a primitive does more than to refuse."""
    return any(rule and rule.__name__ != "refused" for rule in entry.rules)


def test_every_primitive_has_a_spec() -> None:
    named = {name.split("/")[0] for name in SPECS}
    used = set().union(*map(primitives_used, SPECS.values()))
    missing = {
        name
        for name, entry in PRIMITIVES.items()
        if entry.forward.__module__.startswith("minigrad.")  # not those that other tests define
        and name not in (used if has_derivative(entry) else named)
    }
    assert missing == set()
