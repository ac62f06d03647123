"""What changed since a meeting, from tables that the caller hands over; nothing is opened here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Changes", "changed_items", "changes_since"]

_COMPARED: Final = ("status", "owner", "due", "evidence", "note")


@dataclass(frozen=True)
class Changes:
    """What changed between two days.

    Attributes
    ----------
    measures : polars.DataFrame
        As `pactolus.policy.changes.changes` gives them.
    items : polars.DataFrame
        ``id, field, before, after``: of topics and commitments.
    findings : polars.DataFrame or None
        What another world changes in the findings, where one was compared.
    """

    measures: pl.DataFrame
    items: pl.DataFrame
    findings: pl.DataFrame | None = None


def changed_items(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Differences between two states of `pactolus.dialogue.commitments.commitments`.

    Parameters
    ----------
    before, after : polars.DataFrame

    Returns
    -------
    polars.DataFrame
        ``id, field, before, after``, by id; ``field`` is ``new``, ``gone`` or the column that differs.
    """
    import polars as pl

    old = {row["id"]: row for row in before.to_dicts()}
    new = {row["id"]: row for row in after.to_dicts()}
    rows: list[tuple[str, str, str | None, str | None]] = []
    for identity in sorted({*old, *new}):
        if identity not in old:
            rows.append((identity, "new", None, new[identity]["title"]))
        elif identity not in new:
            rows.append((identity, "gone", old[identity]["title"], None))
        else:
            rows += [
                (identity, name, _text(old[identity][name]), _text(new[identity][name]))
                for name in _COMPARED
                if old[identity][name] != new[identity][name]
            ]
    schema = dict.fromkeys(("id", "field", "before", "after"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def changes_since(
    measures: pl.DataFrame,
    items_before: pl.DataFrame,
    items_after: pl.DataFrame,
    findings: pl.DataFrame | None = None,
) -> Changes:
    """Everything that changed, for the page "since the last meeting"."""
    return Changes(measures, changed_items(items_before, items_after), findings)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
