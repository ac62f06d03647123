"""Days of cover of what members declare: confidential in, confidential out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pactolus.errors import NoAnswerError
from pactolus.web.answers.answer import Answer
from pactolus.web.answers.records import day_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["days_rows"]


def days_rows(world: World, held: Sequence[HoldingRange], on: str | None, *, joint: bool = False) -> Answer:
    """Days that declared holdings last, both ends, as on the watchlist.

    Parameters
    ----------
    world : World
    held : sequence of HoldingRange
    on : str or None
        Day of the measures in force; today if None.
    joint : bool
        Of all members together, not of each.

    Raises
    ------
    NoAnswerError
        If nothing is held, or (joint) no place is declared by every member with a use.
    """
    from pactolus.policy.register import register
    from pactolus.stockpile.members.cover import cover_of, joint_cover

    found = cover_of(world, held, {}, register(), day_of(on))
    if found is None or found.is_empty():
        raise NoAnswerError("nothing is declared for these minerals; declare a range first")
    shown = ("member", "mineral", "stage", "value", "high", "forms", "denominator", "year", "status")
    rows = found.select(shown).rename({"value": "low_days", "high": "high_days"})
    note = "days are of the use that the column denominator names; a range, not a point"
    if joint:
        rows = joint_cover(world, held, register(), day_of(on))
    return Answer(frame=rows, notes=(note,), tables=("trade", "production"))
