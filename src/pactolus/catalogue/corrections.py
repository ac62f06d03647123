"""Known faults at the sources, as records: cells, action, reason, who was told, what would show it mended.

The third visible step of a build, after the publisher's bytes and the tidy table. ``drop``, ``recode`` and
``copy`` change the tidy table before it is stored; ``flag`` changes nothing and is carried beside the
figures, in the table ``corrections`` of the world, so that whoever computes with those cells can say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["RECORDS", "Correction", "apply", "as_table", "correct", "flagged", "load", "usable"]

#: The records of the embedded world.
RECORDS: Final = Path(__file__).parent / "corrections.yaml"

_ACTIONS: Final = ("drop", "recode", "scale", "copy", "flag")
_NEEDED: Final = ("id", "table", "where", "action", "reason", "reference", "told", "fixed_when")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One known fault and what is done about it."""

    id: str
    table: str
    where: Mapping[str, Any]
    """Column -> a value, a list of values, or ``{from: ..., to: ...}`` with either end left out."""
    action: str
    reason: str
    reference: str
    told: str
    fixed_when: str
    column: str = ""
    """Column of those rows whose cells are in doubt; the whole row where empty."""
    change: Mapping[str, Any] | None = None
    """Column -> new value, of a ``recode`` (rows changed) or a ``copy`` (rows added beside); column ->
    factor, of a ``scale``."""
    unusable: bool = False
    """A flag that says: do not compute with these cells."""


def load(file: Path = RECORDS) -> list[Correction]:
    """Read the records of a YAML file.

    Raises
    ------
    DataError
        With every fault of the file: a field missing or unknown, an action that is none, an id used twice.
    """
    try:
        from ruamel.yaml import YAML
    except ImportError as error:
        raise MissingExtraError.of("data", "reading correction records") from error
    records: list[Any] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")) or []
    faults = [
        f"{file}: record {n} ({r.get('id', 'no id')}): {f}"
        for n, r in enumerate(records, 1)
        for f in _faults(r)
    ]
    ids = [r.get("id") for r in records]
    faults += [f"{file}: id {i!r} is used more than once" for i in dict.fromkeys(ids) if ids.count(i) > 1]
    if faults:
        raise DataError("\n".join(faults))
    return [Correction(**record) for record in records]


def _faults(record: Mapping[str, Any]) -> list[str]:
    known = set(Correction.__dataclass_fields__)
    faults = [f"{field} is missing" for field in _NEEDED if not record.get(field)]
    faults += [f"unknown field {field!r}" for field in record if field not in known]
    if record.get("action") not in _ACTIONS:
        faults.append(f"action {record.get('action')!r} is none of {', '.join(_ACTIONS)}")
    if (record.get("action") in ("recode", "scale", "copy")) != bool(record.get("change")):
        faults.append("a recode, scale or copy needs 'change', and only they have one")
    return faults


def correct(
    frame: pl.DataFrame, table: str, records: Iterable[Correction]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Apply the records of one table, in their order; each must meet a row.

    Parameters
    ----------
    frame : DataFrame
        The tidy table, with any helper column that the records name.
    table : str
        Name of the table in the world.
    records : iterable of Correction

    Returns
    -------
    DataFrame
        The corrected table.
    dict
        Record id -> rows that it met.

    Raises
    ------
    DataError
        If a record meets no row: the fault is gone, or the cell is named wrongly.
    """
    frame, met = apply(frame, table, records)
    idle = [name for name, rows in met.items() if not rows]
    if idle:
        raise DataError(
            f"{table}: correction {', '.join(idle)} meets no row; the source may have mended it: "
            "look at 'fixed_when', then remove or change the record"
        )
    return frame, met


def apply(
    frame: pl.DataFrame, table: str, records: Iterable[Correction]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Apply the records of one table, in their order, as in `correct`; one may meet no row.

    Returns
    -------
    DataFrame
        The corrected table.
    dict
        Record id -> rows that it met, 0 too where a column that it names is not in `frame`.
    """
    import polars as pl

    met: dict[str, int] = {}
    for record in records:
        if record.table != table:
            continue
        if not set(record.where) <= set(frame.columns):
            met[record.id] = 0
            continue
        hit = condition(record.where)
        met[record.id] = frame.filter(hit).height
        if record.action == "drop":
            frame = frame.filter(~hit)
        elif record.action == "recode":
            new = {c: pl.lit(v) for c, v in (record.change or {}).items()}
            frame = frame.with_columns(
                pl.when(hit).then(v).otherwise(pl.col(c)).alias(c) for c, v in new.items()
            )
        elif record.action == "scale":
            frame = frame.with_columns(
                pl.when(hit).then(pl.col(c) * factor).otherwise(pl.col(c)).alias(c)
                for c, factor in (record.change or {}).items()
            )
        elif record.action == "copy":
            new = {c: pl.lit(v) for c, v in (record.change or {}).items()}
            frame = pl.concat([frame, frame.filter(hit).with_columns(**new)])
    return frame, met


def condition(where: Mapping[str, Any]) -> pl.Expr:
    """The cells of a record as an expression; a missing value never meets it."""
    import polars as pl

    parts = []
    for column, wanted in where.items():
        cell = pl.col(column)
        if isinstance(wanted, Mapping):
            parts += [cell >= wanted["from"]] if "from" in wanted else []
            parts += [cell <= wanted["to"]] if "to" in wanted else []
        elif isinstance(wanted, Sequence) and not isinstance(wanted, str):
            parts.append(cell.is_in(list(wanted)))
        else:
            parts.append(cell == wanted)
    return pl.all_horizontal(parts).fill_null(value=False)


def as_table(records: Iterable[Correction], met: Mapping[str, int]) -> pl.DataFrame:
    """The records that met rows, as the table ``corrections`` of a world."""
    import polars as pl

    rows = [
        {
            "id": r.id,
            "table": r.table,
            "where": json.dumps(r.where, ensure_ascii=False, sort_keys=True),
            "column": r.column or None,
            "action": r.action,
            "change": json.dumps(r.change, ensure_ascii=False, sort_keys=True) if r.change else None,
            "unusable": r.unusable,
            **{field: " ".join(str(getattr(r, field)).split()) for field in _NEEDED[4:]},
            "rows": met[r.id],
        }
        for r in records
        if r.id in met
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def flagged(frame: pl.DataFrame, table: str, corrections: pl.DataFrame) -> pl.DataFrame:
    """The rows with a column ``remarks``: ids of the flags that meet a row, an empty list where none does.

    Parameters
    ----------
    frame : DataFrame
        Rows of the table, with the columns that the flags name.
    table : str
    corrections : DataFrame
        The table ``corrections`` of the world.
    """
    import polars as pl

    flags = corrections.filter((pl.col("table") == table) & (pl.col("action") == "flag"))
    marks = [
        pl.when(condition(json.loads(where))).then(pl.lit(name))
        for name, where in flags.select("id", "where").iter_rows()
    ]
    remarks = pl.concat_list(marks).list.drop_nulls() if marks else pl.lit([], dtype=pl.List(pl.String))
    return frame.with_columns(remarks=remarks)


def usable(table: str, corrections: pl.DataFrame) -> pl.Expr:
    """False for cells flagged as unusable: a filter; say how many rows it took out."""
    import polars as pl

    flags = corrections.filter((pl.col("table") == table) & (pl.col("action") == "flag") & pl.col("unusable"))
    bad = [condition(json.loads(where)) for where in flags["where"]]
    return ~pl.any_horizontal(bad) if bad else pl.lit(value=True)
