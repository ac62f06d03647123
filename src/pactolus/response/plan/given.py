"""What users add to an event, and the durations that are still possible on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.response.events.event import Event, Forward
from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.situation import Acceleration, Segment, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.pipeline.parts import Project
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.stockpile.members.lots import StockLot

    Floats = NDArray[np.float64]

__all__ = ["HORIZON", "Given", "fan_of"]

#: Months that a plan looks ahead.
HORIZON: Final = 24
_YEAR: Final = 12


@dataclass(frozen=True, kw_only=True)
class Given:
    """What users add to an event.

    Attributes
    ----------
    holdings : sequence of HoldingRange or None
        In place of those of the event.
    lots : sequence of StockLot
        In place of the mix of imports.
    declared : mapping of (mineral, stage, member) to float
        Own consumption a year. [t]
    prices : mapping of (mineral, stage) to float
        Where the trade has none, as of fictitious tonnes. [USD/t]
    segments : mapping of (mineral, stage) to tuple of Segment
        Applications by priority.
    projects : mapping of (mineral, stage) to tuple of Acceleration
    forward : tuple of Forward
        Projects by name, beside those of the event.
    records : sequence of Project or None
        Of the pipeline, to look names up in; shipped ones if None.
    steps : tuple of Step
    chosen : tuple of str
        Suppliers that are let in by choice only.
    assumed : Assumptions
        Limits of the event stand before them.
    months, cases : int
        Horizon, and durations made of a range or prior.
    """

    holdings: Sequence[HoldingRange] | None = None
    lots: Sequence[StockLot] = ()
    declared: Mapping[tuple[str, str, str], float] | None = None
    prices: Mapping[tuple[str, str], float] | None = None
    segments: Mapping[tuple[str, str], tuple[Segment, ...]] | None = None
    projects: Mapping[tuple[str, str], tuple[Acceleration, ...]] | None = None
    forward: tuple[Forward, ...] = ()
    records: Sequence[Project] | None = None
    steps: tuple[Step, ...] = ()
    chosen: tuple[str, ...] = ()
    assumed: Assumptions | None = None
    months: int = HORIZON
    cases: int = 5


def fan_of(event: Event, as_of: date, months: int, cases: int = 5) -> tuple[int, tuple[int, ...], Floats]:
    """Months until the first loss, the month in which each duration has ended, and their probabilities.

    Durations that have gone by on the day are left out; the others keep their proportions.

    Raises
    ------
    NoAnswerError
        If none is left.
    """
    import numpy as np

    begin = min(shock.start for shock in event.shocks)
    ahead = (begin.year - as_of.year) * _YEAR + begin.month - as_of.month
    chance: dict[int, float] = {}
    for case in event.duration.fan(event.kinds, cases):
        end = min(ahead + max(1, round(case.months)), months)
        if end >= 1:
            chance[end] = chance.get(end, 0.0) + case.probability
    if not chance:
        longest = max(case.months for case in event.duration.fan(event.kinds, cases))
        raise NoAnswerError(
            f"{event.id}: on {as_of} the longest expected duration, {longest:g} months from {begin}, has "
            "gone by; "
            "give a new duration in the event, or an earlier day"
        )
    lengths = tuple(sorted(chance))
    weights = np.array([chance[length] for length in lengths])
    return max(ahead, 0), lengths, weights / weights.sum()
