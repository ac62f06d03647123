"""Value added of the sectors that use a mineral: exposure, by the European use pattern.

Only with an input-output table that the user supplies and that is not older than five years. It says how
large the sectors are that use a mineral, not what a shortage would cost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from pactolus.errors import DataError

__all__ = ["OLDEST", "divisions_of", "value_added_exposed"]

#: An input-output table older than so many years is not used.
OLDEST: Final = 5

_LABEL: Final = re.compile(r"[A-Z]?(\d{2})[A-Z]?(?:(?P<join>[T_-])[A-Z]?(\d{2}))?")


def divisions_of(sector: str) -> frozenset[int]:
    """NACE revision 2 (ISIC revision 4) divisions that the label of a sector names.

    Parameters
    ----------
    sector : str
        As the publisher labels it: ``C26``, ``26``, ``C10T12``, ``C31_32``, ``B05-B06``, ``C24A``.

    Returns
    -------
    frozenset of int
        Empty where the label names none.

    Examples
    --------
    >>> sorted(divisions_of("C10T12")), sorted(divisions_of("C26")), sorted(divisions_of("Electronics"))
    ([10, 11, 12], [26], [])
    """
    found = _LABEL.fullmatch(sector.strip().upper())
    if found is None:
        return frozenset()
    first, last = int(found[1]), int(found[3] or found[1])
    return frozenset({first, last}) if found["join"] == "_" else frozenset(range(first, last + 1))


def value_added_exposed(value_added: Mapping[str, float], use_share: Mapping[str, float]) -> float:
    """Value added of the sectors that use a mineral, each by the share of the mineral's use that it takes.

    Parameters
    ----------
    value_added : mapping of str to float
        Value added of each sector. [million USD]
    use_share : mapping of str to float
        Share of the mineral's use in each of these sectors, 0-1; a sector that is not named uses none. [1]

    Returns
    -------
    float
        Sum of share x value added. [million USD]

    Raises
    ------
    DataError
        If a share lies outside 0-1, a sector has no value added, or the shares exceed 1 in all.

    References
    ----------
    .. [1] European Commission, "Methodology for establishing the EU list of critical raw materials:
       guidelines", 2017, economic importance: sum of end-use share x value added of the sector, there scaled
       to 10 and multiplied by an index of substitution. doi 10.2873/769526.

    Examples
    --------
    >>> value_added_exposed({"C26": 200.0, "C29": 100.0}, {"C26": 0.75, "C29": 0.25})
    175.0
    """
    faults = [
        f"value_added_exposed: use_share of {sector} is {share}; give a share from 0 to 1"
        for sector, share in use_share.items()
        if not 0 <= share <= 1
    ]
    absent = sorted(s for s in use_share if not math.isfinite(value_added.get(s, math.nan)))
    if absent:
        faults.append(f"value_added_exposed: value_added has no number for {absent}")
    if not faults and math.fsum(use_share.values()) > 1 + 1e-9:
        total = math.fsum(use_share.values())
        faults.append(f"value_added_exposed: use_share adds up to {total:.6g}; the whole use is 1")
    if faults:
        raise DataError("\n".join(faults))
    return math.fsum(share * value_added[sector] for sector, share in use_share.items())
