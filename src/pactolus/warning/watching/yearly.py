"""Reasons from the yearly outlook, and from declared cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.errors import NoAnswerError, OptionError
from pactolus.warning.annual.outlooks import Outlook, outlook
from pactolus.warning.watching.known import year_known
from pactolus.warning.watching.reasons import Reason

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["cover_reasons", "outlook_known", "outlook_missing", "outlook_reasons"]

_WHY: Final = {
    "no_code": "no trade code holds it",
    "no_trade_data": "no record of imports under its codes in the year before",
    "no_quantity": "no weight in the year before",
    "short_history": "too short a history",
    "not_applicable": "an importer too small to be judged",
}
_ORDER: Final = tuple(_WHY)


def outlook_known(
    world: World, members: Sequence[str], minerals: Sequence[str], as_of: date, seed: int
) -> Outlook | None:
    """The outlook that a reader could make on a day; None where the world has no trade for one."""
    if "trade" not in world.tables:
        return None
    return _outlook(world, tuple(members), year_known(world, as_of) + 1, tuple(minerals), seed)


@lru_cache(maxsize=4)
def _outlook(
    world: World, members: tuple[str, ...], year: int, minerals: tuple[str, ...], seed: int
) -> Outlook | None:
    """One run for the lists of all days that have the same year of trade."""
    try:
        return outlook(world, members, year, minerals=minerals, seed=seed, scored=False)
    except (NoAnswerError, OptionError):
        return None


def outlook_reasons(found: Outlook, source: str, link: str) -> list[Reason]:
    """Rows that are among the likeliest tenth of all importers; doubts about weights lower them to a note."""
    alerts = found.table.filter(alert="yes")
    return [_reason(row, source, link) for row in alerts.iter_rows(named=True)]


def _reason(row: dict[str, Any], source: str, link: str) -> Reason:
    doubts = [row["noise"], f"{row['coding']} code" if row["coding"] in ("shared", "residual") else ""]
    status = "; ".join(filter(None, doubts))
    return Reason(
        rule="doubt" if status else "outlook",
        member=row["importer"],
        mineral=row["mineral"],
        signal=f"outlook_{row['target']}",
        item=row["hs_code"],
        value=row["probability"],
        unit="probability",
        since=date(row["year"], 1, 1),
        year=row["year"],
        **{name: row[name] for name in ("probability", "low", "high", "volatility_only", "base_rate")},
        why=row["reasons"] or "",
        status=status or "ok",
        source=source,
        link=link,
    )


def outlook_missing(
    found: Outlook | None, members: Sequence[str], minerals: Sequence[str]
) -> list[tuple[str, str, str, str, str, str]]:
    """Minerals of a member of which no code has an outlook."""
    mend = "pactolus watch outlook"
    if found is None:
        why = "no trade that a reader had on that day reaches far enough back"
        return [(m, mineral, "yearly outlook", "no_data", why, mend) for mineral in minerals for m in members]
    judged = set(found.table.filter(status="ok").select("importer", "mineral").iter_rows())
    rows = []
    for (member, mineral), part in found.table.group_by(["importer", "mineral"], maintain_order=True):
        if (member, mineral) in judged:
            continue
        status = max(part["status"].to_list(), key=lambda one: _ORDER.index(one) if one in _ORDER else -1)
        why = f"{_WHY.get(status, status)}; outlook of {found.year}"
        rows.append((str(member), str(mineral), "yearly outlook", status, why, f"{mend} {member}"))
    order = {name: n for n, name in enumerate(minerals)}
    return sorted(rows, key=lambda row: (order[row[1]], members.index(row[0])))


def cover_reasons(
    cover: pl.DataFrame | None, members: Sequence[str], minerals: Sequence[str]
) -> tuple[list[Reason], list[tuple[str, str, str, str, str, str]]]:
    """Days of cover under a member's trigger, and holdings that are not declared.

    Parameters
    ----------
    cover : DataFrame, optional
        Of `pactolus.warning.signals.cover.cover_days`.
    """
    reasons: list[Reason] = []
    missing: list[tuple[str, str, str, str, str, str]] = []
    if cover is None:
        return reasons, missing
    wanted = cover.filter(pl.col("member").is_in(list(members)), pl.col("mineral").is_in(list(minerals)))
    for row in wanted.iter_rows(named=True):
        if row["value"] is None:
            why = {"not_declared": "no holding is declared", "no_use": "no use of a day is known"}
            said = why.get(row["status"], row["status"])
            missing.append(
                (row["member"], row["mineral"], "days of cover", row["status"], said, "declare a range")
            )
        elif row["alert"] == "yes":
            reasons.append(
                Reason(
                    rule="cover",
                    member=row["member"],
                    mineral=row["mineral"],
                    signal="cover_days",
                    item=row["stage"],
                    value=row["value"],
                    unit="days",
                    threshold=row["threshold"],
                    year=row["year"],
                    low=row["value"],
                    high=row["high"],
                    status=row["status"],
                    source=f"declared range over {row['denominator']}",
                )
            )
    return reasons, missing
