"""Einsum: equations, errors, plans, shared intermediates, and what is never materialised.

Random equations are compared in the specs; here are the forms that random ones do not reach.
"""

import importlib
import itertools
import math

import numpy as np
import pytest
from engines import agree, fail
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.contracting import contraction, pairing

CHAIN = "t.einsum('ab,bc,cd,de,ef,fg,gh,hi,ij,jk->ak', *[t.ones(2, 2)] * 10)"
CORES = "t.ones(2, 2), t.ones(2, 2, 2), t.ones(2, 2, 2), t.ones(2, 2)"
TRAIN = f"t.einsum('Nkl,ic,cjd,dke,el->Nij', t.ones(3, 2, 2), {CORES})"
FORMS = [
    *("t.einsum('ij,jk->ik', g, f[None])", "t.einsum('ij,jk', g, f[None])", "t.einsum('i', f)"),
    *("t.einsum('ij,jk->ik', [g, f[None]])", "t.einsum('ij,jk->ki', (g, f[None]))"),
    *("t.einsum(' i j , jk -> i k ', g, f[None])", "t.einsum('ii', t.ones(3, 3))"),
    *("t.einsum('ii->i', t.ones(3, 3))", "t.einsum('iij->j', t.ones(2, 2, 3))", "t.einsum('', s)"),
    *("t.einsum('->', s)", "t.einsum(',->', s, s)", "t.einsum('i,', f, s.float())"),
    *("t.einsum('ij,,jk->ik', g, s.float(), f[None])", "t.einsum('ba', g)", "t.einsum('bA', g)"),
    *(
        "t.einsum('aB', g)",
        "t.einsum('...i->i', g)",
        "t.einsum('...i->...', g)",
        "t.einsum('i->...', f)",
    ),
    *("t.einsum('...i,...i->...i', g, t.ones(3, 2, 1))", "t.einsum('a...->...a', t.ones(2, 3, 4))"),
    *("t.einsum('a...,b...->ab', t.ones(2, 3), t.ones(4, 3))", "t.einsum('...,...', g, f)"),
    *("t.einsum('...->', g)", "t.einsum('i...->i...', f)", "t.einsum('ij->j', i[None])"),
    *(
        "t.einsum('ij->j', n[None])",
        "t.einsum('ij->j', b[None])",
        "t.einsum('ij,jk->ik', i[None], i[:, None])",
    ),
    *("t.einsum('i,i->i', t.ones(1), t.ones(3))", "t.einsum('i,i->', t.ones(1), t.ones(3))"),
    *("t.einsum('i,j,k->ijk', t.ones(2), t.ones(0), t.ones(3))", "t.einsum('ij,jk->ik', z.T, z)"),
    *("t.einsum(g, [0, 1], f[None], [1, 2], [0, 2])", "t.einsum(g, [..., 1], f[None], [1, 2])"),
    *("t.einsum(g, [51, 0])", "t.einsum(g, [1, 0])", "t.einsum(g, [0, 1], [])"),
    *("t.einsum('ni,ia,aj->nj', t.ones(2, 3), t.ones(3, 4), t.ones(4, 5))", CHAIN, TRAIN),
]


@pytest.mark.parametrize("expression", FORMS)
def test_forms_and_dtypes(expression) -> None:
    agree(expression)


ERRORS = [
    *("t.einsum('ij,jk->iz', g, g.T)", "t.einsum('ij,jk->ii', g, g.T)", "t.einsum('ij,jk->ik', g)"),
    *(
        "t.einsum('ij->ij', g, g)",
        "t.einsum('ij,jk->ik', m, t.ones(3, 4))",
        "t.einsum('i,ij->', g, g)",
    ),
    *("t.einsum('ijk,jk->ik', g, g)", "t.einsum('ii->i', t.ones(1, 3))", "t.einsum('ii', g)"),
    *("t.einsum('i1->i', g)", "t.einsum('i.j->i', g)", "t.einsum('i....->i', g)"),
    *("t.einsum('...i...->i', g)", "t.einsum('i-j->i', g)", "t.einsum('ij->i->j', g)"),
    *("t.einsum('...ij->...ji...', g)", "t.einsum('ij->I', g)", "t.einsum('i...->', s)"),
    *("t.einsum('...a,...b', t.ones(2, 3), t.ones(5, 4))", "t.einsum('i,i', f, d)"),
    *("t.einsum('ij,jk', b[None], b[:, None])", "t.einsum(g, [0, 1], g, [1, 52])", "t.einsum(g)"),
    *("t.einsum(g, [0, -1])", "t.einsum(g, ['a', 'b'])", "t.einsum('ij')", "t.einsum('ij', 3)"),
    *("t.einsum('ij', [[1, 2]])", "t.einsum(3, g)", "t.einsum('ij,jk->ik', g, None)"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_errors_name_the_label_and_both_sizes() -> None:
    with pytest.raises(RuntimeError, match=r"subscript j has size 4 for operand 1 .* size 3"):
        mg.einsum("ij,jk->ik", mg.ones(2, 3), mg.ones(4, 5))
    with pytest.raises(RuntimeError, match=r"under '...' has size 4 for operand 1 .* size 3"):
        mg.einsum("...i,...i->i", mg.ones(3, 2), mg.ones(4, 2))
    with pytest.raises(RuntimeError, match="output subscript z does not appear"):
        mg.einsum("ij->z", mg.ones(2, 3))


@pytest.mark.parametrize(
    "expression",
    [
        *("t.einsum('ij,jk->ik', g, f[None])", "t.einsum('ii->i', g @ f[None])"),
        *("t.einsum('i,i,i->', f, f, f)", "t.einsum('ij->', g)", "t.einsum('ij->ji', g)"),
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


# --- the cost -----------------------------------------------------------------------------------


@pytest.fixture
def contracted(monkeypatch):
    """The (x shape, y shape, labels) of every contraction computed."""
    calls = []
    lower = contraction.lower

    def watched(xs, ys, outs, x_shape, y_shape):
        calls.append((f"{xs},{ys}->{outs}", x_shape, y_shape))
        return lower(xs, ys, outs, x_shape, y_shape)

    monkeypatch.setattr(contraction, "lower", watched)
    return calls


def test_backward_contracts_two_pairs_for_each_of_forward(contracted) -> None:
    shapes = [(2, 3), (3, 4), (4, 5), (5, 6)]
    operands = [mg.ones(*shape, requires_grad=True) for shape in shapes]
    out = mg.einsum("ab,bc,cd,de->ae", *operands)
    assert len(contracted) == 3
    out.backward(mg.ones(2, 6))
    # One at a time, each gradient would cost 3 contractions of its own: 12 instead of 6.
    assert len(contracted) == 3 + 6
    assert [x.grad.shape for x in operands] == shapes


def test_no_gradient_no_contraction(contracted) -> None:
    x, y = mg.ones(2, 3), mg.ones(3, 4, requires_grad=True)
    mg.einsum("ij,jk->ik", x, y).backward(mg.ones(2, 4))
    assert len(contracted) == 2


def test_three_operands_never_make_the_big_product(contracted) -> None:
    n, i, a, j = 64, 50, 2, 70
    operands = [mg.ones(n, i), mg.ones(i, a), mg.ones(a, j)]
    operands = [x.requires_grad_() for x in operands]
    mg.einsum("ni,ia,aj->nj", *operands).sum().backward()
    for call, x_shape, y_shape in contracted:
        labels = dict(zip(call.replace(",", "").split("->")[0], x_shape + y_shape))
        work = math.prod(labels.values())
        assert work <= max(n * i * a, n * a * j), call  # i a j + n i j would be the other order
        assert math.prod(labels[c] for c in call.split("->")[1]) <= n * j, call


def test_plans_are_made_once() -> None:
    plan = importlib.import_module("minigrad.ops.contracting.einsum")._plan
    plan.cache_clear()
    for _ in range(3):
        mg.einsum("qr,rs->qs", mg.ones(2, 3), mg.ones(3, 4))
    mg.einsum("qr,rs->qs", mg.ones(2, 5), mg.ones(5, 4))
    info = plan.cache_info()
    assert (info.misses, info.hits) == (2, 2)


def test_a_single_operand_is_a_view() -> None:
    x = mg.ones(3, 3)
    for equation in ("ij->ji", "ii->i"):
        assert np.shares_memory(mg.einsum(equation, x).numpy(), x.numpy())


# --- the order of contraction -------------------------------------------------------------------


def price(pairs, terms, output, sizes) -> int:
    """Multiplications of an order, counted naively."""
    work, cost = [set(term) for term in terms], 0
    alive = set(range(len(terms)))
    for i, j in pairs:
        alive -= {i, j}
        needed = set(output).union(*(work[k] for k in alive))
        cost += math.prod(sizes[c] for c in work[i] | work[j])
        alive.add(len(work))
        work.append((work[i] | work[j]) & needed)
    assert len(alive) == 1
    return cost


def orders(count):
    """All orders of contracting so many tensors."""

    def visit(alive, following, done):
        if len(alive) == 1:
            yield done
        for pair in itertools.combinations(alive, 2):
            rest = [k for k in alive if k not in pair]
            yield from visit([*rest, following], following + 1, [*done, pair])

    return visit(list(range(count)), count, [])


@given(st.data())
def test_no_order_of_a_few_is_cheaper_than_the_one_found(data) -> None:
    count = data.draw(st.integers(2, 4))
    sizes = {c: data.draw(st.integers(1, 9)) for c in "abcde"}
    terms = [
        "".join(data.draw(st.lists(st.sampled_from("abcde"), unique=True))) for _ in range(count)
    ]
    output = "".join(data.draw(st.lists(st.sampled_from("abcde"), unique=True)))
    output = "".join(c for c in output if any(c in term for term in terms))
    found = price(pairing.best_pairs(terms, output, sizes), terms, output, sizes)
    assert found == min(price(pairs, terms, output, sizes) for pairs in orders(count))


def test_a_long_chain_is_contracted_pair_by_pair() -> None:
    letters = "abcdefghijklmnop"
    terms = [a + b for a, b in itertools.pairwise(letters)]
    sizes = dict.fromkeys(letters, 10)
    pairs = pairing.best_pairs(terms, "ap", sizes)
    assert len(terms) > pairing.EXACT  # the greedy search
    assert price(pairs, terms, "ap", sizes) == 10**3 * (len(terms) - 1)
