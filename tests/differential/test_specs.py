"""Every operator against PyTorch, and every primitive covered."""

import pytest
from hypothesis import given, settings

import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad.autograd import PRIMITIVES
from minigrad.autograd.primitive import Primitive
from minigrad_torch_compat.differential import (
    ASPECTS,
    CORE,
    SPECS,
    Spec,
    check,
    compare_case,
    with_itself,
)
from minigrad_torch_compat.differential.deliberate import DELIBERATE

REFUSING = [spec for spec in SPECS.values() if spec.errors is not None]
FORMS = ["method", "functional", "in_place", "aliasing", "repeatable"]


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_agrees_with_pytorch(spec: Spec) -> None:
    @given(spec.cases)
    def run(case):
        compare_case(spec, case)

    run()


@pytest.mark.parametrize("spec", REFUSING, ids=[spec.name for spec in REFUSING])
def test_refuses_what_pytorch_refuses(spec: Spec) -> None:
    @given(spec.errors)
    def run(case):
        compare_case(spec, case, ["errors"])

    run()


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_forms_agree_with_pytorch(spec: Spec) -> None:
    """Methods, in-place methods and views: fewer examples, since each form is one function."""
    names = [name for name in FORMS if name not in DELIBERATE.get(spec.name, ())]

    @settings(max_examples=5)
    @given(spec.cases)
    def run(case):
        compare_case(spec, case, names)

    run()


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_pytorch_agrees_with_itself(spec: Spec) -> None:
    """Whatever the tester finds between an engine and itself is the tester's own mistake."""
    report = check(with_itself(spec), examples=2)
    assert report.ok, str(report)
    assert set(report.aspects) == set(ASPECTS) > set(CORE)


def primitives_used(spec: Spec) -> set[str]:
    """Run a spec a little and read the graphs it recorded, those of derivatives among them."""
    used: set[str] = set()

    @settings(max_examples=3)
    @given(spec.cases)
    def run(case):
        used.update(compare_case(spec, case, ["create_graph"]))

    run()
    return used


def has_derivative(entry: Primitive) -> bool:
    """Return whether any rule of a primitive does more than to refuse."""
    return any(rule and rule.__name__ != "refused" for rule in entry.rules)


def test_every_primitive_has_a_spec() -> None:
    named = {name.split("/")[0].split(".")[-1] for name in SPECS}  # special.erfcx is erfcx
    ours = {
        name: has_derivative(entry)
        for name, entry in PRIMITIVES.items()
        if str(entry.forward.__module__).startswith("minigrad.")  # not the tests
    }
    missing = {name for name, derived in ours.items() if not derived} - named
    unused = {name for name, derived in ours.items() if derived}
    for spec in sorted(SPECS.values(), key=lambda spec: spec.name.count("/")):
        if unused:  # variants come last, and most of them need not be run
            unused -= primitives_used(spec)
    assert missing | unused == set()
