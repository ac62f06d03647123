"""The GeoPolRisk method: import mix times country risk, times concentration of production.

The pure formulas, written from the published method; `pactolus.indicators.assess` applies them to whole
tables. Mine production sets the concentration whatever stage is traded.
"""

from __future__ import annotations

import math

from pactolus.errors import DataError
from pactolus.indicators.supply import Supply, amounts_of, require_same_suppliers, require_supply

__all__ = ["COPPER_CF", "characterisation_factor", "geopolrisk", "import_risk"]

#: Mean characterisation factor of copper over OECD countries, 2017-2021: the unit of the factors. [USD/kg]
COPPER_CF = 0.409412948


def import_risk(
    imports_t: Supply, weight: Supply, production_t: float, *, inside: Supply | None = None
) -> float:
    """Weighted average of country risk over imports, thinned by domestic production.

    Parameters
    ----------
    imports_t : mapping or iterable of float, shape (n_partners,)
        Imports from each partner, >= 0. [t]
    weight : mapping or iterable of float, shape (n_partners,)
        Country risk of the same partners in the same order, 0-1. [1]
    production_t : float
        Domestic production, summed over the members of a coalition, >= 0. [t]
    inside : mapping or iterable of float, shape (n_partners,), optional
        1 for partners that are members, 0 for others: a member counts with weight 0 while its tonnes stay in
        the denominator (the convention of geopolrisk-py). Leave members out of `imports_t` for the reading
        from outside.

    Returns
    -------
    float
        sum(weight x imports) / (sum(imports) + production). [1]

    Raises
    ------
    DataError
        If an amount or weight is missing or out of range, or nothing is imported.

    References
    ----------
    .. [1] E. D. Gemechu, C. Helbig, G. Sonnemann, A. Thorenz, A. Tuma, "Import-based Indicator for the
       Geopolitical Supply Risk of Raw Materials in Life Cycle Sustainability Assessments", Journal of
       Industrial Ecology 20(1), 2016, p. 154.
    .. [2] geopolrisk-py 2.0.1, doi 10.21105/joss.09600.

    Examples
    --------
    >>> import_risk([60.0, 40.0], [0.5, 0.25], 100.0)
    0.2
    """
    require_same_suppliers(imports_t, weight, where="import_risk")
    tonnes = require_supply(imports_t, where="import_risk", name="imports_t")
    risk = amounts_of(weight)
    member = amounts_of(inside) if inside is not None else [0.0] * len(tonnes)
    faulty = [w for w in risk if w is None or not 0 <= w <= 1]
    if faulty:
        raise DataError(
            f"import_risk: weight holds {faulty}; a country risk lies between 0 and 1, never missing here"
        )
    if not math.isfinite(production_t) or production_t < 0:
        raise DataError(f"import_risk: production_t is {production_t}; give domestic production >= 0")
    numerator = math.fsum(
        t * w for t, w, m in zip(tonnes, risk, member, strict=True) if w is not None and not m
    )
    return numerator / (math.fsum(tonnes) + production_t)


def geopolrisk(hhi: float, risk: float) -> float:
    """GeoPolRisk score.

    Parameters
    ----------
    hhi : float
        Concentration of world mine production, 0-1. [1]
    risk : float
        `import_risk`, 0-1. [1]

    Returns
    -------
    float
        hhi x risk, 0-1. [1]

    Raises
    ------
    DataError
        If either is not between 0 and 1.

    Examples
    --------
    >>> geopolrisk(0.5, 0.4)
    0.2
    """
    outside = {n: v for n, v in (("hhi", hhi), ("risk", risk)) if not 0 <= v <= 1}
    if outside:
        raise DataError(f"geopolrisk: {outside} not between 0 and 1")
    return hhi * risk


def characterisation_factor(score: float, price_usd_per_kg: float) -> float:
    """Characterisation factor of the geopolitical supply risk of one kilogram.

    Parameters
    ----------
    score : float
        GeoPolRisk score, 0-1. [1]
    price_usd_per_kg : float
        Import price, value over gross weight, >= 0. [USD/kg]

    Returns
    -------
    float
        score x price / 0.409412948. [kg Cu-eq/kg]

    Raises
    ------
    DataError
        If the price is negative or not finite.

    References
    ----------
    .. [1] A. Koyamparambath, P. Loubet, S. B. Young, G. Sonnemann, "Spatially and temporally differentiated
       characterization factors for supply risk of abiotic resources in life cycle assessment", Resources,
       Conservation and Recycling 209, 2024, 107801. doi 10.1016/j.resconrec.2024.107801.

    Examples
    --------
    >>> round(characterisation_factor(0.2, 0.409412948), 12)
    0.2
    """
    if not math.isfinite(price_usd_per_kg) or price_usd_per_kg < 0:
        raise DataError(f"characterisation_factor: price_usd_per_kg is {price_usd_per_kg}; give a price >= 0")
    return score * price_usd_per_kg / COPPER_CF
