"""What every section of an agenda pack draws on: the joint brief's basis, the days, and what is on record."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pactolus.catalogue.origins import Term
from pactolus.dialogue.meetings import Meeting
from pactolus.policy.register import Register
from pactolus.projects.pipeline.parts import Project
from pactolus.reports.moved import year_seen
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.measures import Held, held_measures

if TYPE_CHECKING:
    import polars as pl

    from pactolus.response.clocks.clock import Clock
    from pactolus.response.events.event import Event

__all__ = ["Pack"]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One pack.

    Attributes
    ----------
    basis : Basis
        Of the joint brief, on the day of the pack.
    since : date
        Day of the last meeting.
    next_on : date or None
        Day of the next one; None where it is not stated.
    register : Register
    records : sequence of Project
    meetings : sequence of Meeting
        Those of these members up to the day of the pack, by day.
    saved_before, saved : mapping
        Item -> version and body that a workspace holds, on `since` and on the day of the pack: open data
        only.
    events : sequence of Event
        Open events on record, whose clocks may run.
    clocks : sequence of Clock
        Of a workspace, beside the shipped ones.
    pooled : polars.DataFrame or None
        Rows of ``pactolus stockpile pool``.
    """

    basis: Basis
    since: date
    next_on: date | None
    register: Register
    records: Sequence[Project]
    meetings: Sequence[Meeting]
    saved_before: Mapping[str, tuple[int, Mapping[str, Any]]]
    saved: Mapping[str, tuple[int, Mapping[str, Any]]]
    events: Sequence[Event] = ()
    clocks: Sequence[Clock] = ()
    pooled: pl.DataFrame | None = None

    @property
    def until(self) -> date:
        """Day of the pack."""
        return self.basis.as_of

    @property
    def last_meeting(self) -> Meeting | None:
        """The meeting on `since`, if there was one."""
        return next((one for one in self.meetings if one.date == self.since), None)

    @functools.cached_property
    def year_before(self) -> int:
        """Last year of trade that a reader would have had on `since`."""
        return min(year_seen(self.basis.world, self.since), self.basis.year)

    @functools.cached_property
    def held(self) -> list[Held]:
        """Measures in force, suspended or unconfirmed that bear on any member."""
        return held_measures(self.basis, self.register)

    def terms(self, **more: Term) -> dict[str, Term]:
        """The members and the two days, which most sentences name."""
        return {
            "members": Term("members", self.basis.members),
            "since": Term("date", (self.since.isoformat(),)),
            "day": Term("date", (self.until.isoformat(),)),
            **more,
        }

    def of(self, *names: str) -> dict[str, Term]:
        """Some of `terms`."""
        every = self.terms()
        return {name: every[name] for name in names}
