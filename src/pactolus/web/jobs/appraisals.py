"""Long runs about single projects: what they cost, earn and are worth, and who takes which role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.terms.words import items
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import day_of
from pactolus.web.answers.texts import LONGEST, read_text

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.projects.appraising import Chosen
    from pactolus.projects.matching.guard import View
    from pactolus.projects.matching.reading import Line, Slot
    from pactolus.runs.progress import Progress

__all__ = ["AppraiseJob", "MatchJob", "appraise_rows", "check_appraise", "check_match", "match_rows"]


class AppraiseJob(Question):
    """As ``pactolus projects appraise``, with the shipped records and tables."""

    kind: Literal["projects-appraise"]
    projects: str | None = Field(
        None, max_length=5_000, description="Ids of projects; all that can be appraised if omitted."
    )
    detail: Literal["npv", "delay", "tornado", "option", "terms", "security"] = Field(
        "npv", description="Which table."
    )
    members: str = Field("KOR,JPN", max_length=200, description="Whose border price.")
    floor: float | None = Field(None, ge=0, le=1e9, description="Price floor a tonne of product, USD.")
    rate: float | None = Field(None, ge=-50, le=200, description="Real discount rate, in percent.")
    draws: int = Field(1000, ge=10, le=100_000, description="Random draws a project.")
    undated_risk: bool = Field(False, description="Country premiums of the table whose day is not stated.")
    on: str | None = Field(None, max_length=20, description="Day from which delays count; today if omitted.")
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")


def check_appraise(_world: World, asked: AppraiseJob) -> object:
    """Projects, members and the day, before a process is started.

    Raises
    ------
    InputError
        If a project, a member or the day cannot be read.
    NoAnswerError
        If none of the projects can be appraised, with what each lacks.
    """
    from pactolus.stockpile.members.asked import members_of_text

    day_of(asked.on)
    members_of_text(asked.members)
    return _chosen(asked)


def _chosen(asked: AppraiseJob) -> Chosen:
    from pactolus.projects.appraising import chosen_candidates
    from pactolus.projects.pipeline.loading import shipped_projects

    ids = () if asked.projects is None else items("projects", asked.projects)
    return chosen_candidates(ids, shipped_projects())


def appraise_rows(world: World, asked: AppraiseJob, progress: Progress) -> Answer:
    """One table; every row says what it is a range of."""
    from pactolus.policy.register import register
    from pactolus.projects import appraising
    from pactolus.projects.appraisal.country_risk import undated_table
    from pactolus.stockpile.members.asked import members_of_text

    chosen = _chosen(asked)
    question = appraising.Question(
        members=members_of_text(asked.members),
        on=day_of(asked.on),
        given=appraising.Given(risk=undated_table() if asked.undated_risk else None),
        draws=asked.draws,
        seed=asked.seed,
        floor=asked.floor,
        rate=None if asked.rate is None else asked.rate / 100,
    )
    notes: tuple[str, ...] = ()
    if asked.detail == "security":
        frame = appraising.security(world, chosen, question, register(), progress=progress)
    else:
        frame, notes = appraising.appraised(world, chosen, question, asked.detail, progress=progress)
    said = (*chosen.notes, *notes, *appraising.notes_on(asked.detail))
    return Answer(frame=frame, notes=said, tables=("trade", "production"))


class MatchJob(Question):
    """As ``pactolus projects match``; its files are given as text."""

    kind: Literal["projects-match"]
    firms: str = Field(max_length=LONGEST, description="Text of a firms.csv: what firms would do.")
    slots: str = Field(max_length=LONGEST, description="Text of a slots.csv: roles that are open.")
    method: Literal["transfers", "stable", "bundle", "all"] = Field(
        "all", description="With payments; without; whole projects; or each beside the others."
    )
    table: Literal["summary", "matching", "prices", "blocking", "projects"] = Field(
        "summary", description="One side of it."
    )
    as_firm: str | None = Field(
        None, max_length=200, description="For one firm: its own rows, and sums over three firms or more."
    )
    secretariat: str | None = Field(
        None, max_length=500, description="All rows, for those named here in words."
    )
    equity_cap: float = Field(0.49, gt=0, le=1, description="Most of a project's equity for one firm.")
    country_cap: float | None = Field(None, gt=0, le=1, description="Most of it for firms of one country.")
    members: str = Field(
        "KOR,JPN", max_length=200, description="Each has a firm in every bundle; none: nobody must."
    )
    must: str | None = Field(None, max_length=2_000, description="Bundles that have to go ahead.")
    nodes: int = Field(20_000, ge=1, le=1_000_000, description="Budget of the search for bundles.")


def check_match(_world: World, asked: MatchJob) -> object:
    """Both files, members and who may see the answer, before a process is started.

    Raises
    ------
    InputError
        All faults of a file at once, with line and column.
    """
    if asked.must is not None and asked.secretariat is None:
        raise OptionError("must: what keeps a project back names firms; it needs secretariat")
    _members(asked)
    return _files(asked)


def _files(asked: MatchJob) -> tuple[tuple[Line, ...], tuple[Slot, ...], View[str]]:
    from pactolus.projects.matching.guard import view_of
    from pactolus.projects.matching.reading import read_firms, read_slots

    lines = read_text("firms.csv", asked.firms, read_firms)
    slots = read_text("slots.csv", asked.slots, read_slots)
    return lines, slots, view_of(asked.as_firm, asked.secretariat, {one.firm for one in lines})


def _members(asked: MatchJob) -> tuple[str, ...]:
    from pactolus.terms.countries import country

    if asked.members == "none":
        return ()
    return tuple(dict.fromkeys(country(one).iso3 for one in items("members", asked.members)))


def match_rows(_world: World, asked: MatchJob, progress: Progress) -> Answer:
    """One table, cut to what its reader may see, with its label and the notice on competition law."""
    from pactolus.projects.matching.bundles import BundleLimits
    from pactolus.projects.matching.study import match_firms, methods_of
    from pactolus.projects.matching.tables import match_notes, match_table

    lines, slots, view = _files(asked)
    limits = BundleLimits(
        equity_cap=asked.equity_cap,
        country_cap=asked.country_cap,
        members=_members(asked),
        must=() if asked.must is None else items("must", asked.must),
    )
    progress("matching", 0, 1)
    found = match_firms(lines, slots, methods=methods_of([asked.method]), limits=limits, nodes=asked.nodes)
    progress("done", 1, 1)
    return Answer(frame=match_table(found, asked.table, view), notes=match_notes(found, view))
