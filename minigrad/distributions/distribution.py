"""What all distributions have: shapes, samples, log-probabilities, and checks of values."""

from __future__ import annotations

from typing import Any, ClassVar

from ..autograd import no_grad
from ..ops import exp
from ..tensor import Tensor
from .constraints import Constraint, is_dependent
from .parameters import Shape, lazy_property

__all__ = ["Distribution"]


class Distribution:
    """A distribution of tensors.

    A sample has the shape ``sample_shape + batch_shape + event_shape``: independent draws, of
    distributions with different parameters, each of a tensor.

    Attributes:
        arg_constraints: what the parameters may be, by their names.
        has_rsample: whether gradients flow through samples to the parameters.
        has_enumerate_support: whether ``enumerate_support`` works.

    Raises:
        ValueError: if a parameter is not what it may be; ``validate_args=False`` leaves out these
            checks, and those of values.
    """

    has_rsample: ClassVar[bool] = False
    has_enumerate_support: ClassVar[bool] = False
    arg_constraints: Any = {}  # noqa: RUF012
    _validate_args: bool = __debug__

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Set whether distributions check parameters and values, where they are not told.

        Raises:
            ValueError: for anything but a bool.
        """
        if value not in (True, False):
            raise ValueError(f"expected True or False, got {value!r}")
        Distribution._validate_args = value

    def __init__(
        self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape = batch_shape
        self._event_shape = event_shape
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            self._check_parameters()

    def _check_parameters(self) -> None:
        for name, constraint in self.arg_constraints.items():
            lazy = isinstance(getattr(type(self), name, None), lazy_property)
            if is_dependent(constraint) or (lazy and name not in vars(self)):
                continue
            value = getattr(self, name)
            if not constraint.check(value).all():
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape "
                    f"{tuple(value.shape)}) of distribution {self!r} to satisfy the constraint "
                    f"{constraint!r}, but found invalid values:\n{value}"
                )

    # --- shapes ---------------------------------------------------------------------------

    @property
    def batch_shape(self) -> Any:
        """The shape of the parameters: how many distributions these are."""
        return self._batch_shape

    @property
    def event_shape(self) -> Any:
        """The shape of a draw from one of them."""
        return self._event_shape

    def _extended_shape(self, sample_shape: Any = ()) -> Shape:
        return (*sample_shape, *self._batch_shape, *self._event_shape)

    def _arguments(self) -> dict[str, Any]:
        """Return the arguments that make this distribution again."""
        return {name: vars(self)[name] for name in self.arg_constraints if name in vars(self)}

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """Return these distributions repeated to a larger ``batch_shape``; nothing is copied."""
        given = self._arguments()
        for name, value in given.items():
            constraint = self.arg_constraints.get(name)
            if isinstance(value, Tensor):
                own = value.shape[value.dim() - (constraint.event_dim if constraint else 0) :]
                given[name] = value.expand(*batch_shape, *own)
        found = type(self)(**given, validate_args=False)
        found._validate_args = self._validate_args
        return found

    @property
    def support(self) -> Constraint:
        """The set of values that can be drawn."""
        raise NotImplementedError(f"{type(self).__name__} does not tell its support")

    # --- draws ----------------------------------------------------------------------------

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which no gradient flows."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which gradients flow to the parameters.

        Raises:
            NotImplementedError: if that is not possible.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no rsample: gradients do not flow through its draws"
        )

    def sample_n(self, n: int) -> Tensor:
        """Return ``n`` draws."""
        return self.sample((n,))

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all values that can be drawn, along a new first dimension.

        Raises:
            NotImplementedError: if they are too many.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot enumerate its support")

    # --- probabilities --------------------------------------------------------------------

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density, or of the probability, at a value."""
        raise NotImplementedError(f"{type(self).__name__} has no log_prob")

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        raise NotImplementedError(f"{type(self).__name__} has no cdf")

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value up to which draws have a probability."""
        raise NotImplementedError(f"{type(self).__name__} has no icdf")

    def entropy(self) -> Tensor:
        """Return the entropy, in nats."""
        raise NotImplementedError(f"{type(self).__name__} has no entropy")

    def perplexity(self) -> Tensor:
        """Return the exponential of the entropy."""
        return exp(self.entropy())

    # --- moments --------------------------------------------------------------------------

    @property
    def mean(self) -> Tensor:
        """The mean."""
        raise NotImplementedError(f"{type(self).__name__} has no mean")

    @property
    def mode(self) -> Tensor:
        """The most probable value."""
        raise NotImplementedError(f"{type(self).__name__} has no mode")

    @property
    def variance(self) -> Tensor:
        """The variance."""
        raise NotImplementedError(f"{type(self).__name__} has no variance")

    @property
    def stddev(self) -> Tensor:
        """The standard deviation."""
        return self.variance.sqrt()

    # --- checks and text ------------------------------------------------------------------

    def _validate_sample(self, value: Any) -> None:
        """Check a value.

        Raises:
            ValueError: if it is no tensor, has another shape, or could not be drawn.
        """
        if not self._validate_args:
            return
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        event_from = value.dim() - len(self._event_shape)
        if tuple(value.shape[event_from:]) != tuple(self._event_shape):
            raise ValueError(
                "The right-most size of value must match event_shape: "
                f"{value.shape} vs {self._event_shape}."
            )
        expected = self._extended_shape()
        for given, wanted in zip(reversed(value.shape), reversed(expected)):
            if given != 1 and wanted != 1 and given != wanted:
                raise ValueError(
                    "Value is not broadcastable with batch_shape+event_shape: "
                    f"{value.shape} vs {expected}."
                )
        try:
            support = self.support
        except NotImplementedError:
            return
        if not support.check(value).all():
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(value.shape)}) "
                f"to be within the support ({support!r}) of the distribution {self!r}, but found "
                f"invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        given = {name: vars(self)[name] for name in self.arg_constraints if name in vars(self)}
        parts = [
            f"{name}: {value if value.numel() == 1 else value.size()}"
            for name, value in given.items()
            if isinstance(value, Tensor)
        ]
        return f"{type(self).__name__}({', '.join(parts)})"
