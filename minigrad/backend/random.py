"""Random numbers: PyTorch's CPU streams, rebuilt on NumPy's Mersenne twister.

The same seed gives the same numbers as ``torch.manual_seed``, so whole programs can be compared
digit by digit. Both libraries run MT19937; what is rebuilt here is how PyTorch makes numbers of
its 32-bit words: 24 of them for a float32 in [0, 1), 53 of two words for a float64, Box and
Muller's transform for normal numbers, remainders for integers.

(Only the logarithm, sine and cosine of large float32 normal draws may differ in the last digit.)
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import rejection
from .device import CPU, Device, device_of, place
from .dtypes import float16, float32, float64, int64

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

_DEFAULT_SEED = 67280421310721  # PyTorch's for a Generator that was not seeded
_WIDE = 1 << 28  # integer ranges from here on take two words a draw
_BLOCK = 16  # large normal draws transform blocks of 8 + 8 uniform numbers
_AHEAD = 64  # uniform numbers drawn ahead where nobody knows how many it takes

# PyTorch's layout of a CPU generator's state: the two libraries can exchange states.
_STATE = np.dtype(
    [
        ("seed", "<u8"),
        ("left", "<i4"),
        ("seeded", "<i4"),
        ("next", "<u8"),
        ("words", "<u8", 624),
        ("unused", "<f8"),
        ("normal", "<f8"),
        ("unused_too", "<f8"),
        ("has_normal", "<i4"),
        ("rest", "V12"),
    ]
)


class Generator:
    """A stream of random numbers. Draws from several threads are safe (their order is not fixed).

    Args:
        device: "cpu"; tensors elsewhere are drawn on the CPU and copied.

    Example:
        >>> import minigrad as mg
        >>> g = mg.Generator().manual_seed(0)
        >>> mg.rand(3, generator=g)
        tensor([0.4963, 0.7682, 0.0885])
    """

    def __init__(self, device: Any = "cpu") -> None:
        self.device = Device(device)
        self._lock = threading.RLock()
        self._twister: Any = np.random.MT19937()
        self._seeding = np.random.RandomState(self._twister).seed
        self.manual_seed(_DEFAULT_SEED)

    # --- the state ------------------------------------------------------------------------

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream that belongs to ``seed`` and return the generator.

        Raises:
            ValueError: if the seed is not a number or does not fit 64 bits.
        """
        number = int(seed)
        if not -(1 << 63) <= number < 1 << 64:
            raise ValueError(f"Overflow: the seed must fit 64 bits, got {number}")
        with self._lock:
            self._seed = number % (1 << 64)
            self._seeding(self._seed & 0xFFFFFFFF)
            self._normal: float | None = None
        return self

    def seed(self) -> int:
        """Start a stream that nobody can foresee; return its seed."""
        self.manual_seed(int.from_bytes(os.urandom(8), "little"))
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed that the stream was started with."""
        return self._seed

    def get_state(self) -> Array:
        """Return the state as an array of bytes."""
        with self._lock:
            twister = self._twister.state["state"]
            state = np.zeros((), _STATE)
            state["seed"] = self._seed
            state["seeded"] = 1
            state["left"] = 625 - twister["pos"]
            state["next"] = twister["pos"] % 624
            state["words"] = twister["key"]
            state["has_normal"] = self._normal is not None
            state["normal"] = self._normal or 0.0
        return np.frombuffer(state.tobytes(), np.uint8).copy()

    def set_state(self, state: Any) -> Generator:
        """Continue from a state that ``get_state`` returned.

        Raises:
            TypeError: if ``state`` is not an array of bytes.
            RuntimeError: if it has another size.
        """
        data = np.asarray(state)
        if data.dtype != np.uint8:
            raise TypeError(f"expected a state of bytes (uint8), but got {data.dtype}")
        if data.size != _STATE.itemsize:
            raise RuntimeError(f"expected a state of {_STATE.itemsize} bytes, got {data.size}")
        found = np.frombuffer(data.tobytes(), _STATE)[0]
        with self._lock:
            self._seed = int(found["seed"])
            position = 625 - int(found["left"])
            twister = {"key": found["words"].astype(np.uint32), "pos": position}
            self._twister.state = {"bit_generator": "MT19937", "state": twister}
            self._normal = float(found["normal"]) if found["has_normal"] else None
        return self

    # --- uniform numbers ------------------------------------------------------------------

    def _words(self, count: int) -> Array:
        """Return 32-bit words, as uint64."""
        return self._twister.random_raw(count)

    def _long_words(self, count: int) -> Array:
        """Return 64-bit words, each of two words: the high one comes first."""
        words = self._words(2 * count)
        return (words[0::2] << np.uint64(32)) | words[1::2]

    def _fractions(self, count: int, dtype: Any) -> Array:
        """Return numbers in [0, 1), float64 if that is the dtype and else float32."""
        if dtype == float64:
            bits = self._long_words(count)
            bits &= np.uint64((1 << 53) - 1)
            return bits * 2.0**-53
        words = self._words(count).astype(np.uint32)
        words &= np.uint32((1 << 24) - 1)
        found = words.astype(float32)
        found *= np.float32(2.0**-24)
        return found

    def uniform(
        self, shape: Shape, low: float = 0.0, high: float = 1.0, dtype: Any = float32
    ) -> Array:
        """Return numbers in [low, high); so are the parts of complex ones."""
        if dtype.kind == "c":
            parts = self.uniform((*shape, 2), low, high, _real_dtype(dtype))
            return parts.view(dtype)[..., 0]
        with self._lock:
            found = self._fractions(math.prod(shape), dtype)
        if (low, high) != (0, 1):
            low, high = found.dtype.type(low), found.dtype.type(high)
            # In float64: PyTorch's fused multiply-add rounds once, to float32.
            found = np.multiply(found, high - low, dtype=float64)
            found += low
        if found.dtype != dtype or high != 1:
            found = found.astype(dtype, copy=False)
            found[found == found.dtype.type(high)] = (
                low  # rounded up to the bound, which is excluded
            )
        return found.reshape(shape)

    # --- normal numbers -------------------------------------------------------------------

    def normal(
        self,
        shape: Shape,
        mean: float = 0.0,
        std: float = 1.0,
        dtype: Any = float32,
        contiguous: bool = True,
    ) -> Array:
        """Return normal numbers.

        PyTorch draws 16 and more in blocks, fewer one by one, as it does all numbers of a tensor
        whose memory is not ``contiguous``.

        Source: G. E. P. Box, M. E. Muller, A note on the generation of random normal deviates,
        1958.
        """
        if dtype.kind == "c":  # half of the variance for each part
            real = _real_dtype(dtype)
            return self.normal((*shape, 2), mean, std / 2**0.5, real, contiguous).view(dtype)[
                ..., 0
            ]
        count = math.prod(shape)
        with self._lock:
            if count >= _BLOCK and contiguous:
                found = self._normal_blocks(count, dtype)
            else:
                found = self._normal_pairs(count)
        if std != 1:
            found *= std
        if mean != 0:
            found += mean
        return found.astype(dtype, copy=False).reshape(shape)

    def _normal_pairs(self, count: int) -> Array:
        """Draw pair by pair in float64; the second of a pair may wait for the next call."""
        found = [] if self._normal is None or not count else [self._normal]
        pairs = (count - len(found) + 1) // 2
        for turn, u in self._fractions(2 * pairs, float64).reshape(-1, 2).tolist():
            found += _pair(turn, u)
        if count:
            self._normal = found.pop() if len(found) > count else None
        return np.array(found, float64)

    def _normal_blocks(self, count: int, dtype: Any) -> Array:
        """Draw blocks of 16; the last one is drawn again if it does not end with the array."""
        ragged = count % _BLOCK
        if dtype == float16 and ragged:  # here PyTorch does not draw what it will draw again
            found = np.empty(count, float32)
            found[:-ragged] = self._fractions(count - ragged, float32)
        else:
            found = self._fractions(count, dtype)
        _box_muller(found[: count - ragged])
        if ragged:
            found[-_BLOCK:] = self._fractions(_BLOCK, dtype)
            _box_muller(found[-_BLOCK:])
        return found

    # --- integers -------------------------------------------------------------------------

    def integers(
        self, shape: Shape, low: int, high: int, dtype: Any = int64, wide: bool | None = None
    ) -> Array:
        """Return integers in [low, high); ``wide`` is whether to take two words for each."""
        count, span = math.prod(shape), high - low
        with self._lock:
            wide = span >= _WIDE if wide is None else wide
            words = self._long_words(count) if wide else self._words(count)
        words %= words.dtype.type(span)
        found = words.astype(int64)
        found += low
        return found.astype(dtype, copy=False).reshape(shape)

    def permutation(self, count: int) -> Array:
        """Return the integers below ``count`` in random order (int64).

        Source: R. A. Fisher, F. Yates, Statistical tables, 1938.
        """
        with self._lock:
            words = self._words(max(count - 1, 0))
        places = np.arange(len(words), dtype=np.uint64)
        chosen = words % (np.uint64(count) - places) + places
        order = list(range(count))
        for place_, other in enumerate(chosen.tolist()):
            order[place_], order[other] = order[other], order[place_]
        return np.array(order, int64)

    # --- other distributions --------------------------------------------------------------

    def bernoulli(self, shape: Shape, probability: float) -> Array:
        """Return bools that are True with one probability: the mask that dropout keeps."""
        with self._lock:
            words = self._words(2 * math.prod(shape)).reshape(-1, 2)
        # The comparison of 53-bit fractions with the probability, in integers: 21 high bits
        # decide unless they tie.
        limit = math.ceil(probability * 2.0**53)
        high = words[:, 0] & np.uint64((1 << 21) - 1)
        found = high < np.uint64(limit >> 32)
        ties = np.flatnonzero(high == np.uint64(limit >> 32))
        found[ties] = words[ties, 1] < limit & 0xFFFFFFFF
        return found.reshape(shape)

    def bernoulli_each(self, probabilities: Array) -> Array:
        """Return bools that are True with the probability at their place."""
        flat = probabilities.reshape(-1)
        with self._lock:
            return (self._fractions(flat.size, flat.dtype) < flat).reshape(probabilities.shape)

    def exponential(self, shape: Shape, rate: float = 1.0, dtype: Any = float32) -> Array:
        """Return numbers of density ``rate * exp(-rate * x)``."""
        with self._lock:
            found = self._fractions(math.prod(shape), float64)
        found = -1.0 / rate * np.log1p(-found)
        return found.astype(dtype, copy=False).reshape(shape)

    def multinomial(self, weights: Array, count: int, replacement: bool = False) -> Array:
        """Return ``count`` indices for each row of ``weights``, drawn in proportion to them.

        Without replacement these are the largest of weight / exponential number (the Gumbel trick
        in another form); with it, places in the cumulated weights.
        """
        if not replacement or count == 1:
            with np.errstate(divide="ignore", invalid="ignore"):
                keys = weights / self.exponential(weights.shape, dtype=weights.dtype)
            return np.argsort(-keys, axis=-1, kind="stable")[..., :count]
        limits = np.cumsum(weights, axis=-1, dtype=weights.dtype)
        limits /= limits[..., -1:]
        with self._lock:
            drawn = self._fractions(math.prod(weights.shape[:-1]) * count, float64)
        rows = limits.reshape(-1, weights.shape[-1])
        found = [np.searchsorted(*pair) for pair in zip(rows, drawn.reshape(-1, count))]
        return np.array(found, int64).reshape(*weights.shape[:-1], count)

    def cauchy(self, shape: Shape, median: float, sigma: float, dtype: Any) -> Array:
        """Return numbers of Cauchy's distribution, by its inverse distribution function."""
        with self._lock:
            found = self._fractions(math.prod(shape), float64)
        found = median + sigma * np.tan(math.pi * (found - 0.5))
        return found.astype(dtype, copy=False).reshape(shape)

    def geometric(self, shape: Shape, chance: float, dtype: Any) -> Array:
        """Return how many trials it takes until one succeeds."""
        with self._lock:
            found = self._fractions(math.prod(shape), float64)
        found = np.ceil(np.log(found) / math.log1p(-chance))
        return found.astype(dtype, copy=False).reshape(shape)

    def log_normal(self, shape: Shape, mean: float, std: float, dtype: Any) -> Array:
        """Return numbers whose logarithms are normal; PyTorch draws those one by one."""
        found = np.exp(self.normal(shape, mean, std, np.dtype(float64), contiguous=False))
        return found.astype(dtype, copy=False)

    def poisson(self, means: Array) -> Array:
        """Return numbers of Poisson's distribution with these means."""
        with self._lock, self._drawing() as draw:
            found = [rejection.poisson(mean, draw) for mean in means.reshape(-1).tolist()]
        return np.array(found, float64).reshape(means.shape)

    def binomial(self, counts: Array, chances: Array) -> Array:
        """Return how many of each count of trials succeed."""
        pairs = zip(counts.reshape(-1).tolist(), chances.reshape(-1).tolist())
        with self._lock, self._drawing() as draw:
            found = [rejection.binomial(count, chance, draw) for count, chance in pairs]
        return np.array(found, float64).reshape(counts.shape)

    def gamma(self, shapes: Array) -> Array:
        """Return numbers of the gamma distribution with these shapes and rate one (float64)."""
        with self._lock, self._drawing() as draw:

            def normal() -> float:
                """The second of a pair may wait for the next call."""
                waiting, self._normal = self._normal, None
                if waiting is not None:
                    return waiting
                found, self._normal = _pair(draw(), draw())
                return found

            drawn = [rejection.gamma(shape, draw, normal) for shape in shapes.reshape(-1)]
        return np.array(drawn, float64).reshape(shapes.shape)

    @contextlib.contextmanager
    def _drawing(self) -> Iterator[Callable[[], float]]:
        """Give a function that draws the next number in [0, 1), of float64.

        Numbers are drawn ahead, as nobody knows how many; those not taken are put back.
        """
        state, taken = self._twister.state, 0
        ahead: list[float] = []

        def draw() -> float:
            nonlocal taken
            if not ahead:
                ahead.extend(self._fractions(_AHEAD, float64)[::-1].tolist())
            taken += 1
            return ahead.pop()

        try:
            yield draw
        finally:
            self._twister.state = state
            self._words(2 * taken)


def _real_dtype(dtype: Any) -> Any:
    return np.empty(0, dtype).real.dtype


def _pair(turn: float, u: float) -> tuple[float, float]:
    """Turn two uniform numbers into normal ones."""
    angle, radius = 2 * math.pi * turn, math.sqrt(-2 * math.log1p(-u))
    return radius * math.cos(angle), radius * math.sin(angle)


def _box_muller(values: Array) -> None:
    """Turn blocks of 8 + 8 uniform numbers into normal ones, in place."""
    blocks = values.reshape(-1, 2, _BLOCK // 2)
    radius = np.log(1 - blocks[:, 0])
    radius *= -2
    np.sqrt(radius, out=radius)
    angle = blocks[:, 1] * values.dtype.type(2 * math.pi)
    np.multiply(radius, np.cos(angle), out=blocks[:, 0])
    np.multiply(radius, np.sin(angle), out=blocks[:, 1])


default_generator = Generator()
default_generator.seed()

_on_device: Any = None  # CuPy's generator, made when first asked for


def manual_seed(seed: int) -> Generator:
    """Seed the default generator of every device, and return that of the CPU."""
    global _on_device
    _on_device = None
    return default_generator.manual_seed(seed)


def drawn_like(array: Any, draw: Callable[..., Array], *parameters: Array) -> Any:
    """Return ``draw(shape, *parameters)`` laid out as an array is, on its device.

    As in PyTorch, the numbers follow one another in the order of the memory. The parameters are
    arrays of the same shape, one number for each draw.
    """
    order = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
    ordered = (values.transpose(order) for values in parameters)
    drawn = draw(tuple(array.shape[axis] for axis in order), *ordered)
    return place(drawn.transpose(np.argsort(order)), device_of(array))


def keep_mask(shape: Shape, probability: float, device: Any = CPU) -> Any:
    """Return an array of bools on a device, True with a probability: what dropout keeps.

    Masks for a GPU are drawn there, from another stream: copying them would cost more than all
    else in dropout.
    """
    global _on_device
    if Device(device).type == "cpu":
        return default_generator.bernoulli(shape, probability)
    if _on_device is None:
        cupy = sys.modules["cupy"]
        _on_device = cupy.random.RandomState(default_generator.initial_seed() & 0xFFFFFFFF)
    return _on_device.random_sample(shape, dtype=float32) < probability


def keep_mask_like(array: Any, probability: float) -> Any:
    """Return ``keep_mask`` for an array, drawn in the order of its memory, as PyTorch does."""
    device = device_of(array)
    if array.flags.c_contiguous:
        return keep_mask(array.shape, probability, device)
    return drawn_like(array, lambda shape: keep_mask(shape, probability, device))
