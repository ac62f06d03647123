"""Long runs about a choice of projects: must-have and never; cost, worst cases and largest host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import day_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.projects.selection.instance import Instance
    from pactolus.projects.selection.limits import Limits
    from pactolus.runs.progress import Progress

__all__ = [
    "AlternativesJob",
    "ParetoJob",
    "SelectJob",
    "alternatives_rows",
    "check_choice",
    "pareto_rows",
    "select_rows",
]

_TABLES = ("trade", "production")


class _ChoiceQuestion(Question):
    """What every choice of projects from the shipped records asks."""

    members: str = Field("KOR,JPN", description="Who chooses.")
    budget: float = Field(
        500, ge=0, le=100_000, description="Agencies' money of each member in four years, MUSD."
    )
    private: float | None = Field(
        None, ge=0, le=100_000, description="Firms' money in the same; no limit if omitted."
    )
    on_offer: float = Field(0.49, gt=0, le=1, description="Part of every project that is on offer.")
    cap_host: float | None = Field(None, gt=0, le=1, description="Most of all money for one host.")
    scenarios: int = Field(200, ge=1, le=5000, description="Paths of failures.")
    on: str | None = Field(None, description="Day from which years count; today if omitted.")
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")


class AlternativesJob(_ChoiceQuestion):
    """As ``pactolus projects alternatives``."""

    kind: Literal["projects-alternatives"]
    count: int = Field(20, ge=1, le=200, description="Alternatives to look for.")


class ParetoJob(_ChoiceQuestion):
    """As ``pactolus projects pareto``."""

    kind: Literal["projects-pareto"]
    steps: int = Field(3, ge=1, le=10, description="Levels of the worst scenarios for each cap.")


class SelectJob(_ChoiceQuestion):
    """As ``pactolus projects select``, without companies."""

    kind: Literal["projects-select"]
    alone: bool = Field(False, description="Each member by itself, instead of all together.")
    table: Literal["chosen", "shares", "offtake", "calls", "shortage", "summary", "split", "powers"] = Field(
        "chosen", description="One side of it."
    )


def check_choice(_world: World, asked: _ChoiceQuestion) -> object:
    """Members and the day, before a process is started.

    Raises
    ------
    OptionError
        If a day or a member cannot be read, or there are more than six members.
    """
    from pactolus.stockpile.members.asked import members_of_text

    members = members_of_text(asked.members)
    if len(members) > 6:
        raise OptionError(f"members: {len(members)}; give at most 6")
    return day_of(asked.on)


def alternatives_rows(world: World, asked: AlternativesJob, progress: Progress) -> Answer:
    """A row a project and slack: verdict, evidence, price of a change, limit, substitute."""
    from pactolus.projects.selection.alternatives import alternatives
    from pactolus.projects.selection.portfolio import select

    made, limits = _asked(world, asked, progress, 3)
    progress("portfolio", 1, 3)
    best = select(made, limits, gap=0.005, nodes=500)
    progress("alternatives", 2, 3)
    found = alternatives(best.choice, count=asked.count)
    told = f"{len(found.start_of) - 1} alternatives found"
    return Answer(frame=found.table, notes=(*made.notes, told), tables=_TABLES)


def pareto_rows(world: World, asked: ParetoJob, progress: Progress) -> Answer:
    """A row a point; caps on the largest host from none down."""
    from pactolus.projects.selection.pareto import pareto

    made, limits = _asked(world, asked, progress, 2)
    progress("points", 1, 2)
    found = pareto(made, limits, host_caps=(1.0, 0.5, 0.35), risk_steps=asked.steps, gap=0.01, nodes=200)
    return Answer(frame=found.table, notes=made.notes, tables=_TABLES)


def select_rows(world: World, asked: SelectJob, progress: Progress) -> Answer:
    """Which projects, when, in what shares; `split` is what each gains together over alone."""
    from pactolus.projects.selection.coalition import alone_and_together
    from pactolus.projects.selection.portfolio import select
    from pactolus.projects.selection.powers import powers_table

    if asked.table == "powers":
        progress("powers", 1, 1)
        return Answer(frame=powers_table(day_of(asked.on)))
    made, limits = _asked(world, asked, progress, 2)
    progress("portfolio", 1, 2)
    if asked.alone or asked.table == "split":
        both = alone_and_together(made, limits, gap=0.005, nodes=500, time_limit_s=None)
        split = asked.table == "split"
        frame = both.table if split else both.each_first(lambda one: getattr(one, asked.table))
    else:
        frame = getattr(select(made, limits, gap=0.005, nodes=500, time_limit_s=None), asked.table)
    progress("done", 2, 2)
    return Answer(frame=frame, notes=made.notes, tables=_TABLES)


def _asked(world: World, asked: _ChoiceQuestion, progress: Progress, steps: int) -> tuple[Instance, Limits]:
    from pactolus.policy.register import register
    from pactolus.projects.pipeline.loading import shipped_projects
    from pactolus.projects.selection.from_records import instance_of_records
    from pactolus.projects.selection.limits import Limits
    from pactolus.projects.selection.real import Means
    from pactolus.stockpile.members.asked import members_of_text

    progress("projects", 0, steps)
    members = members_of_text(asked.members)
    own: dict[str, Any] = {} if asked.private is None else dict.fromkeys(members, asked.private)
    means = Means(
        public_musd=dict.fromkeys(members, asked.budget), private_musd=own, part_on_offer=asked.on_offer
    )
    made = instance_of_records(
        world,
        shipped_projects(),
        members,
        means,
        measures=register(),
        on=day_of(asked.on),
        scenarios=asked.scenarios,
        seed=asked.seed,
    )
    return made, Limits(host_cap=asked.cap_host)
