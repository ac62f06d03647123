"""What moved between two days in one table: exposures, measures, projects, commitments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.dialogue.changes import KINDS, item_states, joined, moved
from pactolus.dialogue.commitments import commitments
from pactolus.dialogue.saved import meetings_for, saved_items, saved_on
from pactolus.errors import NoAnswerError
from pactolus.reports.moved import (
    LEAST,
    Seen,
    exposure_changes,
    measure_states,
    project_states,
    year_seen,
)

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.projects.pipeline.parts import Project
    from pactolus.workspace.folder import Workspace

__all__ = ["Between", "changes_between", "exposure_note"]


@dataclass(frozen=True, kw_only=True)
class Between:
    """Two days, and what is compared.

    Attributes
    ----------
    first, last : date
    worlds : (World, World) or None
        Of the earlier and of the later day; the years of trade of each day are compared if both are the same.
        Needed for exposures alone.
    members : sequence of str
        Whose exposures; two or more.
    register : Register
    records : sequence of Project
    own : Workspace or None
        Its meetings and what it saved of items count too.
    language : str
        Of titles and names.
    """

    first: date
    last: date
    worlds: tuple[World, World] | None
    members: Sequence[str]
    register: Register
    records: Sequence[Project]
    own: Workspace | None = None
    language: str = "en"

    @property
    def seen(self) -> tuple[Seen, Seen]:
        """Both worlds with the year of trade that was out on their day."""
        if self.worlds is None:
            raise ValueError("exposures need the worlds of both days")
        before, after = self.worlds
        return Seen(before, year_seen(before, self.first)), Seen(after, year_seen(after, self.last))


def changes_between(asked: Between, kinds: Collection[str] = KINDS) -> pl.DataFrame:
    """Changes of some kinds after `first` and up to `last`, each with what held before and after.

    Raises
    ------
    NoAnswerError
        If none is recorded.
    """
    frame = joined([_PARTS[kind](asked) for kind in KINDS if kind in kinds])
    if not frame.height:
        raise NoAnswerError(
            f"no change of {', '.join(kinds)} is recorded after {asked.first} and up to {asked.last}; "
            "absence here is no evidence"
        )
    return frame


def exposure_note(asked: Between) -> str:
    """What is compared with what, and what is left out."""
    before, after = asked.seen
    with_rule = "as this edition has both" if before.world is after.world else "each as its world has it"
    return (
        f"exposure: {before.label} -> {after.label}, {with_rule}; a year is taken to be out from "
        f"February of the second year after it; moves of a share below {LEAST:.0%} are left out"
    )


def _exposures(asked: Between) -> pl.DataFrame:
    before, after = asked.seen
    return exposure_changes(before, after, asked.members, asked.language)


def _measures(asked: Between) -> pl.DataFrame:
    before = measure_states(asked.register, asked.first, language=asked.language)
    after = measure_states(asked.register, asked.last, asked.first, language=asked.language)
    return moved("measure", before, after)


def _projects(asked: Between) -> pl.DataFrame:
    before = project_states(asked.records, asked.first)
    return moved("project", before, project_states(asked.records, asked.last, asked.first))


def _commitments(asked: Between) -> pl.DataFrame:
    known, own = meetings_for(asked.own), asked.own
    before, after = (
        item_states(
            commitments(known, saved_items(own, day), day, language=asked.language), saved_on(own, day)
        )
        for day in (asked.first, asked.last)
    )
    return moved("commitment", before, after)


_PARTS: Final[Mapping[str, Callable[[Between], pl.DataFrame]]] = {
    "exposure": _exposures,
    "measure": _measures,
    "project": _projects,
    "commitment": _commitments,
}
