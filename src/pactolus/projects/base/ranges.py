"""A number that is known as a range: low, middle, high."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING

from pactolus.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Range"]


@dataclass(frozen=True, slots=True)
class Range:
    """Low, middle and high of one quantity; a point where all three agree.

    Attributes
    ----------
    low, mid, high : float
        In the unit of the field that holds it; low <= mid <= high.

    Raises
    ------
    DataError
        If they are not finite or not in order.

    Examples
    --------
    >>> Range.of(3.0).width
    0.0
    >>> Range(1.0, 2.0, 5.0).mean
    2.6666666666666665
    """

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.low, self.mid, self.high))):
            raise DataError(f"range: {self.low}, {self.mid}, {self.high}; all three must be finite numbers")
        if not self.low <= self.mid <= self.high:
            raise DataError(
                f"range: {self.low:g}, {self.mid:g}, {self.high:g}; write low, middle, high in order"
            )

    @classmethod
    def of(cls, value: float) -> Range:
        """A point."""
        return cls(value, value, value)

    @property
    def width(self) -> float:
        """High less low."""
        return self.high - self.low

    @property
    def mean(self) -> float:
        """Mean of the triangular distribution with these three."""
        return (self.low + self.mid + self.high) / 3.0

    def scaled(self, factor: float) -> Range:
        """The same in another unit.

        Raises
        ------
        DataError
            If the factor is negative.
        """
        if factor < 0:
            raise DataError(f"range: a factor of {factor:g}; it would turn low and high round")
        return Range(self.low * factor, self.mid * factor, self.high * factor)

    def at(self, quantile: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantiles of the triangular distribution with these three.

        Parameters
        ----------
        quantile : ndarray of float, any shape, 0 to 1

        Returns
        -------
        ndarray, same shape
        """
        import numpy as np

        if self.width == 0.0:
            return np.full_like(quantile, self.mid)
        peak = (self.mid - self.low) / self.width
        rising = self.low + sqrt(self.width * (self.mid - self.low)) * np.sqrt(quantile)
        falling = self.high - sqrt(self.width * (self.high - self.mid)) * np.sqrt(1.0 - quantile)
        found: NDArray[np.float64] = np.where(quantile <= peak, rising, falling)
        return found
