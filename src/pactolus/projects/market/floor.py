"""Which projects stand under a price floor or a contract for difference, and from which floor on.

A project stands in a draw if its NPV there is above 0, and as a whole if the part of draws in which it stands
is at least a stated share. NPV does not fall as the floor rises, so each draw has a smallest floor f_d at
which it stands (0 if it needs none), and

    P(NPV > 0 at floor f) = P(f_d <= f),      smallest floor for a share s = the s-quantile of f_d

The project receives the market price and the payment (`contracts`); the payment counts as revenue, so royalty
and tax are taken of it. Operating cost is as without a floor. In a year in which the plant pauses, the price
that it receives being too low, nothing is paid. Years count from each project's decision to build.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pactolus.errors import DataError
from pactolus.projects.appraisal.appraise import _DRAWN, _normals
from pactolus.projects.appraisal.cash_flow import Plant, flows, npv, output_of
from pactolus.projects.appraisal.drawing import discount_rate, plant_of, quantiles
from pactolus.projects.appraisal.terms import Terms
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.contracts import Contract, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["FloorCase", "case_of", "floor_by_draw", "needed_floor", "stands"]

_ROUNDS: Final = 60
#: No floor is looked for beyond it. [USD/t]
_HIGHEST: Final = 1e10
_QUANTILES: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True, kw_only=True)
class FloorCase:
    """One project in all its draws, as the appraisal makes them.

    Attributes
    ----------
    candidate : Candidate
    plant : Plant
    price : ndarray, shape (draws, years)
        Market price. [USD/t of `money_year`]
    rate : ndarray, shape (draws,)
        Real return that owners ask for. [1/year]
    price_now : float
        [USD/t]
    money_year : int
    basis : str
        What the price is of.
    """

    candidate: Candidate
    plant: Plant
    price: Floats
    rate: Floats
    price_now: float
    money_year: int
    basis: str

    @property
    def output_t(self) -> Floats:
        """Product by draw and year if it never pauses, shape (draws, years). [t]"""
        years = self.price.shape[1]
        made: Floats = np.broadcast_to(output_of(self.plant, years), self.price.shape)
        return made

    def made_t(self, contract: Contract | None = None) -> Floats:
        """Product at the price that is received: none in a year of pause, shape (draws, years). [t]"""
        return flows(self.plant, self._received(contract)).output_t

    def payments(self, contract: Contract) -> Floats:
        """What the guarantor pays; nothing in a year of pause. [USD], shape (draws, years)"""
        works = self.made_t(contract) > 0
        return contract.per_tonne(self.price) * contract.in_force(self.output_t) * works

    def _received(self, contract: Contract | None) -> Floats:
        return self.price if contract is None else contract.received_price(self.price, self.output_t)

    def npv(self, contract: Contract | None = None) -> Floats:
        """Net present value by draw with a contract, or without any. [USD], shape (draws,)"""
        return npv(flows(self.plant, self._received(contract)).total, self.rate)


def case_of(
    candidate: Candidate,
    terms: Terms,
    price: Price,
    *,
    draws: int = 2000,
    seed: int = 0,
    rate: float | None = None,
) -> FloorCase:
    """The draws that `appraise` values, with the same seed.

    Parameters
    ----------
    candidate : Candidate
    terms : Terms
        Local ones, as of `appraise`.
    price : Price
    draws, seed : int
    rate : float, optional
        Real; that of the terms if omitted.
    """
    drawn = quantiles((*Terms.names(), *_DRAWN), draws, seed, candidate.id)
    plant = plant_of(
        candidate, terms, money_year=price.year, reference_usd_per_t=price.reference_usd_per_t, quantile=drawn
    )
    path = price.paths(plant.horizon, _normals(draws, plant.horizon, seed, price), drawn["price_level"])
    asked = discount_rate(terms, drawn) if rate is None else rate
    return FloorCase(
        candidate=candidate,
        plant=plant,
        price=path,
        rate=np.broadcast_to(np.asarray(asked, float), draws),
        price_now=price.usd_per_t,
        money_year=price.year,
        basis=price.basis,
    )


def stands(npv_usd: Floats, share: float) -> bool:
    """Is the NPV above 0 in at least this part of the draws?

    Examples
    --------
    >>> stands(np.array([-1.0, 1.0, 2.0]), 0.5), stands(np.array([-1.0, 1.0, 2.0]), 0.7)
    (True, False)
    """
    return bool((npv_usd > 0).mean() >= share - 1e-12)


def floor_by_draw(
    case: FloorCase, *, kind: Kind = "floor", covered: float = 1.0, years: int | None = None
) -> Floats:
    """Smallest floor, or strike of a contract for difference, at which each draw stands.

    Parameters
    ----------
    case : FloorCase
    kind : {"floor", "cfd"}
    covered, years
        As of `Contract`.

    Returns
    -------
    ndarray, shape (draws,)
        [USD/t]; 0 where none is needed, infinite where none is enough.

    Raises
    ------
    DataError
        If `kind` has no single level to look for.
    """
    if kind not in ("floor", "cfd"):
        raise DataError(f"smallest floor: of a {kind!r} there is none; floor or cfd")

    def worth(level: Floats) -> Floats:
        return case.npv(Contract(kind=kind, floor_usd_per_t=level, covered=covered, years=years))

    low, high = np.zeros(len(case.rate)), np.full(len(case.rate), max(case.price_now, 1.0))
    free = worth(low) > 0
    while (short := worth(high) <= 0).any() and high.max() < _HIGHEST:
        low, high = np.where(short, high, low), np.where(short, 4 * high, high)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        enough = worth(middle) > 0
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        if ((high - low) <= 1e-9 * high).all():
            break
    found: Floats = np.where(free, 0.0, np.where(short, np.inf, high))
    return found


def needed_floor(by_draw: Floats, share: float) -> float:
    """Smallest floor at which a project stands in at least a share of the draws; infinite if none is enough.

    Examples
    --------
    >>> needed_floor(np.array([0.0, 30.0, 10.0, 20.0]), 0.75)
    20.0
    """
    if not 0.0 < share <= 1.0:
        raise DataError(f"share {share:g}; a part of the draws above 0 and at most 1")
    place = int(np.ceil(share * len(by_draw) - 1e-9)) - 1
    return float(np.sort(by_draw)[max(place, 0)])


def needed_range(by_draw: Floats) -> Range | None:
    """Floors at which one draw in ten, half, and nine in ten stand; None if a part of them never does."""
    ends = [needed_floor(by_draw, part) for part in _QUANTILES]
    return Range(*ends) if np.isfinite(ends).all() else None
