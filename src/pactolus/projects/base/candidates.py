"""What the engines know of a project: the meeting point of records, appraisal, selection and market.

A `Candidate` is made of a record (`pactolus.projects.pipeline`) with a sourced status, capacity, capital
cost and day; a record without them is context and becomes none. What a record does not say stays None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pactolus.projects.base.ranges import Range

__all__ = ["STATUSES", "Candidate", "Gate", "Stake", "Status"]

Status = Literal[
    "exploration", "pfs", "dfs", "construction", "production", "care_and_maintenance", "suspended", "ended"
]
#: In the order of a project's life; the last three are outside of it.
STATUSES: Final[tuple[Status, ...]] = (
    "exploration",
    "pfs",
    "dfs",
    "construction",
    "production",
    "care_and_maintenance",
    "suspended",
    "ended",
)
#: ``unknown`` is not ``failed``: nobody has looked, or no evidence was found.
Gate = Literal["passed", "failed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """Part of a project that somebody owns.

    Attributes
    ----------
    holder : str
    country : str or None
        ISO alpha-3 of the holder.
    share : float or None
        0-1; None where the source does not print it.
    """

    holder: str
    country: str | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A project that can be appraised.

    Attributes
    ----------
    id, name : str
    host : str
        ISO alpha-3.
    mineral, stage : str
        Of the product that is counted.
    product : str
    status : str
        One of `STATUSES`, on the day `status_on`.
    capacity_t : float
        Product a year at full rate, gross weight. [t]
    contained_t : float or None
        The mineral in it. [t]
    capex_musd : Range
        Construction still counted from the start of the present step, in money of `capex_year`. [million USD]
    opex_usd_per_t : Range or None
        Of product, at the gate. [USD/t]
    mine_life_y : float or None
    start_year : Range or None
        First year of production as the source expects it; None: by status.
    latitude, longitude : float or None
        Approximate pin. [degree]
    owners : tuple of Stake
    gate : {"passed", "failed", "unknown"}
        Principles of the MSP with evidence.
    esg : float or None
        Part of the principles that are met with evidence, 0-1.
    confidence : {"high", "medium", "low"}
    synthetic : bool
        Invented for a benchmark or a test; every output says so.
    notes : tuple of str
        How figures were made comparable: content factors, currency rates, products that are not counted.
    """

    id: str
    name: str
    host: str
    mineral: str
    stage: str
    product: str
    status: Status
    status_on: date
    capacity_t: float
    contained_t: float | None
    capex_musd: Range
    capex_year: int
    opex_usd_per_t: Range | None = None
    mine_life_y: float | None = None
    start_year: Range | None = None
    latitude: float | None = None
    longitude: float | None = None
    owners: tuple[Stake, ...] = ()
    gate: Gate = "unknown"
    esg: float | None = None
    confidence: Literal["high", "medium", "low"] = "low"
    synthetic: bool = False
    notes: tuple[str, ...] = ()
