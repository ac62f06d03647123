"""From counted losses to numbers: means, chances, the worst years, each with its sampling error.

With weights w and W = sum w, a mean is ``sum w f / W`` and its variance, over strata s of n_s scenarios,

    var = sum_s [ sum w^2 (f - mean)^2 - (sum w (f - mean))^2 / n_s ] / W^2

The worst part a of years (CVaR at 1 - a) takes whole bins from the top and a part of one more:

    CVaR = sum over these of w L / (a W)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.disruption.random_years.tally import EDGES, PAIR_EDGES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Chance", "Losses", "TailTogether", "chance_above", "losses_of", "together_in_tail", "worst"]


@dataclass(frozen=True)
class Chance:
    """A number and its standard error."""

    value: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Losses:
    """What the bins of one importer say.

    Attributes
    ----------
    weight : float
        W.
    mean : Chance
        Mean loss. [share of imports]
    spread : float
        Standard deviation of the loss.
    """

    weight: float
    mean: Chance
    spread: float


def losses_of(moments: Floats, scenarios: Floats) -> Losses:
    """Mean and spread of a loss.

    Parameters
    ----------
    moments : ndarray, shape (stratum, moment, bin)
        As `Tally.moments` holds them.
    scenarios : ndarray, shape (stratum,)
    """
    sums = moments.sum(axis=2)
    weight = float(sums[:, 0].sum())
    mean = float(sums[:, 1].sum()) / weight
    square = float(sums[:, 2].sum()) / weight
    squares = sums[:, 5] - 2 * mean * sums[:, 4] + mean**2 * sums[:, 3]
    error = _error(squares, sums[:, 1] - mean * sums[:, 0], scenarios, weight)
    return Losses(weight=weight, mean=Chance(mean, error), spread=math.sqrt(max(square - mean**2, 0.0)))


def chance_above(moments: Floats, scenarios: Floats, threshold: float) -> Chance:
    """Chance of a loss of a threshold or more; the threshold is one of `EDGES`, nought means any loss."""
    first = 1 if threshold == 0 else EDGES.index(threshold) + 1
    weight = float(moments[:, 0].sum())
    inside, all_ = moments[:, :, first:].sum(axis=2), moments.sum(axis=2)
    value = float(inside[:, 0].sum()) / weight
    squares = inside[:, 3] * (1 - 2 * value) + value**2 * all_[:, 3]
    return Chance(value, _error(squares, inside[:, 0] - value * all_[:, 0], scenarios, weight))


def worst(moments: Floats, scenarios: Floats, part: float) -> tuple[Chance, Floats]:
    """Mean loss of the worst part of years, and what part of each bin belongs to them."""
    import numpy as np

    weights = moments[:, 0].sum(axis=0)
    weight = float(weights.sum())
    above = np.concatenate([np.cumsum(weights[::-1])[::-1][1:], [0.0]])
    room = np.clip(part * weight - above, 0.0, None)
    taken: Floats = np.minimum(1.0, room / np.where(weights > 0, weights, 1.0)) * (weights > 0)
    value = float(taken @ moments[:, 1].sum(axis=0)) / (part * weight)
    inside = np.flatnonzero(taken)
    last = int(inside[0]) if len(inside) else len(weights) - 1
    quantile = EDGES[last - 1] if last > 0 else 0.0
    tail = moments[:, :, max(last, 1) :].sum(axis=2)
    squares = tail[:, 5] - 2 * quantile * tail[:, 4] + quantile**2 * tail[:, 3]
    error = _error(squares, tail[:, 1] - quantile * tail[:, 0], scenarios, weight)
    return Chance(value, error / part), taken


def _error(squares: Floats, sums: Floats, scenarios: Floats, weight: float) -> float:
    """Standard error of a weighted mean over strata."""
    inside = scenarios > 0
    within = squares[inside] - sums[inside] ** 2 / scenarios[inside]
    return math.sqrt(max(float(within.sum()), 0.0)) / weight


@dataclass(frozen=True, kw_only=True)
class TailTogether:
    """How two members' bad years go together.

    Attributes
    ----------
    threshold : tuple of float
        Loss that each is beyond in at most 1 - level of years; the next edge of `PAIR_EDGES`. [share]
    beyond : tuple of float
        In how many years each really is. [share of years]
    both : float
        In how many both are.
    given_other : tuple of float or None
        Chance that the first is, given that the second is, and the other way round.
    error : tuple of float or None
        Their standard errors.
    """

    threshold: tuple[float | None, float | None]
    beyond: tuple[float, float]
    both: float
    given_other: tuple[float | None, float | None]
    error: tuple[float | None, float | None]


def together_in_tail(both: Floats, level: float) -> TailTogether:
    """Both members beyond their own quantile.

    Parameters
    ----------
    both : ndarray, shape (2, bin, bin)
        Weights and squared weights, as `Tally.both` holds them.
    level : float
        Such as 0.95.
    """
    import numpy as np

    weight = float(both[0].sum())
    firsts = []
    for axis in (1, 0):
        beyond = np.cumsum(both[0].sum(axis=axis)[::-1])[::-1] / weight
        firsts.append(1 + int(np.argmax(np.append(beyond[1:] <= 1 - level + 1e-12, True))))
    one, other = firsts
    tails = [both[:, one:, :].sum(axis=(1, 2)), both[:, :, other:].sum(axis=(1, 2))]
    joint = float(both[0, one:, other:].sum())
    given, errors = [], []
    for own in (tails[1], tails[0]):  # the first given the second, the second given the first
        share = joint / float(own[0]) if own[0] > 0 else None
        given.append(share)
        effective = float(own[0]) ** 2 / float(own[1]) if own[1] > 0 else 0.0
        errors.append(None if share is None else math.sqrt(max(share * (1 - share), 0.0) / effective))
    edges = [PAIR_EDGES[first - 1] if first <= len(PAIR_EDGES) else None for first in firsts]
    return TailTogether(
        threshold=(edges[0], edges[1]),
        beyond=(float(tails[0][0]) / weight, float(tails[1][0]) / weight),
        both=joint / weight,
        given_other=(given[0], given[1]),
        error=(errors[0], errors[1]),
    )
