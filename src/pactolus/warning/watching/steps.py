"""What to do next about a reason: commands that can be typed as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pactolus.terms.minerals import minerals
from pactolus.warning.watching.reasons import Reason

__all__ = ["ANSWERS", "Answers", "with_steps"]

#: Columns of the table of answers: ``respond`` or ``shock run``, its name, and what it is about.
ANSWERS: Final = ("command", "name", "mineral", "exporter")


@dataclass(frozen=True)
class Answers:
    """Ready events and scenarios by mineral and exporter.

    Parameters
    ----------
    table : DataFrame
        `ANSWERS`, the best first.
    """

    table: pl.DataFrame

    def of(self, mineral: str, partners: Sequence[str] = (), command: str = "") -> str:
        """The first command about a mineral, and about one of the partners where any are named."""
        rows = self.table.filter(pl.col("mineral") == mineral)
        if command:
            rows = rows.filter(pl.col("command") == command)
        if partners:
            rows = rows.filter(pl.col("exporter").is_in(list(partners)))
        return "" if rows.is_empty() else "pactolus {} {}".format(*rows.row(0)[:2])


def with_steps(reasons: Sequence[Reason], answers: pl.DataFrame | None) -> list[Reason]:
    """Reasons with `next` and `then`, where a reason brings none of its own.

    A measure that is unconfirmed is first read again; what is new is first run as a response or a scenario of
    the same mineral and exporter; a signal without either leads to the measures that bear on the mineral.

    Parameters
    ----------
    reasons : sequence of Reason
    answers : DataFrame, optional
        `ANSWERS`; without it every next step is to look.
    """
    known = Answers(
        answers if answers is not None else pl.DataFrame(schema=dict.fromkeys(ANSWERS, pl.String))
    )
    return [one if one.next else _with(one, known) for one in reasons]


def _with(one: Reason, known: Answers) -> Reason:
    if one.signal in ("check", "due", "notice"):
        show = f"pactolus policy show {one.item}"
        answer = known.of(one.mineral, one.partner.split("+"))
        first, second = (show, answer) if one.signal == "check" or not answer else (answer, show)
        return replace(one, next=first, then=second or one.then or _measures(one))
    if one.signal.startswith("outlook"):
        reasons = f"pactolus watch outlook {one.member} --minerals {one.mineral} --table reasons"
        return replace(one, next=known.of(one.mineral, command="shock run") or _measures(one), then=reasons)
    partners = [one.partner] if one.partner else []
    answer = known.of(one.mineral, partners) or known.of(one.mineral, command="shock run")
    return replace(one, next=answer or _measures(one), then=_measures(one) if answer else "")


def _measures(one: Reason) -> str:
    named = f" --mineral {one.mineral}" if one.mineral in minerals() else ""
    return f"pactolus policy list{named} --importer {one.member}"
