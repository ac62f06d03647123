"""The agenda pack as a document: what changed, what is open, proposals of the engines, the joint brief."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.catalogue.origins import Claim, Term
from pactolus.catalogue.world import World
from pactolus.dialogue.meetings import Meeting, meetings
from pactolus.errors import OptionError
from pactolus.policy.register import Register, register
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.projects.pipeline.parts import Project
from pactolus.reports.agenda import changed, items, measures, pooled, proposals, purpose, running
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.brief import SECTIONS as OF_THE_BRIEF
from pactolus.reports.brief import sections_of
from pactolus.reports.claims import figures_of
from pactolus.reports.clock_tables import RECORDS
from pactolus.reports.document import Brief, Section
from pactolus.reports.evidence import evidence_of
from pactolus.reports.projects.rows import ORIGIN
from pactolus.reports.recorded import project_origins
from pactolus.reports.sections import appendix
from pactolus.reports.sections.basis import make_basis
from pactolus.reports.sections.words import year_term
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    import polars as pl

    from pactolus.response.clocks.clock import Clock
    from pactolus.response.events.event import Event

__all__ = ["SECTIONS", "build_agenda"]

#: Sections of the pack before its annex, in their order.
SECTIONS: Final[tuple[tuple[str, Callable[[Pack], Section]], ...]] = (
    ("purpose", purpose.section),
    ("changed", changed.section),
    ("items", items.section),
    ("measures", measures.section),
    *proposals.SECTIONS,
    ("pooling", pooled.section),
    ("running", running.section),
    ("clocks", measures.clocks),
)
_Saved = Mapping[str, tuple[int, Mapping[str, Any]]]
_NOTHING: Final[_Saved] = {}


def build_agenda(
    world: World,
    members: Sequence[str],
    *,
    as_of: date,
    since: date | None = None,
    next_on: date | None = None,
    annex: bool = True,
    known_meetings: Sequence[Meeting] | None = None,
    known_register: Register | None = None,
    records: Sequence[Project] | None = None,
    saved_before: _Saved = _NOTHING,
    saved: _Saved = _NOTHING,
    events: Sequence[Event] = (),
    clocks: Sequence[Clock] = (),
    gains: pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> Brief:
    """Write the pack for the next meeting of two or more members.

    Parameters
    ----------
    world : World
    members : sequence of str
        In the order in which they are named in English.
    as_of : date
        Day of the pack.
    since : date, optional
        Day of the last meeting; that of the last recorded one of these members if omitted.
    next_on : date, optional
        Day of the next meeting; "not stated" if omitted.
    annex : bool
        Whether the joint brief follows.
    known_meetings, known_register, records
        The shipped ones if omitted.
    saved_before, saved : mapping
        Item -> version and body of a workspace, on `since` and now: open data only.
    events, clocks : sequence of Event, sequence of Clock
        Of a workspace: open events whose clocks may run.
    gains : polars.DataFrame, optional
        Of `pactolus.reports.agenda.pooled.read_pooled`.
    progress : Progress, optional

    Returns
    -------
    Brief
        Every number of it can be walked back as those of the joint brief.

    Raises
    ------
    OptionError
        If the days are in the wrong order, or no meeting of these members is recorded and no day is given.
    """
    say = progress or silent
    total = len(SECTIONS) + (len(OF_THE_BRIEF) if annex else 1) + 2
    say("basis", 0, total)
    basis = make_basis(world, members, None, as_of)
    of_these = [
        one
        for one in (meetings() if known_meetings is None else known_meetings)
        if set(one.members) == set(basis.members) and one.date <= as_of
    ]
    start = _start(of_these, since, as_of, next_on)
    pack = Pack(
        basis=basis,
        since=start,
        next_on=next_on,
        register=register() if known_register is None else known_register,
        records=shipped_projects() if records is None else records,
        meetings=of_these,
        saved_before=saved_before,
        saved=saved,
        events=events,
        clocks=clocks,
        pooled=gains,
    )
    sections = []
    for done, (name, section) in enumerate(SECTIONS, start=1):
        say(name, done, total)
        sections.append(section(pack))
    if annex:
        lead = Claim(key="agenda.annex.lead", terms={"year": year_term(basis.year)})
        sections.append(Section(id="annex", title="agenda.annex.title", blocks=(lead,), role="annex"))
        sections += sections_of(basis, lambda name, done: say(name, len(SECTIONS) + done, total))
    else:
        sections.append(appendix.section(basis))
    say("trails", total - 1, total)
    found = _document(pack, sections)
    found = replace(found, trails=evidence_of(world, (figure for _, figure in figures_of(found))))
    say("agenda", total, total)
    return found


def _start(known: Sequence[Meeting], since: date | None, as_of: date, next_on: date | None) -> date:
    held = [one for one in known if one.date < as_of]
    if since is None and not held:
        raise OptionError("agenda: no meeting of these members is recorded; give a day with --since")
    start = since or held[-1].date
    if start >= as_of:
        raise OptionError(f"agenda: since {start} is not before the day of the pack, {as_of}")
    if next_on is not None and next_on < as_of:
        raise OptionError(f"agenda: the next meeting on {next_on} lies before the day of the pack, {as_of}")
    return start


def _document(pack: Pack, sections: Sequence[Section]) -> Brief:
    basis = pack.basis
    chosen = [record for record, _ in proposals.joint_projects(pack)[: proposals.PROJECTS]]
    slots: dict[str, Term | str] = {"members": Term("members", basis.members)}
    return Brief(
        members=basis.members,
        year=basis.year,
        as_of=basis.as_of.isoformat(),
        vintage=basis.world.vintage,
        version=__version__,
        name="-".join(("agenda", *basis.members)),
        title="agenda.title",
        slots=slots,
        cards=purpose.cards(pack),
        sections=tuple(sections),
        origins={**basis.world.origins, ORIGIN.id: ORIGIN, RECORDS.id: RECORDS, **project_origins(chosen)},
    )
