"""What stands beside one mineral: measures that name it, projects for it, what a stock would be worth."""

from __future__ import annotations

from dataclasses import replace

from pactolus.catalogue.origins import Claim, Term
from pactolus.policy.register import Measure, register
from pactolus.policy.search import kin
from pactolus.reports.document import Block, Section
from pactolus.reports.projects.pictures import map_of
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.measures import held_measures, measures_table
from pactolus.reports.sections.projects import records_table, third_countries
from pactolus.reports.sections.stocks import stock_case, stocks_bars, stocks_table
from pactolus.reports.sections.words import item_term, minerals_term
from pactolus.reports.timelines import timeline_of

__all__ = ["measures", "projects", "stock"]


def measures(basis: Basis, mineral: str) -> Section:
    """Measures of suppliers not ended on the day that name the mineral, its group or its elements."""
    held = [one for one in held_measures(basis, register()) if _names(one.measure, mineral)]
    terms = {"mineral": minerals_term([mineral])}
    if not held:
        blocks: tuple[Block, ...] = (Claim(key="desk_mineral.no_measure", terms=terms),)
    else:
        held.sort(key=lambda one: (one.span.state, -one.joint, one.measure.id))
        blocks = (
            timeline_of([one.measure for one in held], basis.as_of),
            measures_table(basis, held, name="mineral-measures", reasons=True),
        )
    return Section(id="mineral-measures", title="desk_mineral.measures", slots=terms, blocks=blocks)


def _names(measure: Measure, mineral: str) -> bool:
    return not kin(mineral).isdisjoint(measure.minerals)


def projects(basis: Basis, mineral: str) -> Section:
    """Records of projects in third countries that would produce the mineral."""
    found = [one for one in third_countries(basis) if mineral in one.minerals]
    terms = {"mineral": minerals_term([mineral])}
    if not found:
        blocks: tuple[Block, ...] = (Claim(key="desk_mineral.no_project", terms=terms),)
    else:
        table = replace(records_table(basis, found), id="mineral-projects")
        drawn = (map_of(basis.world, found, basis.members),) if "land" in basis.world.tables else ()
        blocks = (*drawn, table)
    return Section(id="mineral-projects", title="desk_mineral.projects", slots=terms, blocks=blocks)


def stock(basis: Basis, item: Item) -> Section:
    """Days of a stock held alone, as a range, for one item; or that there is no answer."""
    case = stock_case(basis, item)
    slots: dict[str, Term | str] = {"item": item_term(item)}
    if case is None:
        blocks: tuple[Block, ...] = (Claim(key="desk_mineral.no_stock", terms={"item": item_term(item)}),)
    else:
        blocks = (stocks_bars(basis, [case]), stocks_table(basis, [case]), Claim(key="brief.stocks.caution"))
    return Section(id="mineral-stock", title="desk_mineral.stock", slots=slots, blocks=blocks)
