"""Supply risk in the manner of the European Commission's methodology: the pure formulas.

Not the official figure: there is no substitution index here (1 is taken), trade factors are off unless a
source for them is given, and the recycling rate is that of the EU.
"""

from __future__ import annotations

import math

from pactolus.errors import DataError
from pactolus.indicators.concentration import shares
from pactolus.indicators.supply import Supply, amounts_of, require_same_suppliers

__all__ = ["hhi_governance_trade", "supply_risk_eu"]


def hhi_governance_trade(supply_t: Supply, risk: Supply, trade_factor: Supply | None = None) -> float:
    """Concentration of supply weighted by country risk on the scale 0-10 and by a trade factor.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]
    risk : mapping or iterable of float, shape (n_suppliers,)
        Country risk of the same suppliers in the same order, 0 (best) to 10 (worst): ten times
        `governance_weight`.
    trade_factor : mapping or iterable of float, shape (n_suppliers,), optional
        Above 1 for export taxes, quotas and prohibitions, below 1 inside a common market; 1 if omitted.

    Returns
    -------
    float
        Sum of share² x risk x trade factor. [0-10]

    Raises
    ------
    DataError
        If a quantity, risk or factor is missing or out of range, or the suppliers differ.

    References
    ----------
    .. [1] European Commission, "Methodology for establishing the EU list of critical raw materials:
       guidelines", 2017, supply risk. doi 10.2873/769526.

    Examples
    --------
    >>> hhi_governance_trade([3.0, 1.0], [4.0, 8.0])
    2.75
    """
    share = shares(supply_t)
    require_same_suppliers(supply_t, risk, where="hhi_governance_trade")
    weights = amounts_of(risk)
    factors = amounts_of(trade_factor) if trade_factor is not None else [1.0] * len(share)
    faults = []
    if any(w is None or not 0 <= w <= 10 for w in weights):
        faults.append(f"hhi_governance_trade: risk is {weights}; give a country risk from 0 to 10 for each")
    if len(factors) != len(share) or any(t is None or not math.isfinite(t) or t <= 0 for t in factors):
        faults.append(
            f"hhi_governance_trade: trade_factor is {factors}; give one factor above 0 for each of "
            f"{len(share)} suppliers, or none"
        )
    if faults:
        raise DataError("\n".join(faults))
    rows = zip(share, weights, factors, strict=True)
    return math.fsum(s * s * (w or 0.0) * (t or 0.0) for s, w, t in rows)


def supply_risk_eu(
    world_hhi: float,
    sourcing_hhi: float,
    import_reliance: float,
    eol_rir: float,
    substitution: float = 1.0,
) -> float:
    """Supply risk in the manner of the EU methodology.

    Parameters
    ----------
    world_hhi : float
        `hhi_governance_trade` of world supply, 0-10 (more with trade factors above 1).
    sourcing_hhi : float
        The same of the importer's own sourcing: domestic production and imports by country.
    import_reliance : float
        `net_import_reliance`, held between 0 and 1. [1]
    eol_rir : float
        End-of-life recycling input rate, 0-1. [1]
    substitution : float
        Index of substitution for supply risk, 0-1; 1 where there is none. [1]

    Returns
    -------
    float
        (world x IR/2 + sourcing x (1 - IR/2)) x (1 - EoL-RIR) x SI. [0-10]

    Raises
    ------
    DataError
        If a part is out of range, naming every one.

    References
    ----------
    .. [1] European Commission, "Methodology for establishing the EU list of critical raw materials:
       guidelines", 2017, supply risk. doi 10.2873/769526.

    Examples
    --------
    >>> round(supply_risk_eu(4.0, 2.0, 1.0, 0.1), 6)
    2.7
    """
    unit = {"import_reliance": import_reliance, "eol_rir": eol_rir, "substitution": substitution}
    faults = [
        f"supply_risk_eu: {name} is {value}; give a share from 0 to 1"
        for name, value in unit.items()
        if not 0 <= value <= 1
    ]
    faults += [
        f"supply_risk_eu: {name} is {value}; give a weighted concentration >= 0"
        for name, value in (("world_hhi", world_hhi), ("sourcing_hhi", sourcing_hhi))
        if not (math.isfinite(value) and value >= 0)
    ]
    if faults:
        raise DataError("\n".join(faults))
    mixed = world_hhi * import_reliance / 2 + sourcing_hhi * (1 - import_reliance / 2)
    return mixed * (1 - eol_rir) * substitution
