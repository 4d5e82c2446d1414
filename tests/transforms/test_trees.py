"""Trees against PyTorch's."""

from collections import OrderedDict, defaultdict, namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.utils import _pytree

from minigrad.transforms.trees import flatten, leaves_of, map_leaves, spread, unflatten

Pair = namedtuple("Pair", "a b")

trees = st.recursive(
    st.integers() | st.none() | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.builds(Pair, inner, inner)
    ),
    max_leaves=8,
)


@given(trees)
def test_taken_apart_and_put_together(tree):
    leaves, structure = flatten(tree)
    assert leaves == _pytree.tree_leaves(tree)
    again = unflatten(structure, leaves)
    assert again == tree
    assert type(again) is type(tree)
    assert flatten(again)[1] == structure


@given(trees, trees)
def test_structures_are_equal_where_pytorch_says_so(one, other):
    theirs = _pytree.tree_structure(one) == _pytree.tree_structure(other)
    assert (flatten(one)[1] == flatten(other)[1]) == theirs


@given(trees)
def test_a_prefix_holds_for_all_below(tree):
    structure = flatten(tree)[1]
    count = len(leaves_of(tree))
    assert spread(7, structure) == [7] * count
    numbered = unflatten(structure, range(count))
    assert spread(numbered, structure) == list(range(count))


@pytest.mark.parametrize(
    ("prefix", "tree"), [((1, 2), [1, 2]), ((1, 2), (1, 2, 3)), ({"a": 1}, {"b": 1}), ((1,), 3)]
)
def test_a_prefix_that_does_not_fit(prefix, tree):
    assert spread(prefix, flatten(tree)[1]) is None


def test_kinds_of_dicts():
    assert type(map_leaves(str, OrderedDict(a=1))) is OrderedDict
    assert map_leaves(str, defaultdict(int, a=1)) == {"a": "1"}
    assert str(flatten({"a": [1, (2,)]})[1]) == "{'a': list(*, tuple(*))}"
