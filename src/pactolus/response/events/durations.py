"""How long an event may last: a range, cases with probabilities, or the lengths of past shocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from pactolus.errors import InputError

if TYPE_CHECKING:
    from pactolus.disruption.history.priors import DurationPrior

__all__ = ["Case", "Duration", "priors_of"]

_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class Case:
    """One length and how likely it is. [months]"""

    months: float
    probability: float
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Duration:
    """What the requester expects.

    Attributes
    ----------
    months : tuple of float or None
        Low and high, or low, most likely and high.
    cases : tuple of Case
        By length; their probabilities add up to 1.
    prior : bool
        The lengths of past shocks of the kind.
    without : tuple of str
        Ids of past cases that the prior leaves out, so that an event does not foretell itself.
    """

    months: tuple[float, ...] | None = None
    cases: tuple[Case, ...] = ()
    prior: bool = False
    without: tuple[str, ...] = ()

    @property
    def spread(self) -> tuple[float, ...] | None:
        """As a scenario takes it: (low, high) or (low, most likely, high); None for a prior."""
        if self.cases:
            likely = max(self.cases, key=lambda one: (one.probability, -one.months))
            return (self.cases[0].months, likely.months, self.cases[-1].months)
        return self.months

    def fan(self, kinds: Iterable[str], count: int = 5) -> tuple[Case, ...]:
        """Lengths with their probabilities, from short to long.

        Parameters
        ----------
        kinds : iterable of str
            Kinds of the event's shocks; a prior takes the one that lasts longest at its median.
        count : int
            Cases made of a range or of a prior: the middles of equally likely parts.

        Raises
        ------
        InputError
            If `count` is below 1.

        Examples
        --------
        >>> [case.months for case in Duration(months=(2.0, 6.0)).fan(["licence"], 2)]
        [3.0, 5.0]
        """
        if count < 1:
            raise InputError(f"cases of a duration: {count}; make one or more")
        if self.cases:
            return self.cases
        parts = [(number + 0.5) / count for number in range(count)]
        if self.months is not None:
            lengths = [_quantile(self.months, part) for part in parts]
        else:
            prior = max(priors_of(self, kinds), key=lambda one: one.median)
            lengths = [_of_prior(prior, part) for part in parts]
        return _joined(lengths)


def priors_of(duration: Duration, kinds: Iterable[str]) -> list[DurationPrior]:
    """Lengths of past shocks of each kind, without the cases that the duration leaves out."""
    from pactolus.disruption.history.priors import duration_prior

    return [duration_prior(kind, without=duration.without) for kind in kinds]


def _joined(lengths: list[float]) -> tuple[Case, ...]:
    """Equally likely lengths; equal ones become one case."""
    each = 1 / len(lengths)
    found = dict.fromkeys(lengths, 0)
    for one in lengths:
        found[one] += 1
    return tuple(Case(months=one, probability=number * each) for one, number in found.items())


def _quantile(spread: tuple[float, ...], part: float) -> float:
    """Of an even spread between two numbers, or of a triangle of three."""
    low, high = spread[0], spread[-1]
    if high == low:
        return low
    if len(spread) == 2:
        return low + part * (high - low)
    rise = (spread[1] - low) / (high - low)
    if part <= rise:
        return float(low + (part * (high - low) * (spread[1] - low)) ** 0.5)
    return float(high - ((1 - part) * (high - low) * (high - spread[1])) ** 0.5)


def _of_prior(prior: DurationPrior, part: float) -> float:
    from math import exp

    from pactolus.disruption.history.priors import LONGEST

    return min(exp(prior.log_mean + prior.log_sd * _NORMAL.inv_cdf(part)), LONGEST)
