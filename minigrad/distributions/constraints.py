"""Sets of values: what parameters may be, and what a distribution can give.

``constraint.check(value)`` tells for each value whether it is in the set; ``event_dim`` dimensions
at the end make up one value.
"""

from __future__ import annotations

from typing import Any

from ..ops import all as all_
from ..ops import tril
from ..tensor import Tensor

__all__ = [
    *("Constraint", "boolean", "dependent", "dependent_property", "greater_than"),
    *("greater_than_eq", "half_open_interval", "independent", "integer_interval", "interval"),
    *("is_dependent", "less_than", "lower_cholesky", "multinomial", "nonnegative"),
    *("nonnegative_integer", "one_hot", "positive", "positive_definite", "positive_integer"),
    *("real", "real_vector", "simplex", "square", "symmetric", "unit_interval"),
]


class Constraint:
    """A set of values.

    Attributes:
        is_discrete: whether its values can be counted.
        event_dim: how many dimensions make up one value.
    """

    is_discrete = False
    event_dim = 0

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is in the set."""
        raise NotImplementedError(f"{type(self).__name__} does not say what is in it")

    def __repr__(self) -> str:
        return f"{_title(self)}()"


def _title(constraint: Constraint) -> str:
    """Return the name of a set as PyTorch prints it: ``GreaterThan``."""
    words = type(constraint).__name__.lstrip("_").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


class _Dependent(Constraint):
    """A set that depends on other parameters."""

    def __init__(self, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        self.is_discrete = is_discrete
        self.event_dim = event_dim

    def check(self, value: Any) -> Tensor:
        """Refuse.

        Raises:
            ValueError: always.
        """
        raise ValueError("Cannot determine validity of dependent constraint")


dependent = _Dependent()


class dependent_property(property, _Dependent):
    """A property that gives a set which depends on other parameters."""

    def __init__(self, fn: Any = None, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        super().__init__(fn)
        self.is_discrete = is_discrete
        self.event_dim = event_dim

    def __call__(self, fn: Any) -> dependent_property:
        return dependent_property(fn, is_discrete=self.is_discrete, event_dim=self.event_dim)


def is_dependent(constraint: Any) -> bool:
    """Return whether a set depends on other parameters."""
    return isinstance(constraint, _Dependent)


class _Bounded(Constraint):
    """Values between bounds."""

    def __init__(self, **bounds: Any) -> None:
        self.bounds = bounds
        vars(self).update(bounds)

    def __repr__(self) -> str:
        bounds = ", ".join(f"{name}={value}" for name, value in self.bounds.items())
        return f"{_title(self)}({bounds})"


class interval(_Bounded):
    """Real numbers from ``lower_bound`` to ``upper_bound``, both included."""

    def __init__(self, lower_bound: Any, upper_bound: Any) -> None:
        super().__init__(lower_bound=lower_bound, upper_bound=upper_bound)

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is between the bounds."""
        return (self.bounds["lower_bound"] <= value) & (value <= self.bounds["upper_bound"])


class half_open_interval(interval):
    """Real numbers from ``lower_bound`` to below ``upper_bound``."""

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is between the bounds."""
        return (self.bounds["lower_bound"] <= value) & (value < self.bounds["upper_bound"])


class integer_interval(interval):
    """Integers from ``lower_bound`` to ``upper_bound``, both included."""

    is_discrete = True

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is such an integer."""
        return (value % 1 == 0) & super().check(value)


class greater_than(_Bounded):
    """Real numbers above ``lower_bound``."""

    def __init__(self, lower_bound: Any) -> None:
        super().__init__(lower_bound=lower_bound)

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is above the bound."""
        return self.bounds["lower_bound"] < value


class greater_than_eq(greater_than):
    """Real numbers from ``lower_bound`` on."""

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is not below the bound."""
        return self.bounds["lower_bound"] <= value


class _IntegerGreaterThan(greater_than):
    """Integers from ``lower_bound`` on."""

    is_discrete = True

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is such an integer."""
        return (value % 1 == 0) & (value >= self.bounds["lower_bound"])


class less_than(_Bounded):
    """Real numbers below ``upper_bound``."""

    def __init__(self, upper_bound: Any) -> None:
        super().__init__(upper_bound=upper_bound)

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is below the bound."""
        return value < self.bounds["upper_bound"]


class independent(Constraint):
    """Sets whose last dimensions make up one value: all of it must be in the set."""

    def __init__(self, base_constraint: Any, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint = base_constraint
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def check(self, value: Any) -> Tensor:
        """Return for each value whether all of it is in the set."""
        found = self.base_constraint.check(value)
        for _ in range(self.reinterpreted_batch_ndims):
            found = all_(found, -1)
        return found

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


class _Real(Constraint):
    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is a number at all."""
        return value == value


class _Boolean(Constraint):
    is_discrete = True

    def check(self, value: Any) -> Tensor:
        """Return for each value whether it is 0 or 1."""
        return (value == 0) | (value == 1)


class _Simplex(Constraint):
    """Positive numbers whose sum along the last dimension is one."""

    event_dim = 1

    def check(self, value: Any) -> Tensor:
        """Return for each row whether it is such."""
        return all_(value >= 0, -1) & ((value.sum(-1) - 1).abs() < 1e-6)


class _OneHot(Constraint):
    is_discrete = True
    event_dim = 1

    def check(self, value: Any) -> Tensor:
        """Return for each row whether one of it is 1, and the others 0."""
        return all_((value == 0) | (value == 1), -1) & (value.sum(-1) == 1)


class multinomial(Constraint):
    """Counts along the last dimension, of ``upper_bound`` at most."""

    is_discrete = True
    event_dim = 1

    def __init__(self, upper_bound: Any) -> None:
        self.upper_bound = upper_bound

    def check(self, value: Any) -> Tensor:
        """Return for each row whether it is such."""
        return all_(value >= 0, -1) & (value.sum(-1) <= self.upper_bound)


class _Square(Constraint):
    event_dim = 2

    def check(self, value: Any) -> Tensor:
        """Return for each matrix whether it is square."""
        from ..creation import full

        return full(value.shape[:-2], value.shape[-2] == value.shape[-1], dtype=bool)


class _Symmetric(_Square):
    def check(self, value: Any) -> Tensor:
        """Return for each matrix whether it is its own transpose, nearly."""
        from ..ops import isclose

        return all_(all_(isclose(value, value.mT, atol=1e-6), -1), -1)


class _PositiveDefinite(_Symmetric):
    def check(self, value: Any) -> Tensor:
        """Return for each matrix whether it has a Cholesky factor."""
        from ..linalg import cholesky_ex

        symmetric = super().check(value)
        return symmetric & (cholesky_ex(value).info == 0)


class _LowerCholesky(Constraint):
    event_dim = 2

    def check(self, value: Any) -> Tensor:
        """Return for each matrix whether it is lower triangular, with a positive diagonal."""
        lower = all_(all_(tril(value) == value, -1), -1)
        return lower & all_(value.diagonal(dim1=-2, dim2=-1) > 0, -1)


real = _Real()
real_vector = independent(real, 1)
boolean = _Boolean()
positive = greater_than(0.0)
nonnegative = greater_than_eq(0.0)
unit_interval = interval(0.0, 1.0)
nonnegative_integer = _IntegerGreaterThan(0)
positive_integer = _IntegerGreaterThan(1)
simplex = _Simplex()
one_hot = _OneHot()
square = _Square()
symmetric = _Symmetric()
positive_definite = _PositiveDefinite()
lower_cholesky = _LowerCholesky()
