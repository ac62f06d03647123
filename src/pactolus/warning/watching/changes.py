"""What is new, gone, stronger or weaker between the watchlists of two days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.errors import OptionError
from pactolus.warning.watching.levels import LEVELS

if TYPE_CHECKING:
    from pactolus.warning.watching.lists import Watchlist

__all__ = ["CHANGE_COLUMNS", "MOVED", "list_changes"]

#: Columns of `list_changes`.
CHANGE_COLUMNS: Final = (
    "change",
    "level",
    "level_before",
    "member",
    "mineral",
    "signal",
    "partner",
    "item",
    "value",
    "value_before",
    "unit",
    "threshold",
    "state",
    "why",
    "text",
    "next",
    "then",
    "key",
)
#: A value has moved where it differs by so much of its threshold, a probability where it differs by this.
MOVED: Final = {"probability": 0.05, "threshold": 0.1}
#: Signals whose value is a count of days: it moves by itself.
_COUNTED: Final = ("check", "due", "date")
_LAW: Final = ("check", "due", "notice")
#: Signals that fire at small values.
_DOWN: Final = ("volume_anomaly", "price_band", "change_point", "cover_days")


def list_changes(before: Watchlist, after: Watchlist) -> pl.DataFrame:
    """What moved from one list to another.

    Parameters
    ----------
    before, after : Watchlist
        Of the same members and minerals.

    Returns
    -------
    DataFrame
        `CHANGE_COLUMNS`. `change` is ``new``, ``gone``, ``stronger`` or ``weaker``: by level, else by a value
        that moved by a tenth of its threshold or a probability that moved by five points; ``changed`` where a
        measure came into another state at the same level. What is unconfirmed
        now stands first, because a reader must check it; then by level.

    Raises
    ------
    OptionError
        If the members or minerals differ.
    """
    if (set(before.members), set(before.minerals)) != (set(after.members), set(after.minerals)):
        raise OptionError("changes: the two lists are of different members or minerals; ask for the same")
    old = {_place(row): row for row in before.table.iter_rows(named=True)}
    new = {_place(row): row for row in after.table.iter_rows(named=True)}
    order = list(dict.fromkeys([*new, *old]))
    rows = [_row(old.get(key), new.get(key)) for key in order]
    found = [row for row in rows if row is not None]
    found.sort(key=lambda row: (row["signal"] != "check" or row["change"] == "gone", _rank(row)))
    schema = {name: after.table.schema.get(name, pl.String()) for name in CHANGE_COLUMNS}
    schema["value_before"] = pl.Float64()
    return pl.DataFrame([{name: row[name] for name in CHANGE_COLUMNS} for row in found], schema=schema)


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two rows the same: a measure stays itself when it turns from due to unconfirmed."""
    signal = "law" if row["signal"] in _LAW else row["signal"]
    return (row["member"], row["mineral"], signal, row["partner"], row["item"])


def _rank(row: Mapping[str, Any]) -> int:
    """By the graver of both levels, what is gone last."""
    levels = [LEVELS.index(row[name]) for name in ("level", "level_before") if row[name]]
    return min(levels) + (len(LEVELS) if row["change"] == "gone" else 0)


def _row(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any] | None:
    change = _change(old, new)
    if change is None:
        return None
    shown = dict(new or old or {})
    return {
        **shown,
        "change": change,
        "level": new["level"] if new else "",
        "level_before": old["level"] if old else "",
        "value": new["value"] if new else None,
        "value_before": old["value"] if old else None,
    }


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str | None:
    if old is None or new is None:
        return "new" if old is None else "gone"
    step = LEVELS.index(old["level"]) - LEVELS.index(new["level"])
    if step == 0 and (old["signal"], old["state"]) != (new["signal"], new["state"]) and new["signal"] in _LAW:
        return "changed"
    if step == 0:
        step = _moved(old, new)
    return None if step == 0 else "stronger" if step > 0 else "weaker"


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> int:
    """1 where the value moved further beyond its threshold, -1 where it moved back, else 0."""
    if new["signal"] in _COUNTED or old["value"] is None or new["value"] is None:
        return 0
    if new["unit"] == "probability":
        least = MOVED["probability"]
    else:
        least = MOVED["threshold"] * abs(new["threshold"] or 0.0)
    gain = new["value"] - old["value"]
    if new["signal"] in _DOWN:
        gain = -gain
    elif new["signal"] == "mirror_gap":
        gain = abs(new["value"]) - abs(old["value"])
    return 0 if abs(gain) < least or gain == 0 else (1 if gain > 0 else -1)
