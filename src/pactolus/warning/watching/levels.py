"""How urgent a reason is: one plain rule a row, no weights."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["AHEAD_DAYS", "LATELY_DAYS", "LEVELS", "RULES", "STALE_MONTHS", "levels_table"]

#: From the gravest.
LEVELS: Final = ("act", "look", "note")
#: A day that lies at most so far ahead is near.
AHEAD_DAYS: Final = 90
#: A state that became unconfirmed at most so long ago is to be checked now.
LATELY_DAYS: Final = 365
#: A series whose last month ended more than so many months ago is stale.
STALE_MONTHS: Final = 3

RULES: Final = MappingProxyType(
    {
        "check": (
            "act",
            "the suspension, the stated term or the planned first day of an export restriction passed in the "
            f"last {LATELY_DAYS} days, and no later act was read",
        ),
        "due": (
            "act",
            f"an export restriction takes effect, or its suspension ends, within {AHEAD_DAYS} days",
        ),
        "cover": ("act", "the low end of the days of cover is under the member's own trigger"),
        "agree": (
            "act",
            "monthly trade of a mineral fires, and so does a notice or a price of the same mineral",
        ),
        "notice": (
            "look",
            "an export restriction was announced, or took effect, within the last six months",
        ),
        "trade": ("look", "a signal of monthly trade fires in the last month that its reporter reports"),
        "price": ("look", "a signal of a quoted price fires in its last month"),
        "outlook": ("look", "the yearly outlook is among the likeliest tenth of all importers"),
        "doubt": (
            "note",
            "would be `look`, but the source is stale, the weights are in doubt, or a code holds more than "
            "the mineral",
        ),
        "old": (
            "note",
            f"a restriction is unconfirmed for more than {LATELY_DAYS} days, or its day is not known exactly",
        ),
        "date": ("note", f"another date falls within {AHEAD_DAYS} days"),
    }
)
"""Rule -> level and what makes it so. The level of a mineral is that of its gravest reason."""


def levels_table() -> pl.DataFrame:
    """The rules as a table: ``level, rule, when``.

    Examples
    --------
    >>> levels_table().filter(rule="due").row(0)[:2]
    ('act', 'due')
    """
    import polars as pl

    rows = [(level, rule, when) for rule, (level, when) in RULES.items()]
    return pl.DataFrame(rows, schema=["level", "rule", "when"], orient="row")
