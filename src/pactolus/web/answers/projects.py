"""Records of projects, and what companies are publicly known to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pactolus.errors import NoAnswerError
from pactolus.terms.words import chosen
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import Nothing

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress

__all__ = ["ProjectsQuestion", "capability_rows", "project_rows"]


class ProjectsQuestion(Question):
    """As ``pactolus projects list``."""

    minerals: str | None = Field(None, max_length=500, description="Only projects of these minerals.")
    hosts: str | None = Field(None, max_length=500, description="Only projects in these hosts: CHL,AUS.")
    region: str | None = Field(None, max_length=100, description="Part of the name of a UN sub-region.")
    status: str | None = Field(
        None, max_length=200, description="Only of these statuses: construction,production."
    )
    appraisable: bool = Field(False, description="Only those that can be appraised.")


def project_rows(world: World, asked: ProjectsQuestion, progress: Progress) -> Answer:
    """One row a record; empty is not known."""
    from pactolus.projects.base.candidates import STATUSES
    from pactolus.projects.pipeline.listing import fitting, listing
    from pactolus.projects.pipeline.loading import shipped_projects
    from pactolus.projects.pipeline.places import hosts_of, region_of
    from pactolus.terms.minerals import resolve_minerals

    records = shipped_projects()
    kept = fitting(
        records,
        minerals=() if asked.minerals is None else resolve_minerals(asked.minerals),
        hosts=() if asked.hosts is None else hosts_of(asked.hosts, "hosts"),
        region=() if asked.region is None else region_of(asked.region, "region"),
        statuses=() if asked.status is None else chosen("status", "status", asked.status, STATUSES),
    )
    frame = listing(kept)
    frame = frame.filter(appraisable="yes") if asked.appraisable else frame
    if not frame.height:
        raise NoAnswerError(f"none of {len(records)} projects on record fits; absence here is no evidence")
    yes = frame.filter(appraisable="yes").height
    note = (
        f"{frame.height} of {len(records)} projects on record, {yes} of them appraisable; "
        "a status is that of its day"
    )
    made_up = ("fictitious records are among them",) if frame["fictitious"].any() else ()
    return Answer(frame=frame, notes=(note, *made_up))


def capability_rows(world: World, asked: Nothing, progress: Progress) -> Answer:
    """Public capabilities, one a row, in our words."""
    from pactolus.projects.matching.companies import CAPABILITIES_NOTE, capabilities

    return Answer(frame=capabilities(), notes=(CAPABILITIES_NOTE,))
