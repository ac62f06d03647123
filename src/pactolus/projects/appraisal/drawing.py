"""From a candidate and the terms to a plant, a rate and a cash flow: at the middle, or draw by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from pactolus.errors import DataError
from pactolus.indicators.price_level import deflator
from pactolus.projects.appraisal.cash_flow import CashFlow, Plant, flows, npv, output_of
from pactolus.projects.appraisal.country_risk import cost_of_equity
from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["COMMON", "cash_flows", "discount_rate", "npv_by_start", "output_t", "plant_of", "quantiles"]

#: Factors that are the same for every project in a draw; all others are each project's own.
COMMON: Final = frozenset({"risk_free", "equity_premium", "price_level"})
_LEAST_LIFE: Final = 1.0


def quantiles(names: Sequence[str], draws: int, seed: int, of: str = "") -> dict[str, Floats]:
    """Uniform draws of each factor, which depend on seed, factor and project alone.

    Parameters
    ----------
    names : sequence of str
    draws, seed : int
    of : str
        Id of the project; factors in `COMMON` do not depend on it.

    Returns
    -------
    dict of str to ndarray, shape (draws,)
        More draws begin with the same values.
    """
    return {
        name: np.random.default_rng([seed, crc32(name.encode()), 0 if name in COMMON else crc32(of.encode())])
        .random(draws)
        for name in names
    }  # fmt: skip


def plant_of(
    candidate: Candidate,
    terms: Terms,
    *,
    money_year: int,
    reference_usd_per_t: float | None,
    begin: Floats | float = 0.0,
    quantile: Mapping[str, Floats] | None = None,
    opex_usd_per_t: Floats | float | None = None,
) -> Plant:
    """The plant of a candidate.

    Parameters
    ----------
    candidate : Candidate
    terms : Terms
        Already local (`with_fiscal`, `with_country_risk`).
    money_year : int
        Year of the dollars; capital and cost of the record are brought to it by US consumer prices.
    reference_usd_per_t : float or None
        Price of which an unknown operating cost is a share (`Price.reference_usd_per_t`), not the path's.
    begin : float or ndarray
        When construction begins. [years from now]
    quantile : mapping of str to ndarray, shape (draws,), optional
        Term -> quantile, ``capex`` and ``overrun_draw`` too; the middle of what is missing.
    opex_usd_per_t : float or ndarray, optional
        Stands in for the record's cost and the share.

    Raises
    ------
    DataError
        If no operating cost is known and no price is given of which it could be a share.
    """
    known = quantile or {}

    def term(name: str) -> Floats | float:
        return _drawn(known, name, getattr(terms, name))

    money = deflator(money_year) / deflator(candidate.capex_year)
    life = term("life_years")
    if candidate.mine_life_y is not None:
        life = max(candidate.mine_life_y, _LEAST_LIFE)
    if opex_usd_per_t is None:
        opex_usd_per_t = _opex(candidate, terms, known, money, reference_usd_per_t)
    return Plant(
        capacity_t=candidate.capacity_t * term("use_of_capacity"),
        capital_usd=1e6
        * money
        * _drawn(known, "capex", candidate.capex_musd)
        * _overrun(candidate, terms, known),
        opex_usd_per_t=opex_usd_per_t,
        fixed_cost=term("fixed_cost"),
        begin=begin,
        build_years=term("build_years"),
        ramp_years=np.minimum(term("ramp_years"), life),
        life_years=life,
        royalty=term("royalty"),
        profit_royalty=term("profit_royalty"),
        tax=term("tax"),
        depreciation_years=term("depreciation_years"),
        sustaining=term("sustaining"),
        closure=term("closure"),
    )


def _opex(
    candidate: Candidate, terms: Terms, known: Mapping[str, Floats], money: float, reference: float | None
) -> Floats | float:
    """Operating cost: that of the record with its error, else a share of the reference price."""
    if candidate.opex_usd_per_t is not None:
        own = _drawn(known, "opex", candidate.opex_usd_per_t)
        return money * own * _drawn(known, "opex_error", terms.opex_error)
    if reference is None:
        raise DataError(
            f"{candidate.id}: no operating cost in the record, and no price of which it could be a share"
        )
    return reference * _drawn(known, "opex_share", terms.opex_share)


def _drawn(known: Mapping[str, Floats], name: str, value: Range) -> Floats | float:
    """The middle, or the quantiles of the draws."""
    return value.mid if name not in known else value.at(known[name])


def _overrun(candidate: Candidate, terms: Terms, known: Mapping[str, Floats]) -> Floats | float:
    """Capital as built over that of the record: none where it is built, wider before a feasibility study."""
    if candidate.status not in ("exploration", "pfs", "dfs", "construction"):
        return 1.0
    median = _drawn(known, "overrun", terms.overrun)
    factor: Floats | float = median
    if "overrun_draw" in known:
        from scipy.special import ndtri

        spread = _drawn(known, "overrun_spread", terms.overrun_spread)
        factor = median * np.exp(spread * ndtri(np.clip(known["overrun_draw"], 1e-9, 1 - 1e-9)))
    if candidate.status in ("exploration", "pfs"):
        factor = factor * _drawn(known, "accuracy", terms.accuracy)
    return factor


def discount_rate(terms: Terms, quantile: Mapping[str, Floats] | None = None) -> Floats | float:
    """Real yearly rate: risk-free, market and country premium."""
    known = quantile or {}

    names = ("risk_free", "beta", "equity_premium", "exposure", "country_premium")
    return cost_of_equity(*(_drawn(known, name, getattr(terms, name)) for name in names))


def cash_flows(
    candidate: Candidate,
    terms: Terms,
    price_path: ArrayLike,
    *,
    money_year: int,
    reference_usd_per_t: float | None,
    begin: Floats | float = 0.0,
    quantile: Mapping[str, Floats] | None = None,
) -> CashFlow:
    """The cash flow of a candidate at a price path.

    Parameters
    ----------
    candidate, terms, money_year, reference_usd_per_t, begin, quantile
        As in `plant_of`.
    price_path : array, shape (draws, years), (1, years) or (years,)
        In dollars of `money_year`; after its last year the price stays as it is. [USD/t]
    """
    plant = plant_of(
        candidate,
        terms,
        money_year=money_year,
        reference_usd_per_t=reference_usd_per_t,
        begin=begin,
        quantile=quantile,
    )
    return flows(plant, lengthened(price_path, plant.horizon))


def lengthened(price_path: ArrayLike, years: int) -> Floats:
    """A path with its last price kept until the last year, shape (draws, at least years)."""
    path = np.atleast_2d(np.asarray(price_path, dtype=np.float64))
    short = years - path.shape[1]
    if short <= 0:
        return path
    return np.concatenate([path, np.repeat(path[:, -1:], short, axis=1)], axis=1)


def npv_by_start(
    candidate: Candidate,
    terms: Terms,
    starts: Sequence[float],
    *,
    price_scenarios: ArrayLike,
    money_year: int,
    reference_usd_per_t: float | None,
    rate: float | None = None,
) -> Floats:
    """Present value at the middle of the terms for each year in which construction may begin.

    Parameters
    ----------
    candidate, terms, money_year, reference_usd_per_t
        As in `plant_of`.
    starts : sequence of float
        Years from now.
    price_scenarios : array, shape (scenarios, years) or (years,)
        From now on, equally likely. [USD/t]
    rate : float, optional
        Real; that of the terms if omitted.

    Returns
    -------
    ndarray, shape (starts,)
        Mean over the scenarios, discounted to now. [USD]
    """
    r = discount_rate(terms) if rate is None else rate
    found = [
        npv(
            cash_flows(
                candidate,
                terms,
                price_scenarios,
                money_year=money_year,
                reference_usd_per_t=reference_usd_per_t,
                begin=float(start),
            ).total,
            r,
        ).mean()
        for start in starts
    ]
    return np.array(found, dtype=np.float64)


def output_t(candidate: Candidate, terms: Terms, start: float, years: int) -> Floats:
    """Yearly output at the middle of the terms if construction begins in `start`, shape (years,). [t]"""
    plant = plant_of(
        candidate, terms, money_year=candidate.capex_year, reference_usd_per_t=0.0, begin=float(start)
    )
    made: Floats = output_of(plant, years)[0]
    return made
