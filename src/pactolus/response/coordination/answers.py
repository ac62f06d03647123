"""One table about a coalition, with its notes: what each contributes, who gains, who joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pactolus.response.coordination.contributions import contributions
from pactolus.response.coordination.pricing import EVERY, Priced, price_coalitions
from pactolus.response.coordination.tables import coalition_table, gain_table, joining_table

if TYPE_CHECKING:
    import polars as pl

    from pactolus.response.plan.situation import Situation

__all__ = ["countries_named", "share_out", "worth_of"]

_BY_CONSUMPTION: Final = (
    "by consumption as the IEA shares an oil release: an analogy, no agreement on minerals says so"
)
_NEED: Final = (
    "need: what all members lose in the worst month, expected over the durations; gives_t above zero is "
    "passed on, below zero received"
)


def countries_named(text: str | None) -> tuple[str, ...]:
    """Countries of a list with commas or plus signs; a coalition stands for its members."""
    from pactolus.terms.countries import entity

    if text is None:
        return ()
    found = [entity(part.strip()) for part in text.replace("+", ",").split(",") if part.strip()]
    return tuple(dict.fromkeys(iso3 for one in found for iso3 in one.members))


def share_out(
    situation: Situation,
    rule: str,
    *,
    floor_days: float,
    given: Mapping[str, float],
    weights: Mapping[str, float],
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Contributions by a rule, and what must be said with them; arguments as for `contributions`."""
    frame = contributions(situation, rule, floor_days=floor_days, given=given, weights=weights)
    return frame, (_BY_CONSUMPTION, _NEED) if rule == "consumption" else (_NEED,)


def worth_of(
    situation: Situation, table: str, joining: Sequence[str] = ()
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """``gains``, ``coalitions`` or ``joining``, and what must be said with it."""
    priced = price_coalitions(situation, joining=None if table == "coalitions" else joining)
    if table == "coalitions":
        return coalition_table(priced), _coverage(priced)
    if table == "joining":
        note = "costs are before payments; gain_after_musd shares what joining is worth equally"
        return joining_table(priced, joining), (note,)
    return gain_table(priced), (f"no agreement without: {_needed(priced)}",)


def _coverage(priced: Priced) -> tuple[str, ...]:
    if priced.whole:
        return ()
    return (
        f"{len(priced.members)} members: singles, pairs, all but one and all are priced, not every "
        f"coalition (that is done up to {EVERY})",
    )


def _needed(priced: Priced) -> str:
    if priced.grand <= 0:
        return "nobody: acting together gains nothing over acting alone here"
    return ", ".join(priced.needed) or "nobody: some gain is left whoever stays away"
