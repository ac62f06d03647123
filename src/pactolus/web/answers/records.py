"""The register of measures, the dialogues, the ready scenarios, and what the world holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pactolus.errors import NoAnswerError, OptionError
from pactolus.terms.words import chosen, iso_date, issuers, items
from pactolus.web.answers.answer import Answer, Question

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress

__all__ = [
    "ABSENCE",
    "CommitmentsQuestion",
    "CompareQuestion",
    "DialogueChangesQuestion",
    "InForceQuestion",
    "MeasuresQuestion",
    "MeetingsQuestion",
    "Nothing",
    "commitment_rows",
    "compare_rows",
    "day_of",
    "dialogue_change_rows",
    "in_force_rows",
    "measure_rows",
    "meeting_rows",
    "past_rows",
    "prior_rows",
    "scenario_rows",
    "table_rows",
]

#: What every answer of the register has to be read with.
ABSENCE = "absence here is not evidence of absence"
_LANGUAGES = Literal["en", "ko", "ja"]
_KINDS = ("commitment", "topic")


class Nothing(Question):
    """A question without parameters."""


class InForceQuestion(Question):
    """As ``pactolus policy in-force``."""

    on: str | None = Field(None, description="A day: 2026-11-01; today if omitted.")
    importer: str | None = Field(None, description="Only measures that reach this importer: KOR.")
    mineral: str | None = Field(None, description="Minerals or groups: gallium,battery.")
    issuer: str | None = Field(None, description="Countries and coalitions that issue: CHN,EU27.")


class MeasuresQuestion(InForceQuestion):
    """As ``pactolus policy list``."""

    family: str | None = Field(None, description="Families of instruments: ban, quota, licence ...")
    unverified: bool = Field(False, description="Instead, records whose source was not read.")


class CompareQuestion(Question):
    """As ``pactolus policy compare``."""

    members: str = Field("KOR,JPN", description="Two or more issuers.")
    on: str | None = Field(None, description="A day: 2026-11-01; today if omitted.")
    part: Literal["measures", "lists", "values"] = Field("measures", description="What is compared.")
    mineral: str | None = Field(None, description="Minerals or groups: gallium,battery.")


class MeetingsQuestion(Question):
    """As ``pactolus dialogue list``."""

    lang: _LANGUAGES = Field("en", description="Language of titles.")


class CommitmentsQuestion(MeetingsQuestion):
    """As ``pactolus dialogue commitments``."""

    on: str | None = Field(None, description="A day: 2026-11-01; today if omitted.")
    kind: str = Field("commitment,topic", description="Which follows from the source's own verb.")
    status: str | None = Field(None, description="open, 'in progress', done or dropped.")


class DialogueChangesQuestion(MeetingsQuestion):
    """As ``pactolus dialogue changes``, on the world of the desk."""

    since: str | None = Field(None, max_length=20, description="A day; that of the last meeting if omitted.")
    until: str | None = Field(None, max_length=20, description="The later day; today if omitted.")
    kinds: str = Field("exposure,measure,project,commitment", max_length=100, description="Kinds of change.")
    members: str = Field("KOR,JPN", max_length=200, description="Whose exposures; two or more.")


def day_of(text: str | None, option: str = "on") -> date:
    """The day asked for; today (UTC) where it is omitted."""
    return datetime.now(UTC).date() if text is None else iso_date(option, text)


def in_force_rows(world: World, asked: InForceQuestion, progress: Progress) -> Answer:
    """Measures in force, suspended or unconfirmed on a day, unconfirmed ones first."""
    from pactolus.policy.states import LISTED

    return _listed(asked, LISTED, (), unverified=False)


def measure_rows(world: World, asked: MeasuresQuestion, progress: Progress) -> Answer:
    """Every measure that has a state on a day, proposals too."""
    from pactolus.policy.register import instruments
    from pactolus.policy.states import STATES

    known = dict.fromkeys(one.family for one in instruments().values())
    families = () if asked.family is None else chosen("family", "family of instruments", asked.family, known)
    return _listed(asked, STATES, families, unverified=asked.unverified)


def _listed(
    asked: InForceQuestion, states: Sequence[str], families: Sequence[str], *, unverified: bool
) -> Answer:
    from pactolus.policy import register as records
    from pactolus.policy.search import listed, rows
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import resolve_minerals

    day = day_of(asked.on)
    source = records.unverified() if unverified else records.register()
    found = listed(
        source,
        day,
        states=states,
        importer=None if asked.importer is None else country(asked.importer).iso3,
        minerals=() if asked.mineral is None else resolve_minerals(asked.mineral),
        issuers=() if asked.issuer is None else issuers(asked.issuer),
        families=families,
    )
    if not found:
        raise NoAnswerError(f"no measure of the register fits on {day} ({len(source)} records); {ABSENCE}")
    return Answer(frame=rows(found), notes=(f"states on {day}; {ABSENCE}",))


def compare_rows(world: World, asked: CompareQuestion, progress: Progress) -> Answer:
    """Members side by side: measures by instrument and mineral, lists, or numbers."""
    from pactolus.policy.compare import compare
    from pactolus.policy.register import register
    from pactolus.terms.minerals import resolve_minerals

    day = day_of(asked.on)
    names = () if asked.mineral is None else resolve_minerals(asked.mineral)
    found = compare(register(), issuers(asked.members), day, minerals=names)
    frame = {"measures": found.measures, "lists": found.lists, "values": found.values}[asked.part]
    if not frame.height:
        raise NoAnswerError(f"nothing to compare on {day}; {ABSENCE}")
    read = [
        f"list read: {member} {one.list} of {one.edition}{'' if one.complete == 'yes' else ' (incomplete)'}"
        for member, one in found.editions.items()
    ]
    return Answer(frame=frame, notes=(f"on {day}; {ABSENCE}", *(read if asked.part == "lists" else ())))


def meeting_rows(world: World, asked: MeetingsQuestion, progress: Progress) -> Answer:
    """One row a meeting of the dialogues."""
    from pactolus.dialogue.meetings import meetings, meetings_table

    return Answer(frame=meetings_table(meetings(), asked.lang))


def commitment_rows(world: World, asked: CommitmentsQuestion, progress: Progress) -> Answer:
    """One row a topic or commitment; owner and due are empty where the source does not state them."""
    from pactolus.dialogue.commitments import commitments
    from pactolus.dialogue.meetings import meetings

    day = day_of(asked.on)
    kinds = chosen("kind", "kind", asked.kind, _KINDS)
    found = commitments(meetings(), {}, day, language=asked.lang, kinds=kinds, status=asked.status)
    if not found.height:
        raise NoAnswerError(f"no topic or commitment on {day} fits; none is recorded of later meetings")
    return Answer(frame=found, notes=("owner or due empty: not stated in the source",))


def dialogue_change_rows(world: World, asked: DialogueChangesQuestion, progress: Progress) -> Answer:
    """Exposures, measures, projects and commitments, each with what held before and after."""
    from pactolus.dialogue.changes import KINDS
    from pactolus.dialogue.saved import meetings_for, start_of
    from pactolus.policy.register import register
    from pactolus.projects.pipeline.loading import shipped_projects
    from pactolus.reports.changed import Between, changes_between, exposure_note

    last, since = day_of(asked.until, "until"), asked.since
    first = None if since is None else iso_date("since", since)
    if first is not None and first > last:
        raise OptionError(f"until: {last} lies before since {first}; give the earlier day first")
    kinds = chosen("kinds", "kind", asked.kinds, KINDS)
    between = Between(
        first=start_of(meetings_for(None), first, last),
        last=last,
        worlds=(world, world),
        members=items("members", asked.members),
        register=register(),
        records=shipped_projects(),
        language=asked.lang,
    )
    notes = [f"changes after {between.first} and up to {last}"]
    notes += [exposure_note(between)] if "exposure" in kinds else []
    return Answer(frame=changes_between(between, kinds), notes=tuple(notes), tables=("trade",))


def past_rows(world: World, asked: Nothing, progress: Progress) -> Answer:
    """Named events of the past: the exporter's share, what it lost, and how large that was for the world."""
    from pactolus.disruption.history.listing import named_table

    return Answer(frame=named_table(world), tables=("trade",))


def prior_rows(world: World, asked: Nothing, progress: Progress) -> Answer:
    """How large and how long shocks of each kind were, and how many past cases stand behind it."""
    from pactolus.disruption.history.events import events_of
    from pactolus.disruption.history.priors import priors

    return Answer(frame=priors(events_of(world)), tables=("trade",))


def scenario_rows(world: World, asked: Nothing, progress: Progress) -> Answer:
    """Ready scenarios: forward-looking ones, then named events as they happened."""
    from pactolus.disruption.scenarios.library import ready_table

    return Answer(frame=ready_table(world), tables=("trade",))


def table_rows(world: World, asked: Nothing, progress: Progress) -> Answer:
    """One row a table of the world: rows, years, publisher, edition, licence."""
    from pactolus.catalogue.describe import describe

    return Answer(frame=describe(world))
