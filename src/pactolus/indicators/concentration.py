"""Concentration of supply: how much hangs on few suppliers.

Pure functions of one vector of supplies. Amounts may be in any one unit; every result is a share (0-1) or an
index, so the unit drops out. Sums are correctly rounded (`math.fsum`): the order of suppliers does not
matter.
"""

from __future__ import annotations

import math

from pactolus.errors import DataError, OptionError
from pactolus.indicators.supply import Supply, amounts_of, require_same_suppliers, require_supply

__all__ = ["hhi", "hhi_10000", "n_minus_1", "n_minus_1_demand", "shares", "top_share", "weighted_hhi"]


def shares(supply_t: Supply) -> list[float]:
    """Share of each supplier.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]

    Returns
    -------
    list of float, shape (n_suppliers,)
        Shares, adding up to 1. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, or the total is zero.

    Examples
    --------
    >>> shares([3.0, 1.0])
    [0.75, 0.25]
    """
    amounts = require_supply(supply_t, where="shares")
    largest = max(amounts)
    scaled = [a / largest for a in amounts]
    total = math.fsum(scaled)
    return [a / total for a in scaled]


def hhi(supply_t: Supply) -> float:
    """Herfindahl-Hirschman index of supplier concentration.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]

    Returns
    -------
    float
        Sum of squared shares: 1/n for n equal suppliers, 1 for a single one. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, or the total is zero.

    References
    ----------
    .. [1] O. C. Herfindahl, "Concentration in the U.S. Steel Industry", Columbia University, 1950;
       A. O. Hirschman, "The Paternity of an Index", American Economic Review 54(5), 1964, p. 761.

    Examples
    --------
    >>> hhi([3.0, 1.0])
    0.625
    """
    return math.fsum(s * s for s in shares(supply_t))


def hhi_10000(supply_t: Supply) -> float:
    """Herfindahl-Hirschman index on the scale of competition authorities.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]

    Returns
    -------
    float
        Sum of squared percentage shares, 10,000 times `hhi`. [percent squared, 0-10,000]

    Raises
    ------
    DataError
        If a quantity is missing or negative, or the total is zero.

    Examples
    --------
    >>> hhi_10000([3.0, 1.0])
    6250.0
    """
    return 10_000 * hhi(supply_t)


def top_share(supply_t: Supply, k: int = 1) -> float:
    """Share of the `k` largest suppliers together.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]
    k : int
        How many of the largest, >= 1; all of them if there are fewer.

    Returns
    -------
    float
        Their share. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, or the total is zero.
    OptionError
        If `k` is below 1.

    Examples
    --------
    >>> top_share([5.0, 3.0, 2.0], k=2)
    0.8
    """
    if k < 1:
        raise OptionError(f"top_share: k is {k}; ask for the share of at least one supplier")
    return min(1.0, math.fsum(sorted(shares(supply_t), reverse=True)[:k]))


def n_minus_1(supply_t: Supply) -> float:
    """Share of supply left without the largest supplier.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]

    Returns
    -------
    float
        One minus the largest share. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, or the total is zero.

    References
    ----------
    .. [1] IEA, "Global Critical Minerals Outlook 2025": N-1 analysis, largest supplier taken out.

    Examples
    --------
    >>> n_minus_1([5.0, 3.0, 2.0])
    0.5
    """
    return 1.0 - max(shares(supply_t))


def n_minus_1_demand(supply_t: Supply, demand_t: Supply) -> float:
    """Cover of the remaining demand when the largest supplier leaves with its own demand.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_countries,)
        Supply of each country, >= 0. [t, or any one unit]
    demand_t : mapping or iterable of float, shape (n_countries,)
        Demand of the same countries in the same order and unit, >= 0.

    Returns
    -------
    float
        (supply of all - supply of the largest) / (demand of all - demand of the largest supplier). May exceed
        1. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, the countries differ, or nobody else demands anything.

    References
    ----------
    .. [1] IEA, "Global Critical Minerals Outlook 2025": N-1 analysis; the correction on the demand
       side follows its wording, since no formula is printed there.

    Examples
    --------
    >>> n_minus_1_demand([60.0, 30.0, 10.0], [20.0, 50.0, 30.0])
    0.5
    """
    require_same_suppliers(supply_t, demand_t, where="n_minus_1_demand")
    supply = require_supply(supply_t, where="n_minus_1_demand")
    demand = require_supply(demand_t, where="n_minus_1_demand", name="demand_t")
    largest = max(range(len(supply)), key=supply.__getitem__)
    rest = math.fsum(d for i, d in enumerate(demand) if i != largest)
    if rest <= 0:
        raise DataError(
            "n_minus_1_demand: nobody but the largest supplier demands anything; there is nothing to cover"
        )
    return math.fsum(s for i, s in enumerate(supply) if i != largest) / rest


def weighted_hhi(supply_t: Supply, weight: Supply) -> float:
    """Concentration in which every supplier counts by its country risk.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]
    weight : mapping or iterable of float, shape (n_suppliers,)
        Country risk of the same suppliers in the same order, 0 (best) to 1 (worst). [1]

    Returns
    -------
    float
        Sum of squared shares times weight; between 0 and `hhi`. [1]

    Raises
    ------
    DataError
        If a quantity or weight is missing, negative or above 1, or the suppliers differ.

    References
    ----------
    .. [1] European Commission, "Methodology for establishing the EU list of critical raw materials",
       2017, the HHI weighted by governance; doi 10.2873/769526. Here the weight runs from 0 to 1.

    Examples
    --------
    >>> weighted_hhi([3.0, 1.0], [0.4, 0.8])
    0.275
    """
    require_same_suppliers(supply_t, weight, where="weighted_hhi")
    share = shares(supply_t)
    risk = _require_weight(weight)
    return math.fsum(s * s * w for s, w in zip(share, risk, strict=True))


def _require_weight(weight: Supply) -> list[float]:
    values = amounts_of(weight)
    faulty = [w for w in values if w is None or not 0 <= w <= 1]
    if faulty:
        raise DataError(
            f"weighted_hhi: weight holds {faulty}; a country risk lies between 0 and 1, never missing here"
        )
    return [w for w in values if w is not None]
