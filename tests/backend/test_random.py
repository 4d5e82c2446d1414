"""Random streams, number by number against PyTorch's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minigrad.backend import random as backend_random
from minigrad.backend.random import Generator, keep_mask, manual_seed

SEED = 1234
SIZES = [0, 1, 2, 5, 15, 16, 17, 31, 32, 33, 100, 1000]
DTYPES = ["float16", "float32", "float64", "complex64"]
# Logarithm, sine and cosine come from different libraries: the last digits may differ.
CLOSE = {"float16": 2e-3, "float32": 5e-7, "float64": 2e-15, "complex64": 5e-7}


def both(draw: Callable[[Generator], Any], reference: Callable[[torch.Generator], Any]) -> Any:
    """Draw from equal seeds, and check that both streams stand at the same place afterwards."""
    ours, theirs = Generator().manual_seed(SEED), torch.Generator().manual_seed(SEED)
    found, expected = draw(ours), reference(theirs)
    assert position(ours) == position(theirs)
    return np.asarray(found), expected.numpy()


def position(generator: Any) -> tuple[int, int]:
    """Return where a stream stands: words left of the block, and a check sum of the block."""
    state = np.asarray(generator.get_state()).view(np.uint32)
    return int(state[2]), int(state[6:1254:2].astype(np.int64).sum())


def check_equal(found: Any, expected: Any) -> None:
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def check_close(found: Any, expected: Any, rtol: float) -> None:
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES)
def test_uniform(size: int, dtype: str) -> None:
    kind = getattr(torch, dtype)
    check_equal(
        *both(
            lambda g: g.uniform((size,), dtype=np.dtype(dtype)),
            lambda g: torch.rand(size, dtype=kind, generator=g),
        )
    )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("size", SIZES)
def test_uniform_between_bounds(size: int, dtype: str) -> None:
    found, expected = both(
        lambda g: g.uniform((size,), -0.3, 0.71, np.dtype(dtype)),
        lambda g: torch.empty(size, dtype=getattr(torch, dtype)).uniform_(-0.3, 0.71, generator=g),
    )
    if dtype == "float64":  # PyTorch's fused multiply-add rounds once
        check_close(found, expected, 2e-15)
    else:
        check_equal(found, expected)


def test_uniform_never_reaches_the_upper_bound() -> None:
    found, expected = both(
        lambda g: g.uniform((40_000,), dtype=np.dtype("float16")),
        lambda g: torch.rand(40_000, dtype=torch.float16, generator=g),
    )
    check_equal(found, expected)
    assert found.max() < 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES)
def test_normal(size: int, dtype: str) -> None:
    found, expected = both(
        lambda g: g.normal((size,), dtype=np.dtype(dtype)),
        lambda g: torch.randn(size, dtype=getattr(torch, dtype), generator=g),
    )
    check_close(found, expected, CLOSE[dtype])


@pytest.mark.parametrize("size", SIZES)
def test_normal_with_mean_and_deviation(size: int) -> None:
    found, expected = both(
        lambda g: g.normal((size,), 3.0, 0.25, np.dtype("float64")),
        lambda g: torch.empty(size, dtype=torch.float64).normal_(3.0, 0.25, generator=g),
    )
    check_close(found, expected, 2e-15)


def test_normal_of_memory_with_gaps_is_drawn_one_by_one() -> None:
    found, expected = both(
        lambda g: g.normal((20,), dtype=np.dtype("float32"), contiguous=False),
        lambda g: torch.empty(20, 2)[:, 0].normal_(generator=g),
    )
    check_equal(found, expected)


@pytest.mark.parametrize("span", [1, 7, 2**28 - 1, 2**28, 2**32, 2**40, 2**63 - 1])
def test_integers(span: int) -> None:
    check_equal(
        *both(
            lambda g: g.integers((20,), -3, span - 3),
            lambda g: torch.randint(-3, span - 3, (20,), generator=g),
        )
    )


@pytest.mark.parametrize("size", [0, 1, 2, 10, 1000])
def test_permutation(size: int) -> None:
    check_equal(*both(lambda g: g.permutation(size), lambda g: torch.randperm(size, generator=g)))


@pytest.mark.parametrize("probability", [0.0, 0.3, 0.5, 1.0, 2.0**-40])
def test_bernoulli(probability: float) -> None:
    check_equal(
        *both(
            lambda g: g.bernoulli((500,), probability),
            lambda g: torch.empty(500, dtype=torch.bool).bernoulli_(probability, generator=g),
        )
    )


def test_bernoulli_decides_ties_of_the_high_bits() -> None:
    fraction = Generator().manual_seed(SEED).uniform((8,), dtype=np.dtype("float64"))
    for i, value in enumerate(fraction):
        above = np.nextafter(value, 1)
        assert not Generator().manual_seed(SEED).bernoulli((8,), value)[i]
        assert Generator().manual_seed(SEED).bernoulli((8,), above)[i]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bernoulli_of_each(dtype: str) -> None:
    chances = np.linspace(0, 1, 60, dtype=dtype).reshape(6, 10)
    found, expected = both(
        lambda g: g.bernoulli_each(chances),
        lambda g: torch.bernoulli(torch.from_numpy(chances), generator=g),
    )
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 27, 1000])
def test_exponential(size: int, dtype: str) -> None:
    found, expected = both(
        lambda g: g.exponential((size,), 0.7, np.dtype(dtype)),
        lambda g: torch.empty(size, dtype=getattr(torch, dtype)).exponential_(0.7, generator=g),
    )
    check_close(found, expected, {"float32": 1e-7, "float64": 2e-15}[dtype])


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("count", [1, 3, 6])
@pytest.mark.parametrize("shape", [(6,), (4, 6)])
def test_multinomial(shape: tuple[int, ...], count: int, replacement: bool) -> None:
    weights = np.random.default_rng(0).random(shape).astype(np.float32)
    weights[..., 2] = 0
    if not replacement and count == 6:
        weights[..., 2] = 0.1
    check_equal(
        *both(
            lambda g: g.multinomial(weights, count, replacement),
            lambda g: torch.multinomial(torch.tensor(weights), count, replacement, generator=g),
        )
    )


DRAWS: dict[str, tuple[Any, Any]] = {
    "normal": (lambda g, n: g.normal((n,)), lambda g, n: torch.randn(n, generator=g)),
    "normal64": (
        lambda g, n: g.normal((n,), dtype=np.dtype("float64")),
        lambda g, n: torch.randn(n, dtype=torch.float64, generator=g),
    ),
    "uniform": (lambda g, n: g.uniform((n,)), lambda g, n: torch.rand(n, generator=g)),
    "integers": (
        lambda g, n: g.integers((n,), 0, 9),
        lambda g, n: torch.randint(9, (n,), generator=g),
    ),
    "permutation": (lambda g, n: g.permutation(n), lambda g, n: torch.randperm(n, generator=g)),
    "bernoulli": (
        lambda g, n: g.bernoulli((n,), 0.5),
        lambda g, n: torch.empty(n, dtype=torch.bool).bernoulli_(0.5, generator=g),
    ),
}


@given(st.lists(st.tuples(st.sampled_from(list(DRAWS)), st.integers(0, 20)), max_size=12))
def test_interleaved_draws(program: list[tuple[str, int]]) -> None:
    """The second value of a pair of normal numbers waits while other draws pass."""
    ours, theirs = Generator().manual_seed(7), torch.Generator().manual_seed(7)
    for name, size in program:
        mine, reference = DRAWS[name]
        check_close(np.asarray(mine(ours, size)), reference(theirs, size).numpy(), 1e-6)
    assert position(ours) == position(theirs)


# --- seeds and states ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**32 + 5, 2**64 - 1, -1, -(2**63)])
def test_seeds(seed: int) -> None:
    ours, theirs = Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    assert ours.initial_seed() == theirs.initial_seed()
    np.testing.assert_array_equal(ours.uniform((3,)), torch.rand(3, generator=theirs).numpy())


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1, "x"])
def test_seeds_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match=r"seed|invalid literal"):
        Generator().manual_seed(seed)
    with pytest.raises(ValueError, match=r"Overflow|invalid literal"):
        torch.manual_seed(seed)


def test_a_new_generator_has_pytorchs_seed() -> None:
    assert Generator().initial_seed() == torch.Generator().initial_seed()


def test_seed_differs_every_time() -> None:
    generator = Generator()
    assert generator.seed() != generator.seed()
    assert generator.initial_seed() == generator._seed


def test_state_restores_the_stream_and_the_waiting_normal_number() -> None:
    generator = Generator().manual_seed(3)
    generator.normal((3,))
    state = generator.get_state()
    first = generator.normal((5,)), generator.uniform((700,))
    generator.set_state(state)
    for found, expected in zip((generator.normal((5,)), generator.uniform((700,))), first):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("drawn", [0, 1, 623, 624, 625])
def test_states_are_pytorchs(drawn: int) -> None:
    ours, theirs = Generator(), torch.Generator().manual_seed(9)
    torch.rand(drawn, generator=theirs)
    torch.randn(3, generator=theirs)
    ours.set_state(theirs.get_state().numpy())
    assert ours.initial_seed() == 9
    np.testing.assert_array_equal(ours.normal((5,)), torch.randn(5, generator=theirs).numpy())
    theirs.set_state(torch.from_numpy(ours.get_state()))
    np.testing.assert_array_equal(ours.uniform((9,)), torch.rand(9, generator=theirs).numpy())


def test_states_refused() -> None:
    generator = Generator()
    with pytest.raises(TypeError, match="uint8"):
        generator.set_state(np.zeros(5056))
    with pytest.raises(RuntimeError, match="5056 bytes, got 3"):
        generator.set_state(np.zeros(3, np.uint8))


def test_draws_of_several_threads_share_no_number() -> None:
    generator = Generator().manual_seed(5)
    found: list[Any] = []

    def work() -> None:
        for _ in range(200):
            found.extend(generator.normal((3,), dtype=np.dtype("float64")).tolist())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = torch.empty(2400, 2, dtype=torch.float64)[:, 0]
    expected.normal_(generator=torch.Generator().manual_seed(5))
    np.testing.assert_allclose(sorted(found), sorted(expected.tolist()), rtol=1e-14)


def test_dropout_keeps_what_pytorch_keeps() -> None:
    manual_seed(SEED)
    torch.manual_seed(SEED)
    found = keep_mask((64, 3), 0.75)
    expected = torch.nn.functional.dropout(torch.ones(64, 3), 0.25) > 0
    np.testing.assert_array_equal(found, expected.numpy())


def test_the_default_generator_is_one() -> None:
    assert manual_seed(2) is backend_random.default_generator
