"""Specs of ``minigrad.ops.linear_algebra.eig``.

Of the eigenvectors the squared sizes of the numbers are compared: their phases are arbitrary, and
so is the order of all.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import Array, integers, reals
from .complex_numbers import through_parts

RTOL = 1e-9  # in float32 1e-4: LAPACK's iterations end where they end
ROTATION = np.array([[0.0, -2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
SPREAD = np.diag([-2.0, 0.5, 3.0])


@st.composite
def square(draw: st.DrawFn) -> Array:
    """Matrices with eigenvalues apart, real ones or a pair: one of two, and a little more."""
    batch = draw(st.sampled_from([(), (2,), (0,)]))
    middle = draw(st.sampled_from([ROTATION, SPREAD]))
    return middle + draw(reals((*batch, 3, 3), -0.25, 0.25))


def seen(engine: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return eigenvalues in parts, and squared sizes of the eigenvectors' numbers, in one order."""

    def call(A: Any) -> Any:
        found = function(A)
        values = found.eigenvalues if isinstance(found, tuple) else found
        # Of both of the spectra above, these keys are apart.
        order = engine.argsort((engine.real(values) + 2 * engine.imag(values)).detach(), -1)
        parts = [
            engine.take_along_dim(part(values), order, -1) for part in (engine.real, engine.imag)
        ]
        if not isinstance(found, tuple):
            return parts
        sizes = engine.square(engine.abs(found.eigenvectors))
        return parts, engine.take_along_dim(sizes, order[..., None, :], -1)

    return call


WRONG = st.one_of(
    st.sampled_from([(2, 3), (3,), ()]).flatmap(reals), integers(st.just((2, 2)))
).map(lambda A: Case((A,)))

for _name in ("eig", "eigvals"):
    _ours, _theirs = getattr(mg.linalg, _name), getattr(torch.linalg, _name)
    register(
        f"linalg.{_name}",
        seen(mg, _ours),
        seen(torch, _theirs),
        square().map(lambda A: Case((A,))),
        tier=3,
        rtol=RTOL,
        errors=WRONG,
    )
    register(
        f"linalg.{_name}/complex",
        through_parts(mg, seen(mg, _ours)),
        through_parts(torch, seen(torch, _theirs)),
        st.tuples(square(), reals((3, 3), -0.25, 0.25)).map(
            lambda p: Case((p[0], p[1] + np.zeros_like(p[0])))
        ),
        tier=3,
        rtol=RTOL,
    )


def extreme(engine: Any, **options: Any) -> Callable[..., Any]:
    """Return two extreme eigenvalues of symmetric matrices, and squares of their vectors."""

    def call(x: Any, largest: bool) -> Any:
        A = x + x.mT + engine.diag(engine.arange(6.0) * 4).to(x.dtype)
        values, vectors = engine.lobpcg(A, 2, largest=largest, **options)
        return values, engine.square(vectors)

    return call


register(
    "lobpcg",
    extreme(mg),
    extreme(torch, niter=300, tol=1e-12),
    st.tuples(reals((6, 6), -0.5, 0.5), st.booleans()).map(Case),
    second=False,  # PyTorch has none
    tier=3,
    rtol=1e-8,  # PyTorch iterates
)
