"""Price after a cut of supply: isoelastic supply and demand, spare capacity as a ceiling.

    (1 - c) P^es = P^-ed              =>   P = (1 - c)^(-1 / (ed + es)),   Q = P^-ed
    min((1 - c) P^es, (1 - c) + x) = P^-ed    with spare capacity x

`P` and `Q` are ratios to the price and quantity before, `c` the cut, `ed` and `es` the elasticities of demand
(taken positive) and supply, `x` spare capacity as a share of the baseline.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pactolus.errors import InputError

__all__ = ["PriceResponse", "price_response"]


@dataclass(frozen=True, slots=True)
class PriceResponse:
    """Ratios to the baseline.

    Attributes
    ----------
    price_ratio : float
        Infinite where nothing is left to buy.
    quantity_ratio : float
    capped : bool
        Whether spare capacity limits the answer.
    """

    price_ratio: float
    quantity_ratio: float
    capped: bool = False


def price_response(
    cut: float,
    demand_elasticity: float,
    supply_elasticity: float,
    spare_capacity: float | None = None,
) -> PriceResponse:
    """Price and quantity after a part of supply is lost.

    Parameters
    ----------
    cut : float
        Part of baseline supply that is lost, 0 to 1.
    demand_elasticity : float
        Positive: by how many percent demand falls for one percent of price.
    supply_elasticity : float
        Of the suppliers that remain, 0 or more.
    spare_capacity : float, optional
        Extra output that the others can reach, as a share of baseline supply; no ceiling if omitted.

    Returns
    -------
    PriceResponse

    Raises
    ------
    InputError
        All numbers that are out of bounds at once.

    References
    ----------
    .. [1] N. T. Nassar et al., "Evaluating the mineral commodity supply risk of the U.S. manufacturing
       sector", Science Advances 6 (2020), supplement, for the partial-equilibrium form.

    Examples
    --------
    >>> found = price_response(0.1, 0.2, 0.1)
    >>> round(found.price_ratio, 4), round(found.quantity_ratio, 4)
    (1.4208, 0.9322)
    >>> price_response(0.3, 0.2, 0.5, spare_capacity=0.05).quantity_ratio
    0.75
    """
    faults = []
    if not 0 <= cut <= 1:
        faults.append(f"cut: {cut} lies outside 0 to 1; give the part of supply that is lost")
    if not 0 < demand_elasticity < math.inf:
        faults.append(
            f"demand_elasticity: {demand_elasticity} is not positive; give the size without its sign"
        )
    if not 0 <= supply_elasticity < math.inf:
        faults.append(
            f"supply_elasticity: {supply_elasticity} is negative; 0 means that nobody can add output"
        )
    if spare_capacity is not None and not 0 <= spare_capacity < math.inf:
        faults.append(f"spare_capacity: {spare_capacity} is negative; give a share of baseline supply")
    if faults:
        raise InputError.gathered(faults)
    left = 1 - cut
    if left == 0:
        return PriceResponse(math.inf, 0.0)
    price = left ** (-1 / (demand_elasticity + supply_elasticity))
    if spare_capacity is None or left * price**supply_elasticity <= left + spare_capacity:
        return PriceResponse(price, price**-demand_elasticity)
    reached = left + spare_capacity
    return PriceResponse(reached ** (-1 / demand_elasticity), reached, capped=True)
