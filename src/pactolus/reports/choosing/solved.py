"""A joint portfolio for a budget, solved once and kept; the costly part is shared by all budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pactolus.policy.register import register
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.projects.selection.from_records import instance_of_records
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.portfolio import Portfolio, select
from pactolus.projects.selection.real import Means, with_money

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.reports.projects.deals import Deal

__all__ = ["Budget", "chosen_for", "deals_for", "left_out"]

#: As ``pactolus projects select``: share of the gain at which the search stops, and its nodes.
GAP: Final = 0.005
NODES: Final = 500
SCENARIOS: Final = 200
_ANY: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What is stated, not known.

    Attributes
    ----------
    public : float
        Agencies' money of each member in each four years. [million USD]
    private : float or None
        Firms' money in the same; no limit if None. [million USD]
    on_offer : float
        Part of each project that the members may take. [0-1]
    cap_host : float or None
        Most of all money for one host. [0-1]
    """

    public: float = 500.0
    private: float | None = 2000.0
    on_offer: float = 0.49
    cap_host: float | None = None


def chosen_for(world: World, members: tuple[str, ...], day: date, budget: Budget) -> Portfolio:
    """The joint choice from the shipped records.

    Raises
    ------
    NoAnswerError
        If no record can be priced, or the limits cannot hold together.
    """
    return _chosen(world, members, day, budget)


@lru_cache(maxsize=32)
def _chosen(world: World, members: tuple[str, ...], day: date, budget: Budget) -> Portfolio:
    private = {} if budget.private is None else dict.fromkeys(members, budget.private)
    public = dict.fromkeys(members, budget.public)
    made = with_money(_base(world, members, day, budget.on_offer), public, private)
    return select(made, Limits(host_cap=budget.cap_host), gap=GAP, nodes=NODES)


@lru_cache(maxsize=4)
def _base(world: World, members: tuple[str, ...], day: date, on_offer: float) -> Instance:
    """Needs, failures, worth and output of all candidates, whatever the budget."""
    means = Means(
        public_musd=dict.fromkeys(members, _ANY),
        private_musd=dict.fromkeys(members, _ANY),
        part_on_offer=on_offer,
    )
    return instance_of_records(
        world, shipped_projects(), members, means, measures=register(), on=day, scenarios=SCENARIOS
    )


def left_out(notes: tuple[str, ...]) -> dict[str, str]:
    """Why candidates are no choice at all, by id, from the notes of an instance.

    Examples
    --------
    >>> left_out(("CHL-CU-QB2: left out, production: nothing to build", "49% of every project ..."))
    {'CHL-CU-QB2': 'production: nothing to build'}
    """
    parts = (note.partition(": left out, ") for note in notes)
    return {name: why for name, mark, why in parts if mark}


def deals_for(found: Portfolio, day: date, budget: Budget) -> tuple[Deal, ...]:
    """Deals of the portfolio, as ``pactolus projects sheet`` prints them."""
    from pactolus.projects.pipeline.appraisable import candidates_of
    from pactolus.reports.projects.deals import deals_of

    records = shipped_projects()
    known = {one.id: one for one in candidates_of(records)[0]}
    by_id = {one.id: one for one in records}
    return deals_of(found, records=by_id, candidates=known, part_on_offer=budget.on_offer, on=day)
