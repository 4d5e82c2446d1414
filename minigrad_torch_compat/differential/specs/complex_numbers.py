"""Specs of ``minigrad.ops.pointwise.complex_numbers``, and of other operators on complex numbers.

Cases hold real and imaginary parts: every engine makes complex tensors of them, and shows complex
results as pairs. So the gradients that are compared are those of the parts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..complex_variants import shown
from ..spec import Case, case, register
from ..strategies import Array, broadcastable, positive, reals, shapes


def through_parts(engine: Any, function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
    """Return ``function`` of ``count`` complex tensors as one of their parts, and to pairs."""

    def call(*args: Any, **kwargs: Any) -> Any:
        parts, rest = args[: 2 * count], args[2 * count :]
        tensors = [engine.complex(*parts[i : i + 2]) for i in range(0, 2 * count, 2)]
        return shown(engine, function(*tensors, *rest, **kwargs))

    return call


def register_complex(
    name: str,
    ours: Callable[..., Any],
    theirs: Callable[..., Any],
    cases: st.SearchStrategy[Case],
    count: int = 1,
    **options: Any,
) -> None:
    """Register a spec whose cases begin with the parts of ``count`` complex operands."""
    register(
        name, through_parts(mg, ours, count), through_parts(torch, theirs, count), cases, **options
    )


@st.composite
def parts(draw: st.DrawFn, shape: Any = None, low: float = 0.0) -> tuple[Array, Array]:
    """Real and imaginary parts of one shape, of numbers of size ``low`` or more."""
    shape = draw(shapes() if shape is None else shape)
    x, y = draw(reals(shape)), draw(reals(shape))
    x = np.where(np.hypot(x, y) < low, np.where(x < 0, x - low, x + low), x)
    return np.asarray(x), y


COMPLEX = parts().map(Case)
AWAY = parts(low=0.25).map(Case)

register("complex", mg.complex, torch.complex, st.tuples(reals((2, 3)), reals((3,))).map(Case))
register_complex("real", mg.real, torch.real, COMPLEX)
register_complex("imag", mg.imag, torch.imag, COMPLEX)
register_complex("conj", mg.conj, torch.conj, COMPLEX)
register_complex("conj_physical", mg.conj_physical, torch.conj_physical, COMPLEX)
register_complex("angle/complex", mg.angle, torch.angle, AWAY)
register_complex("abs/complex", mg.abs, torch.abs, AWAY)
register_complex("sgn/complex", mg.sgn, torch.sgn, AWAY)
register_complex(
    "view_as_real",
    lambda x: mg.view_as_real(x) * 1,
    lambda x: torch.view_as_real(x) * 1,
    COMPLEX,
)
register("angle", mg.angle, torch.angle, case(reals(away_from=(0.0,))))
register("sgn", mg.sgn, torch.sgn, case(reals()))


def viewed(engine: Any) -> Callable[[Any], Any]:
    """Return the square of the complex tensor that pairs make."""
    return lambda x: shown(engine, engine.view_as_complex(x) * engine.view_as_complex(x))


register(
    "view_as_complex",
    viewed(mg),
    viewed(torch),
    case(
        st.sampled_from([(2,), (3, 2), (2, 3, 2)])
        .flatmap(reals)
        .map(lambda x: np.array(x, order="C"))
    ),
)


@st.composite
def sizes_and_angles(draw: st.DrawFn) -> Case:
    """Two arrays whose shapes broadcast."""
    a, b = draw(broadcastable())
    # PyTorch's derivative by a size is 0 at 0 and of the wrong sign below.
    return Case((draw(positive(a)), draw(reals(b))))


def polar(engine: Any) -> Callable[..., Any]:
    """Return ``polar``, its result in parts."""
    return lambda a, b: shown(engine, engine.polar(a, b))


register("polar", polar(mg), polar(torch), sizes_and_angles())

# --- other operators on complex numbers -----------------------------------------------------------

_UNARY = {
    "neg": COMPLEX, "exp": COMPLEX, "sin": COMPLEX, "cos": COMPLEX, "sinh": COMPLEX,
    "cosh": COMPLEX, "square": COMPLEX, "reciprocal": AWAY, "log": AWAY, "sqrt": AWAY,
    "rsqrt": AWAY,
    "tanh": parts(low=0.0).map(lambda p: Case((p[0], np.asarray(p[1] / 4)))),
    "sum": COMPLEX, "mean": COMPLEX, "prod": COMPLEX,
}  # fmt: skip
for _name, _cases in _UNARY.items():
    register_complex(f"{_name}/complex", getattr(mg, _name), getattr(torch, _name), _cases)


@st.composite
def two(draw: st.DrawFn, low: float = 0.0) -> Case:
    """Parts of two complex operands whose shapes broadcast."""
    a, b = draw(broadcastable())
    return Case((*draw(parts(st.just(a))), *draw(parts(st.just(b), low))))


for _name, _cases in {"add": two(), "sub": two(), "mul": two(), "div": two(0.25)}.items():
    register_complex(f"{_name}/complex", getattr(mg, _name), getattr(torch, _name), _cases, 2)

register_complex(
    "matmul/complex",
    mg.matmul,
    torch.matmul,
    st.tuples(parts(st.just((2, 3))), parts(st.just((3, 4)))).map(lambda p: Case((*p[0], *p[1]))),
    2,
)

# Not the order 0, whose derivative PyTorch casts with a warning.
register_complex(
    "linalg.vector_norm/complex",
    mg.linalg.vector_norm,
    torch.linalg.vector_norm,
    st.tuples(
        parts(st.just((2, 3)), low=0.25),
        st.sampled_from([1, 2, 3, 0.5, -1, float("inf"), -float("inf")]),
        st.sampled_from([None, 0, -1, (0, 1)]),
    ).map(lambda drawn: Case((*drawn[0], *drawn[1:]))),
)
