"""Every operator against PyTorch, and every primitive covered."""

import functools

import pytest
from hypothesis import given

import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad_torch_compat.differential import SPECS, Spec, compare


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_agrees_with_pytorch(spec: Spec) -> None:
    @given(spec.cases)
    def run(case):
        compare(spec, case)

    run()
