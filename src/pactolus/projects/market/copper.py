"""Units of the copper concentrate trade, and what a treatment and a refining charge come to.

A tonne of concentrate is paid dry (dmt: dry metric tonne). Of its copper grade g, part of the dry mass, is
paid

    y = max(min(a g, g - u), 0)         a payable part, u minimum deduction (1 unit is 0.01)

and of that the smelter keeps

    TC + RC y 22.0462                   TC in USD/dmt, RC in US cents per lb of payable copper

By the custom of annual terms the RC in cents is a tenth of the TC in dollars (10:1).

References
----------
.. [1] Boliden, "Copper smelter revenue stream", capital markets day, 4 November 2008, 3.1 and 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pactolus.errors import DataError

__all__ = [
    "LB_PER_T",
    "Charge",
    "charge_usd_per_dmt",
    "dry_tonnes",
    "payable_grade",
    "usd_per_t_of_cents_per_lb",
]

LB_PER_T: Final = 1000.0 / 0.45359237
#: Wider than any term seen; beyond it the unit is wrong.
_TC_BOUNDS: Final = (-500.0, 500.0)
_RC_BOUNDS: Final = (-50.0, 50.0)


def usd_per_t_of_cents_per_lb(cents_per_lb: float) -> float:
    """Dollars per tonne of so many US cents per pound.

    Examples
    --------
    >>> round(usd_per_t_of_cents_per_lb(1.0), 4)
    22.0462
    """
    return cents_per_lb * LB_PER_T / 100.0


def dry_tonnes(wet_t: float, moisture: float) -> float:
    """Dry tonnes of a wet weight.

    Parameters
    ----------
    wet_t : float
        [t]
    moisture : float
        Part of the wet weight that is water, 0 to below 1.

    Raises
    ------
    DataError
        If the moisture is out of bounds.

    Examples
    --------
    >>> dry_tonnes(100.0, 0.08)
    92.0
    """
    if not 0.0 <= moisture < 1.0:
        raise DataError(f"moisture {moisture:g}; a part of the wet weight from 0 to below 1, such as 0.08")
    return wet_t * (1.0 - moisture)


def payable_grade(grade: Any, payable: Any, deduction: Any) -> Any:
    """Copper that is paid for, per dmt: a part of the content, with a minimum deduction.

    Parameters
    ----------
    grade : float or ndarray
        Copper in the concentrate, part of its dry mass.
    payable : float or ndarray
        Part of the content that is paid, such as 0.965.
    deduction : float or ndarray
        Least deduction from the grade; 1 unit is 0.01.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> [float(payable_grade(grade, 0.9665, 0.01).round(6)) for grade in (0.24, 0.35)]
    [0.23, 0.338275]
    """
    return np.maximum(np.minimum(grade * payable, grade - deduction), 0.0)


@dataclass(frozen=True, slots=True)
class Charge:
    """A treatment and a refining charge.

    Attributes
    ----------
    tc_usd_per_dmt : float
        [USD/dmt]
    rc_cents_per_lb : float
        Of payable copper. [US cents/lb]

    Raises
    ------
    DataError
        If one has the size of another unit: a TC outside -500 to 500, an RC outside -50 to 50, an RC that is
        a 200th of the TC or less (dollars per lb), or a TC below the RC.
    """

    tc_usd_per_dmt: float
    rc_cents_per_lb: float

    def __post_init__(self) -> None:
        tc, rc = self.tc_usd_per_dmt, self.rc_cents_per_lb
        faults = []
        if not _TC_BOUNDS[0] <= tc <= _TC_BOUNDS[1]:
            faults.append(f"TC {tc:g}; give USD per dry tonne of concentrate, such as 80, not per kg or lb")
        if not _RC_BOUNDS[0] <= rc <= _RC_BOUNDS[1]:
            faults.append(f"RC {rc:g}; give US cents per lb of payable copper, such as 8, not USD per tonne")
        elif abs(tc) >= 1.0 and 0.0 < abs(rc) < abs(tc) / 200.0:
            faults.append(f"RC {rc:g} beside a TC of {tc:g} looks like USD per lb; give cents, {100 * rc:g}")
        elif 0.0 < abs(tc) < abs(rc):
            faults.append(f"TC {tc:g} beside an RC of {rc:g} has another unit; give USD per dry tonne")
        if faults:
            raise DataError("\n".join(f"charge: {fault}" for fault in faults))

    @classmethod
    def by_custom(cls, tc_usd_per_dmt: float) -> Charge:
        """With the RC that belongs to a TC by custom, 10:1."""
        return cls(tc_usd_per_dmt, tc_usd_per_dmt / 10.0)


def charge_usd_per_dmt(charge: Charge, payable: Any) -> Any:
    """TC and RC together. [USD/dmt]

    Examples
    --------
    >>> round(float(charge_usd_per_dmt(Charge(45.0, 4.5), 0.23)), 1)
    67.8
    """
    return charge.tc_usd_per_dmt + usd_per_t_of_cents_per_lb(charge.rc_cents_per_lb) * payable
