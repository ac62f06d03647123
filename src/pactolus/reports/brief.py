"""The joint brief of some members as a document: language-free, every number with its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pactolus import __version__
from pactolus.catalogue.origins import Term
from pactolus.catalogue.world import World
from pactolus.errors import UnknownTermError, near_misses
from pactolus.reports.claims import figures_of
from pactolus.reports.clock_tables import RECORDS
from pactolus.reports.document import Brief, Section
from pactolus.reports.evidence import evidence_of
from pactolus.reports.projects.rows import ORIGIN
from pactolus.reports.sections import (
    appendix,
    applications,
    changes,
    differ,
    gaps,
    measures,
    methods,
    projects,
    response,
    shared,
    stages,
    stocks,
    stress,
    summary,
    watch,
)
from pactolus.reports.sections.basis import Basis, make_basis
from pactolus.runs.progress import Progress, silent

__all__ = ["SECTIONS", "build_brief", "sections_of"]

#: A section's name and what writes it.
Named = tuple[str, Callable[[Basis], Section]]
#: Sections in the order of the brief.
SECTIONS: Final[tuple[Named, ...]] = (
    ("summary", summary.section),
    ("shared", shared.section),
    ("differ", differ.section),
    ("stages", stages.section),
    ("applications", applications.section),
    ("changes", changes.section),
    ("measures", measures.section),
    ("watch", watch.section),
    ("stress", stress.section),
    ("stocks", stocks.section),
    ("response", response.section),
    ("projects", projects.section),
    ("methods", methods.section),
    ("gaps", gaps.section),
    ("appendix", appendix.section),
)


def build_brief(
    world: World,
    members: Sequence[str],
    *,
    year: int | None = None,
    as_of: date,
    sections: Sequence[str] = (),
    progress: Progress | None = None,
) -> Brief:
    """Write the joint brief of two or more members.

    Parameters
    ----------
    world : World
        As `pactolus.open_world` gives it.
    members : sequence of str
        Two or more countries or coalitions, in the order they are to be named in English.
    year : int, optional
        Year of trade; the last one if omitted.
    as_of : date
        Day printed on the brief; names and list editions are those of this day.
    sections : sequence of str, optional
        Names out of `SECTIONS`, for a shorter brief; all if empty. They stand in the order of the brief.
    progress : Progress, optional
        Called before every step, and once at the end.

    Returns
    -------
    Brief
        Phrase keys, figures and terms; `pactolus.wording.phrases.render_claim` makes sentences of them.

    Raises
    ------
    OptionError
        If there are fewer than two members, one twice, or the year is outside the trade table.
    UnknownTermError
        If a member or a section is unknown, with near misses.
    WorldError
        If the world lacks a table that the brief needs.
    """
    say = progress or silent
    wanted = _chosen(sections)
    total = len(wanted) + 2
    say("basis", 0, total)
    basis = make_basis(world, members, year, as_of)
    written = sections_of(basis, lambda name, done: say(name, done, total), wanted)
    say("trails", total - 1, total)
    brief = Brief(
        members=basis.members,
        year=basis.year,
        as_of=as_of.isoformat(),
        vintage=world.vintage,
        version=__version__,
        slots={"members": Term("members", basis.members), "year": Term("year", (str(basis.year),))},
        cards=summary.cards(basis),
        sections=written,
        origins={**world.origins, ORIGIN.id: ORIGIN, RECORDS.id: RECORDS},
    )
    found = replace(brief, trails=evidence_of(world, (figure for _, figure in figures_of(brief))))
    say("brief", total, total)
    return found


def sections_of(
    basis: Basis, say: Callable[[str, int], None], wanted: Sequence[Named] = SECTIONS
) -> tuple[Section, ...]:
    """Sections of a brief; `say` is told the name and number of each before it is written."""
    found = []
    for done, (name, section) in enumerate(wanted, start=1):
        say(name, done)
        found.append(section(basis))
    return tuple(found)


def _chosen(names: Sequence[str]) -> tuple[Named, ...]:
    """The named sections in the order of the brief, or all."""
    known = [name for name, _ in SECTIONS]
    faults = []
    for name in names:
        if name not in known:
            near = near_misses(name, known)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            faults.append(f"brief: unknown section {name!r}{hint}; known are {', '.join(known)}")
    if faults:
        raise UnknownTermError("\n".join(faults))
    return tuple(pair for pair in SECTIONS if not names or pair[0] in names)
