"""Events and exercises that ship, and the clocks of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.terms.words import iso_moment
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import MeetingsQuestion
from pactolus.web.answers.texts import read_text

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.response.events.event import Event
    from pactolus.runs.progress import Progress

__all__ = ["ClocksQuestion", "TitlesQuestion", "clock_rows", "event_of", "event_rows", "exercise_rows"]


class TitlesQuestion(MeetingsQuestion):
    """What there is, with titles in a language."""


class ClocksQuestion(Question):
    """As ``pactolus clocks`` for a ready event."""

    event: str = Field(max_length=200, description="A ready event, as events names it.")
    as_of: str | None = Field(
        None,
        max_length=40,
        description="A day of each clock's own zone, or an instant: 2026-11-24T09:00+09:00; now if omitted.",
    )
    lang: Literal["en", "ko", "ja"] = Field("en", description="Language of titles, kinds and states.")


def event_of(event: str | dict[str, Any] | None, text: str | None) -> Event:
    """A ready event by name, or one given as the keys or the text of an event file, which names no other.

    Raises
    ------
    InputError
        Every fault at once, each with line and column; or no ready event has the name.
    MissingExtraError
        If an event is given and the extra ``workspace`` is not installed.
    """
    import json
    from functools import partial

    from pactolus.response.events.event import ready_event
    from pactolus.response.events.reading import read_event

    if isinstance(event, str):
        return ready_event(event)
    try:
        given = json.dumps(event, ensure_ascii=False, indent=1, allow_nan=False) if text is None else text
    except ValueError as error:
        raise OptionError("event: a number in it is infinite or none; write it with digits") from error
    return read_text("event.yaml", given, partial(read_event, beside=False))


def event_rows(world: World, asked: TitlesQuestion, progress: Progress) -> Answer:
    """Ready events, for a job of kind respond and for respond/clocks."""
    from pactolus.response.events.listing import event_table

    return Answer(frame=event_table(asked.lang))


def exercise_rows(world: World, asked: TitlesQuestion, progress: Progress) -> Answer:
    """Ready exercises."""
    from pactolus.response.exercise.exercise import exercise_table

    return Answer(frame=exercise_table(asked.lang))


def clock_rows(world: World, asked: ClocksQuestion, progress: Progress) -> Answer:
    """One row a clock and what started it."""
    from pactolus.response.clocks.tables import clock_table
    from pactolus.response.events.dues import event_dues
    from pactolus.response.events.event import ready_event

    moment = None if asked.as_of is None else iso_moment("as_of", asked.as_of)
    event = ready_event(asked.event)
    notes = ["a target binds nobody; a review's length is not that of the disruption"]
    notes += [f"assumed: {words['en']}" for words in event.assumed]
    frame = clock_table(event_dues(event, moment), language=asked.lang)
    return Answer(frame=frame, notes=tuple(notes))
