"""Every operator under ``vmap`` against a loop: values, gradients through it, and gradients in it.

The cases are those of the differential specs; each array argument in turn gets a second example.
"""

import numpy as np
import pytest
from hypothesis import given, settings

import minigrad as mg
import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad.transforms.trees import leaves_of, map_leaves
from minigrad_torch_compat.differential import SPECS

# Hooks of modules look at gradients, and walks elsewhere at memory that no example owns.
NOT_OF_EXAMPLES = {"module_hooks", "as_strided/elsewhere"}
OURS = {
    name: spec
    for name, spec in SPECS.items()
    if spec.engine == "minigrad" and name not in NOT_OF_EXAMPLES
}

# What has no meaning for all examples at once: PyTorch's vmap refuses it too.
REFUSED = {
    *("where_indices", "nonzero", "nonzero/tuple", "argwhere", "unique", "unique_consecutive"),
    *("allclose", "equal", "one_hot", "batch_norm", "instance_norm"),
}
# The result depends on how the memory lies, which stacking examples changes.
BY_MEMORY = {"as_strided", "as_strided_copy", "as_strided_scatter"}


def converted(tree):
    return map_leaves(lambda a: mg.from_numpy(a.copy()) if isinstance(a, np.ndarray) else a, tree)


def tensors(result):
    return tuple(leaf for leaf in leaves_of(result) if isinstance(leaf, mg.Tensor))


def function_of(spec, case, place):
    """Return the operator as a function of one of its arguments, always of the same chance."""

    def call(x):
        mg.manual_seed(0)
        args = list(converted(case.args))
        args[place] = x
        return tensors(spec.ours(*args, **converted(case.kwargs)))

    return call


def another(call, array):
    """Return a second example, of the same numbers in other places if the operator takes them."""
    moved = np.roll(array.reshape(-1), 1).reshape(array.shape)
    try:
        first, second = call(mg.from_numpy(array.copy())), call(mg.from_numpy(moved.copy()))
    except Exception:
        return array
    return moved if [t.shape for t in first] == [t.shape for t in second] else array


def same(found, expected):
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    a, b = (t.detach().numpy().astype(complex) for t in (found, expected))
    np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9, equal_nan=True)


def check(spec, case, place):
    array, call = case.args[place], function_of(spec, case, place)
    rows = [array, another(call, array)]
    expected = [call(mg.from_numpy(row.copy())) for row in rows]
    stacked = mg.from_numpy(np.stack(rows))
    found = mg.vmap(call, randomness="same")(stacked)
    for i, row in enumerate(expected):
        for one, other in zip(found, row, strict=True):
            same(one[i], other)
    if array.dtype.kind == "f" and place not in case.constants and spec.name not in BY_MEMORY:
        check_gradients(call, [mg.from_numpy(row.copy()) for row in rows], stacked)


def check_gradients(call, rows, stacked):
    def smooth(x):
        return tuple(y for y in call(x) if y.requires_grad)

    if not smooth(rows[0].clone().requires_grad_()):
        return
    outputs, pull = mg.vjp(smooth, rows[0])
    rng = np.random.default_rng(0)
    weights = tuple(mg.tensor(rng.uniform(0.5, 1.5, (2, *y.shape))).to(y.dtype) for y in outputs)
    expected = [pull(tuple(weight[i] for weight in weights))[0] for i in range(2)]
    (found,) = mg.vmap(pull)(weights)  # many cotangents at once
    for i in range(2):
        same(found[i], expected[i])
    expected = [
        mg.vjp(smooth, row)[1](tuple(weight[i] for weight in weights))[0]
        for i, row in enumerate(rows)
    ]
    _, pull = mg.vjp(mg.vmap(smooth, randomness="same"), stacked)
    (found,) = pull(weights)  # through all examples at once
    for i in range(2):
        same(found[i], expected[i])


@pytest.mark.parametrize("name", OURS)
def test_examples_at_once_are_as_one_by_one(name):
    spec = OURS[name]

    @settings(max_examples=2)
    @given(spec.cases)
    def run(case):
        for place, value in enumerate(case.args):
            if not isinstance(value, np.ndarray):
                continue
            try:
                check(spec, case, place)
            except RuntimeError as error:
                if "move it out of vmap" in str(error) and name not in REFUSED:
                    pytest.skip("looks at values, and is not open to transforms")
                if name not in REFUSED or ("atch" not in str(error) and "vmap" not in str(error)):
                    raise

    run()
