"""What a reader had on a day: years of trade, and whether a source was stale."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from pactolus.warning.watching.levels import STALE_MONTHS

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["month_end", "stale_since", "stale_sources", "year_known"]

#: Table -> beginning of the id of the live source that renews it.
_RENEWED_BY: Final = {"trade_reported": "comtrade", "prices_monthly": "pinksheet"}


def year_known(world: World, day: date) -> int:
    """The last year of trade that a reader would have had on a day.

    Taken for all editions alike: trade of a year is out from February of the second year after it. What the
    reader then saw is not kept: an edition of today may have revised it.
    """
    last = int(world.scan("trade").select("year").max().collect().item())
    return min(last, day.year - 2 if day.month >= 2 else day.year - 3)


def month_end(month: date) -> date:
    """Last day of a month that is named by its first."""
    ordinal = 12 * month.year + month.month
    return date(ordinal // 12, ordinal % 12 + 1, 1) - timedelta(days=1)


def stale_since(month: date, as_of: date) -> date | None:
    """The day from which on a series that ends with `month` counts as stale; None while it does not.

    Examples
    --------
    >>> stale_since(date(2026, 2, 1), date(2026, 5, 31)), stale_since(date(2026, 2, 1), date(2026, 6, 1))
    (None, datetime.date(2026, 5, 31))
    """
    ordinal = 12 * month.year + month.month - 1 + STALE_MONTHS
    limit = month_end(date(ordinal // 12, ordinal % 12 + 1, 1))
    return limit if as_of > limit else None


def stale_sources(world: World, table: str) -> str:
    """Since when the live source of a table is stale, as the world was told when it was built; else empty."""
    begin = _RENEWED_BY.get(table)
    if begin is None:
        return ""
    days = [one.stale_since for one in world.data_status if one.source.startswith(begin) and one.stale_since]
    return min(days, default="")
