"""What moved between two days, from tables that the caller hands over; nothing is opened here.

A table of what was known on a day has one row a thing: `STATE`. Two such tables give one row a change:
`COLUMNS`. Which exposures, measures, projects and commitments there are, the caller says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COLUMNS", "KINDS", "STATE", "changed_items", "item_states", "joined", "moved", "states", "unseen"]

#: Kinds of change, in the order in which they are listed.
KINDS: Final = ("exposure", "measure", "project", "commitment")
#: Columns of what was known on a day. `value` is text, `number` what decides whether it moved (or null),
#: `from` the day or year it holds from, `note` what a reader must know of it.
STATE: Final = ("id", "field", "what", "value", "number", "from", "source", "link", "note")
#: Columns of `moved`.
COLUMNS: Final = (
    "kind",
    "id",
    "what",
    "field",
    "before",
    "after",
    "from",
    "source",
    "status",
    "note",
    "link",
)

_COMPARED: Final = ("status", "owner", "due", "date_passed", "evidence", "note")


def states(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A table of what was known on a day.

    Parameters
    ----------
    rows : iterable of mapping
        Keys of `STATE`; what is not named is null.
    """
    import polars as pl

    schema = {name: pl.Float64 if name == "number" else pl.String for name in STATE}
    return pl.DataFrame([{name: row.get(name) for name in STATE} for row in rows], schema=schema)


def moved(kind: str, before: pl.DataFrame, after: pl.DataFrame, *, least: float = 0.0) -> pl.DataFrame:
    """What differs between two tables of one kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    before, after : polars.DataFrame
        Columns of `STATE`; `id` and `field` together name a thing.
    least : float
        Two numbers that differ by less are the same; so are two equal texts.

    Returns
    -------
    polars.DataFrame
        `COLUMNS`. `status` is ``new`` (not known before), ``gone`` (not known after) or ``changed``. What is
        unconfirmed after stands first: a reader must check it; then by day and id. `from`, `source`, `link`
        and `note` are those of `after`, where it has the thing.
    """
    old, new = _by_name(before), _by_name(after)
    rows = []
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is not None and now is not None and _same(was, now, least):
            continue
        shown = now or was or {}
        rows.append(
            {
                **{key: shown[key] for key in ("id", "what", "field", "from", "source", "note", "link")},
                "kind": kind,
                "before": was and was["value"],
                "after": now and now["value"],
                "status": "new" if was is None else "gone" if now is None else "changed",
            }
        )
    rows.sort(key=lambda row: (row["after"] != "unconfirmed", row["from"] or "", row["id"], row["field"]))
    return _table(rows)


def unseen(kind: str, what: str, before: str, after: str, source: str) -> pl.DataFrame:
    """One row that says that both days have the same data, so that no change can be seen: not that none was.

    Parameters
    ----------
    kind, what : str
    before, after : str
        The data of each day.
    source : str
    """
    row = dict.fromkeys(COLUMNS)
    row |= {"kind": kind, "what": what, "before": before, "after": after, "source": source}
    return _table([{**row, "id": kind, "status": "same data, no change can be seen"}])


def joined(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Changes of several kinds as one table, in the order of `KINDS`."""
    import polars as pl

    found = pl.concat([_table([]), *parts])
    order = pl.col("kind").replace_strict(list(KINDS), list(range(len(KINDS))), return_dtype=pl.Int64)
    return found.sort(order, maintain_order=True)


def item_states(items: pl.DataFrame, saved_on: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Topics and commitments of a day as a table of what was known.

    Parameters
    ----------
    items : polars.DataFrame
        Of `pactolus.dialogue.commitments.commitments`.
    saved_on : mapping, optional
        Item -> day on which what became of it was saved.
    """
    days = saved_on or {}
    rows = []
    for row in items.to_dicts():
        head = {"id": row["id"], "what": row["title"], "source": row["source"], "link": row["link"]}
        rows.append({**head, "field": row["kind"], "value": row["verb"], "from": str(row["date"])})
        for name in _COMPARED:
            value = _text(row[name])
            if value is None or (name == "date_passed" and not row[name]):
                continue
            since = str(row["due"]) if name == "date_passed" else days.get(row["id"], str(row["date"]))
            said = "date passed" if name == "date_passed" else value
            source = "workspace" if row["id"] in days and name != "date_passed" else row["source"]
            rows.append({**head, "field": name, "value": said, "from": since, "source": source})
    return states(rows)


def changed_items(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Differences between two states of `pactolus.dialogue.commitments.commitments`.

    Parameters
    ----------
    before, after : polars.DataFrame

    Returns
    -------
    polars.DataFrame
        `COLUMNS`: one row a field that differs; a new item has a row for its verb.
    """
    return moved("commitment", item_states(before), item_states(after))


def _by_name(table: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["id"], row["field"]): row for row in table.to_dicts()}


def _same(was: Mapping[str, Any], now: Mapping[str, Any], least: float) -> bool:
    if was["value"] == now["value"]:
        return True
    if was["number"] is None or now["number"] is None:
        return False
    return bool(abs(was["number"] - now["number"]) < least)


def _table(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        [{name: row[name] for name in COLUMNS} for row in rows], schema=dict.fromkeys(COLUMNS, pl.String)
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
