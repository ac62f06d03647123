"""A long run about an event: what its members do about it together, and what changed by new facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from pactolus.errors import OptionError
from pactolus.terms.words import iso_date, items
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.events import event_of
from pactolus.web.answers.texts import LONGEST, read_text

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.response.events.event import Event
    from pactolus.response.following.facts import Facts
    from pactolus.response.plan.plan import ResponsePlan
    from pactolus.runs.progress import Progress

__all__ = [
    "CoordinateJob",
    "RespondJob",
    "check_coordinate",
    "check_respond",
    "coordinate_rows",
    "respond_rows",
]

_ROBUST = ("actions", "robust")
_STEPS = 2
_Amount = Annotated[float, Field(ge=0, le=1e12)]


class _EventQuestion(Question):
    """What every question about an event asks."""

    event: str | dict[str, Any] | None = Field(
        None, description="Name of a ready event, or the keys of an event file."
    )
    event_yaml: str | None = Field(
        None, max_length=LONGEST, description="Instead: the text of an event file."
    )
    months: int = Field(24, ge=1, le=60, description="Months looked ahead.")
    as_of: str | None = Field(
        None, max_length=20, description="First day of the plan; the day of the report if omitted."
    )
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")

    @model_validator(mode="after")
    def _one_event(self) -> _EventQuestion:
        if (self.event is None) == (self.event_yaml is None):
            raise ValueError("give event or event_yaml, and only one of them")
        return self


class RespondJob(_EventQuestion):
    """As ``pactolus respond``, without files of one's own beside the event."""

    kind: Literal["respond"]
    facts_yaml: str | None = Field(
        None, max_length=LONGEST, description="Text of a file of new facts: the rest is solved again."
    )
    table: Literal[
        "actions", "shortage", "prices", "value", "robust", "clocks", "alone", "changes", "assumptions"
    ] = Field("actions", description="One side of the plan; changes only with facts_yaml.")
    no_transfer: str | None = Field(
        None, max_length=200, description="Members that choose to pass nothing on: KOR."
    )

    @model_validator(mode="after")
    def _something_new(self) -> RespondJob:
        if self.table == "changes" and self.facts_yaml is None:
            raise ValueError("table changes: nothing is new; give facts_yaml")
        return self


class CoordinateJob(_EventQuestion):
    """As ``pactolus coordinate``, without declared holdings."""

    kind: Literal["coordinate"]
    coalition: str | None = Field(
        None,
        max_length=60,
        description="G7, IEA, MSP@2024-10-01 ... as of the report, or of the day after @.",
    )
    members: str | None = Field(None, max_length=500, description="Members by name instead.")
    joining: str | None = Field(None, max_length=500, description="Members that join: CAN.")
    table: Literal["contributions", "gains", "coalitions", "joining"] = Field(
        "contributions", description="One side of it; joining only with joining."
    )
    rule: Literal["consumption", "ability", "weights"] = Field(
        "consumption", description="By which contributions are shared out."
    )
    weights: dict[str, _Amount] = Field(
        default_factory=dict, max_length=60, description="Negotiated, for rule weights: KOR 2, JPN 3."
    )
    ability: dict[str, _Amount] = Field(
        default_factory=dict, max_length=60, description="Tonnes that members say they can give."
    )
    floor_days: int = Field(
        90, ge=0, le=3650, description="Days of use that every member keeps, for rule ability."
    )

    @model_validator(mode="after")
    def _fits(self) -> CoordinateJob:
        if self.table == "joining" and self.joining is None:
            raise ValueError("table joining: nobody joins; give joining, such as CAN")
        if self.weights and self.rule != "weights":
            raise ValueError("weights: are for rule weights")
        return self


def check_respond(_world: World, asked: RespondJob) -> object:
    """The event, the facts, days and members, before a process is started.

    Raises
    ------
    InputError
        Every fault of a text at once, with line and column.
    """
    _day(asked)
    _outside(asked)
    event = event_of(asked.event, asked.event_yaml)
    return event, _facts(asked, event)


def respond_rows(world: World, asked: RespondJob, progress: Progress) -> Answer:
    """One table of the plan; its clocks as of the day of the plan."""
    event = event_of(asked.event, asked.event_yaml)
    label = event.label()
    made_up = ("fictitious: tonnes of this event are made up",) if event.fictitious else ()
    said = () if label.is_open else (f"label of this result: {label}",)
    if asked.table == "clocks":
        progress("done", _STEPS, _STEPS)
        return Answer(frame=_clocks(event, _day(asked)), notes=(*made_up, *said))
    progress("plan", 0, _STEPS)
    frame, plan = _planned(world, asked, event, progress)
    progress("done", _STEPS, _STEPS)
    from pactolus.response.plan.plan import PLAN_NOTES

    notes = (*plan.notes, *PLAN_NOTES, *made_up, *said)
    return Answer(frame=frame, notes=notes, tables=("trade", "production"))


def _planned(
    world: World, asked: RespondJob, event: Event, progress: Progress
) -> tuple[pl.DataFrame, ResponsePlan]:
    """The table, and the plan that it is of."""
    from pactolus.policy.register import register
    from pactolus.projects.pipeline.loading import shipped_projects
    from pactolus.response.following.updating import update
    from pactolus.response.plan.given import Given
    from pactolus.response.plan.real import respond

    facts = _facts(asked, event)
    given = Given(records=shipped_projects() if event.projects else None, months=asked.months)
    plan = respond(
        world,
        event,
        register(),
        as_of=_day(asked),
        given=given,
        no_transfer=_outside(asked),
        robust=facts is None and asked.table in _ROBUST,
        seed=asked.seed,
    )
    if facts is None:
        return getattr(plan, asked.table), plan
    progress("update", 1, _STEPS)
    updated = update(plan, facts, robust=asked.table in _ROBUST)
    new = updated.plan
    return updated.changes if asked.table == "changes" else getattr(new, asked.table), new


def _clocks(event: Event, day: date | None) -> pl.DataFrame:
    from pactolus.response.clocks.tables import clock_table
    from pactolus.response.events.dues import event_dues

    return clock_table(event_dues(event, day or event.reported_on), language="en")


def _facts(asked: RespondJob, event: Event) -> Facts | None:
    from pactolus.response.following.facts import read_facts

    if asked.facts_yaml is None:
        return None
    found = read_text("facts.yaml", asked.facts_yaml, read_facts)
    if found.event != event.id:
        raise OptionError(f"{found.place('event')}: {found.event!r}, yet the plan is for {event.id!r}")
    return found


def _day(asked: _EventQuestion) -> date | None:
    return None if asked.as_of is None else iso_date("as_of", asked.as_of)


def _outside(asked: RespondJob) -> tuple[str, ...]:
    from pactolus.terms.countries import entity

    names = () if asked.no_transfer is None else items("no_transfer", asked.no_transfer)
    return tuple(dict.fromkeys(entity(one).id for one in names))


def check_coordinate(_world: World, asked: CoordinateJob) -> object:
    """The event, the day and who the members are, before a process is started.

    Raises
    ------
    InputError
        Every fault of a text at once; an unknown member or coalition, or a membership that is unconfirmed.
    """
    _day(asked)
    _numbers(asked.ability)
    _numbers(asked.weights)
    return _who(asked, event_of(asked.event, asked.event_yaml))


def coordinate_rows(world: World, asked: CoordinateJob, progress: Progress) -> Answer:
    """An event for any coalition: contributions, who gains, who joins."""
    from pactolus.policy.register import register
    from pactolus.projects.pipeline.loading import shipped_projects
    from pactolus.response.coordination.answers import countries_named, share_out, worth_of
    from pactolus.response.coordination.coalitions import coalition_event
    from pactolus.response.plan.given import Given
    from pactolus.response.plan.real import situation_of

    event = event_of(asked.event, asked.event_yaml)
    who = _who(asked, event)
    progress("situation", 0, _STEPS)
    situation = situation_of(
        world,
        coalition_event(event, who.members),
        register(),
        as_of=_day(asked),
        given=Given(records=shipped_projects() if event.projects else None, months=asked.months),
        seed=asked.seed,
    )
    progress(asked.table, 1, _STEPS)
    if asked.table == "contributions":
        frame, notes = share_out(
            situation,
            asked.rule,
            floor_days=float(asked.floor_days),
            given=_numbers(asked.ability),
            weights=_numbers(asked.weights),
        )
    else:
        frame, notes = worth_of(situation, asked.table, countries_named(asked.joining))
    progress("done", _STEPS, _STEPS)
    label = situation.label
    said = () if label.is_open else (f"label of this result: {label}",)
    return Answer(frame=frame, notes=(*who.notes, *notes, *said), tables=("trade", "production"))


def _who(asked: CoordinateJob, event: Event) -> Any:
    from pactolus.response.coordination.answers import countries_named
    from pactolus.response.coordination.coalitions import members_for

    named, more = countries_named(asked.members), countries_named(asked.joining)
    return members_for(event, asked.coalition, named, more)


def _numbers(given: dict[str, float]) -> dict[str, float]:
    from pactolus.terms.countries import entity

    return {entity(name).id: number for name, number in given.items()}
