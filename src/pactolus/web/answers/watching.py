"""The watchlist of a day, and what changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.terms.words import iso_date
from pactolus.web.answers.answer import Answer, Question

if TYPE_CHECKING:
    from datetime import date

    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress

__all__ = ["WatchQuestion", "watch_rows"]


class WatchQuestion(Question):
    """As ``pactolus watch list``, without holdings and messages."""

    members: str = Field("KOR,JPN", max_length=200, description="Countries or coalitions.")
    as_of: str | None = Field(None, max_length=20, description="Nothing after it is known; today if omitted.")
    since: str | None = Field(None, max_length=20, description="What is new, gone, stronger or weaker since.")
    minerals: str = Field(
        "critical", max_length=500, description="Minerals or groups: cobalt,battery; or all."
    )
    level: Literal["act", "look", "note"] | None = Field(
        None, description="This level and above; all if omitted."
    )
    table: Literal["list", "differences", "missing", "changes"] | None = Field(
        None, description="One side of it; the list if omitted, changes with since."
    )
    lang: Literal["en", "ko", "ja"] = Field("en", description="Language of the sentences of the list.")
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")


def watch_rows(world: World, asked: WatchQuestion, progress: Progress) -> Answer:
    """One row a member, mineral and reason; what could not be judged is a side of its own."""
    from functools import partial

    from pactolus.policy.register import register
    from pactolus.reports.today import list_of_day
    from pactolus.warning.watching.changes import list_changes
    from pactolus.warning.watching.shown import at_least, in_language

    day, then, side = _days(asked)
    made = partial(
        list_of_day, world, asked.members, register=register(), minerals=asked.minerals, seed=asked.seed
    )
    found = made(day)
    if side == "changes":
        assert then is not None
        frame = at_least(list_changes(made(then), found), asked.level)
    elif side == "list":
        frame = in_language(at_least(found.table, asked.level), found, asked.lang)
    else:
        frame = found.missing if side == "missing" else at_least(found.differences, asked.level)
    return Answer(frame=frame, notes=tuple(found.notes), tables=("trade", "governance"))


def _days(asked: WatchQuestion) -> tuple[date, date | None, str]:
    """The day, the one it is compared with, and the side that is shown.

    Raises
    ------
    OptionError
        If a day cannot be read, the days are in the wrong order, or changes have no earlier day.
    """
    from pactolus.runs.manifest import as_of_today

    day = as_of_today() if asked.as_of is None else iso_date("as_of", asked.as_of)
    then = None if asked.since is None else iso_date("since", asked.since)
    if then is not None and then > day:
        raise OptionError(f"since: {then} lies after as_of {day}; give the earlier day")
    if asked.table == "changes" and then is None:
        raise OptionError("table: changes need since, the day that the list is compared with")
    return day, then, asked.table or ("list" if then is None else "changes")
