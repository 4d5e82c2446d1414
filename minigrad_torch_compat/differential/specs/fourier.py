"""Specs of ``ops.spectra.fourier``; see ``specs.complex_numbers`` for how complex cases go."""

from typing import Any

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals
from .complex_numbers import parts, register_complex, shown

NORMS = st.sampled_from([None, "backward", "ortho", "forward"])
SHAPES = st.sampled_from([(4,), (1,), (5,), (2, 3), (3, 2, 4), (0, 3)])


@st.composite
def along_one(draw: st.DrawFn, complex: bool, least: int = 1) -> Case:
    """A signal, and what may be said of the transform of one dimension."""
    shape = draw(SHAPES)
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    n = draw(st.one_of(st.none(), st.integers(1, 6)))
    if n is None and shape[dim] < least:
        n = 2
    if 0 in shape and (not complex or dim % 2):  # PyTorch: "MKL FFT error" for no signals
        shape = (1, *shape[1:])
    signal = draw(parts(st.just(shape))) if complex else (draw(reals(shape)),)
    return Case(signal, {"n": n, "dim": dim, "norm": draw(NORMS)})


@st.composite
def along_some(draw: st.DrawFn, complex: bool, least: int = 1) -> Case:
    """A signal, and what may be said of the transform of several dimensions."""
    shape = draw(st.sampled_from([(2, 3), (3, 2, 4), (1, 2), (2, 1, 2, 2)]))
    dims = draw(st.permutations(range(-len(shape), 0)))[: draw(st.integers(1, len(shape)))]
    s = draw(st.one_of(st.none(), st.tuples(*(st.integers(1, 4) for _ in dims))))
    if s is None and shape[dims[-1]] < least:
        s = (2,) * len(dims)
    signal = draw(parts(st.just(shape))) if complex else (draw(reals(shape)),)
    options: dict[str, Any] = {"s": s, "dim": tuple(dims), "norm": draw(NORMS)}
    return Case(signal, options)


def of_reals(name: str) -> tuple[Any, Any]:
    """Both engines' transform of a real tensor, its result in parts."""
    ours, theirs = getattr(mg.fft, name), getattr(torch.fft, name)
    return (
        lambda *args, **kwargs: shown(mg, ours(*args, **kwargs)),
        lambda *args, **kwargs: shown(torch, theirs(*args, **kwargs)),
    )


for _suffix, _cases in {"": along_one, "n": along_some}.items():
    for _name in ("fft", "ifft", "irfft", "hfft"):
        _full = f"{_name}{_suffix}"
        # Of a single number irfft would make none.
        _complex = _cases(True, 2 if _name in ("irfft", "hfft") else 1)
        register_complex(
            f"fft.{_full}", getattr(mg.fft, _full), getattr(torch.fft, _full), _complex, tier=3
        )
    for _name in ("fft", "rfft", "ihfft"):
        _full = f"{_name}{_suffix}"
        register(f"fft.{_full}/real", *of_reals(_full), _cases(False), tier=3)


@st.composite
def planes(draw: st.DrawFn) -> Case:
    """A plane of four rows and columns or more, transformed by default."""
    shape = draw(st.sampled_from([(4, 4), (2, 3, 4)]))
    return Case(draw(parts(st.just(shape))), {"norm": draw(NORMS)})


for _name in ("fft2", "ifft2", "irfft2", "hfft2"):
    register_complex(
        f"fft.{_name}", getattr(mg.fft, _name), getattr(torch.fft, _name), planes(), tier=3
    )
for _name in ("rfft2", "ihfft2"):
    register(
        f"fft.{_name}/real",
        *of_reals(_name),
        st.sampled_from([(4, 4), (2, 3, 4)]).flatmap(reals).map(lambda x: Case((x,))),
        tier=3,
    )
for _name in ("fftshift", "ifftshift"):
    register(
        f"fft.{_name}",
        getattr(mg.fft, _name),
        getattr(torch.fft, _name),
        st.tuples(reals((3, 4)), st.sampled_from([None, 0, -1, (0, 1)])).map(Case),
        tier=3,
    )
