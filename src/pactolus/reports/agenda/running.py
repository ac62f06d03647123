"""Clocks of the response: those that run for events on record, and those that a report would start."""

from __future__ import annotations

from typing import Final

from pactolus.catalogue.origins import Claim
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.clock_tables import Told, clock_rows_table, dues_that_run, dues_to_start
from pactolus.reports.document import Block, Section
from pactolus.reports.sections import quantities as q

__all__ = ["section"]

_TABLE: Final = "agenda-running"


def section(pack: Pack) -> Section:
    """Clocks of the events of the workspace that are open, then what a report on the day would start."""
    members, day = pack.basis.members, pack.until
    running = dues_that_run(pack.events, members, day, more=pack.clocks)
    standing = [one for one in dues_to_start(members, day, more=pack.clocks) if one.state == "not_started"]
    count = q.count_figure(len(running), f"brief:{_TABLE}" if running else "", {})
    lead = "agenda.running.lead" if running else "agenda.running.none"
    slots = pack.of("day")
    blocks: list[Block] = [
        Claim(key=lead, figures={"count": count} if running else {}, terms=pack.of("members", "day"))
    ]
    if running:
        blocks.append(clock_rows_table(_TABLE, "agenda.running.table", slots, running))
    if standing:
        told: list[Told] = [({}, due) for due in standing]
        blocks.append(clock_rows_table("agenda-standing", "agenda.running.standing", slots, told))
    return Section(id=_TABLE, title="agenda.running.title", blocks=tuple(blocks))
