"""The response paper of an event as a document: language-free, every number with its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.claims import manifest
from pactolus.reports.document import Brief, Section
from pactolus.reports.paper import assumed, board, clocks, event, exposed, legal, shortage, summary, value
from pactolus.reports.paper.basis import Paper
from pactolus.reports.paper.trails import plain, trail_record
from pactolus.reports.paper.words import words

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.response.clocks.dues import Due
    from pactolus.response.events.event import Event
    from pactolus.response.plan.plan import ResponsePlan

__all__ = ["SECTIONS", "TABLES", "build_paper", "marks_of", "paper_record"]

#: Sections in the order of the paper.
SECTIONS: Final[tuple[tuple[str, Callable[[Paper], Section]], ...]] = (
    ("summary", summary.section),
    ("event", event.section),
    ("exposed", exposed.section),
    ("clocks", clocks.section),
    ("first", board.first_section),
    ("board", board.section),
    ("shortage", shortage.section),
    ("prices", shortage.prices_section),
    ("value", value.section),
    ("legal", legal.section),
    ("assumed", assumed.section),
    ("sources", assumed.sources_section),
)
#: Tables of the plan that the JSON holds with all digits.
TABLES: Final = ("actions", "shortage", "prices", "robust", "value", "alone", "assumptions")


def build_paper(
    world: World,
    event: Event,
    plan: ResponsePlan,
    dues: Sequence[Due],
    *,
    as_of: date,
    seed: int = 0,
) -> Brief:
    """Write the paper of a plan.

    Parameters
    ----------
    world : World
        That the plan was made from.
    event : Event
    plan : ResponsePlan
    dues : sequence of Due
        Clocks as they stand on the day.
    as_of : date
    seed : int
        Of the draws of losses, as in `pactolus.response.respond`.

    Returns
    -------
    Brief
        Its marks name the label of a plan that is not open, and made-up tonnes, on every page.
    """
    from pactolus.disruption.effects.stresses import stress
    from pactolus.response.events.event import as_scenario

    losses = stress(world, as_scenario(event, months=12.0), seed=seed)
    paper = Paper(world=world, event=event, plan=plan, stress=losses, dues=tuple(dues), as_of=as_of)
    headline = summary.cards(paper)
    sections = tuple(section(paper) for _, section in SECTIONS)
    return Brief(
        members=paper.members,
        year=paper.year,
        as_of=as_of.isoformat(),
        vintage=world.vintage,
        version=__version__,
        title="paper.title",
        slots={"title": words(event.titles)},
        cards=headline,
        sections=sections,
        origins={i: world.origins[i] for table in paper.tables for i in world.origins_of(table)},
        trails=dict(paper.trails),
        marks=marks_of(event, plan),
        name=f"response-{event.id}",
    )


def marks_of(event: Event, plan: ResponsePlan) -> tuple[Claim, ...]:
    """What stands on every page: the label of a plan that is not open, made-up tonnes."""
    found = []
    if not plan.label.is_open:
        found.append(Claim(key="paper.mark.label", terms={"label": Term("text", (str(plan.label),))}))
    if event.fictitious:
        found.append(Claim(key="paper.mark.fictitious"))
    return tuple(found)


def paper_record(paper: Brief, plan: ResponsePlan) -> dict[str, Any]:
    """What ``response-<event>.json`` holds: every number with its trail, and the plan's tables, all digits.

    Returns
    -------
    dict
        That of `pactolus.reports.claims.manifest`, with ``label``, ``trails`` by id of the figure and
        ``tables``.
    """
    return {
        **manifest(paper),
        "label": str(plan.label),
        "trails": {identity: trail_record(one) for identity, one in sorted(paper.trails.items())},
        "tables": {name: plain(getattr(plan, name).to_dicts()) for name in TABLES},
        "notes": list(plan.notes),
    }
