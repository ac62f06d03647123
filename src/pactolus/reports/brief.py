"""The joint brief of some members as a document: language-free, every number with its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pactolus import __version__
from pactolus.catalogue.origins import Term
from pactolus.catalogue.world import World
from pactolus.reports.claims import figures_of
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

#: Sections in the order of the brief.
SECTIONS: Final[tuple[tuple[str, Callable[[Basis], Section]], ...]] = (
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
        If a member is unknown, with near misses.
    WorldError
        If the world lacks a table that the brief needs.
    """
    say = progress or silent
    total = len(SECTIONS) + 2
    say("basis", 0, total)
    basis = make_basis(world, members, year, as_of)
    sections = sections_of(basis, lambda name, done: say(name, done, total))
    say("trails", len(SECTIONS) + 1, total)
    brief = Brief(
        members=basis.members,
        year=basis.year,
        as_of=as_of.isoformat(),
        vintage=world.vintage,
        version=__version__,
        slots={"members": Term("members", basis.members), "year": Term("year", (str(basis.year),))},
        cards=summary.cards(basis),
        sections=sections,
        origins={**world.origins, ORIGIN.id: ORIGIN},
    )
    found = replace(brief, trails=evidence_of(world, (figure for _, figure in figures_of(brief))))
    say("brief", total, total)
    return found


def sections_of(basis: Basis, say: Callable[[str, int], None]) -> tuple[Section, ...]:
    """All sections of a brief; `say` is told the name and number of each before it is written."""
    found = []
    for done, (name, section) in enumerate(SECTIONS, start=1):
        say(name, done)
        found.append(section(basis))
    return tuple(found)
